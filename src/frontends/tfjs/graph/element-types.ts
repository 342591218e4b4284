/**
 * TensorFlow's element types as TensorFlow.js computes with them: it has float32, int32 and bool, into which it puts all other numbers.
 * Source: tfjs-converter/src/operations/operation_mapper.ts (parseDtypeParam), tensorflow/core/framework/types.proto.
 */
import type { ElementType } from "../../../ir/types/element-type.js";

const names: Readonly<Record<string, ElementType>> = {
  DT_FLOAT: "f32",
  DT_DOUBLE: "f32",
  DT_HALF: "f32",
  DT_BFLOAT16: "f32",
  DT_INT8: "i32",
  DT_INT16: "i32",
  DT_INT32: "i32",
  DT_INT64: "i32",
  DT_UINT8: "i32",
  DT_UINT16: "i32",
  DT_BOOL: "bool",
};

const numbered: Readonly<Record<number, string>> = {
  1: "DT_FLOAT",
  2: "DT_DOUBLE",
  3: "DT_INT32",
  4: "DT_UINT8",
  5: "DT_INT16",
  6: "DT_INT8",
  9: "DT_INT64",
  10: "DT_BOOL",
  14: "DT_BFLOAT16",
  17: "DT_UINT16",
  19: "DT_HALF",
};

/** The element type of `DT_FLOAT` or 1; undefined where TensorFlow.js has no numbers for it. */
export function tensorflowElementType(type: string | number): ElementType | undefined {
  const name = typeof type === "number" ? numbered[type] : type;
  return name !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
}
