/**
 * ONNX's numbers for element types, and which of them unstride stores.
 * Source: TensorProto.DataType of onnx.proto, IR version 14.
 */
import type { ElementType } from "../../../ir/types/element-type.js";

/** Element types of ONNX that unstride has no place for, by ONNX's own names. */
export type UnstoredType =
  | "STRING"
  | "COMPLEX64"
  | "COMPLEX128"
  | "FLOAT8E4M3FN"
  | "FLOAT8E4M3FNUZ"
  | "FLOAT8E5M2"
  | "FLOAT8E5M2FNUZ"
  | "FLOAT8E8M0"
  | "FLOAT6E2M3"
  | "FLOAT6E3M2"
  | "FLOAT4E2M1"
  | "UINT4"
  | "INT4"
  | "UINT2"
  | "INT2";

/** What the file may say of a tensor: a type unstride stores, one it does not, or none. */
export type OnnxElementType = ElementType | UnstoredType | "UNDEFINED";

const elementTypeOfNumber: Readonly<Record<number, OnnxElementType | undefined>> = {
  0: "UNDEFINED",
  1: "f32",
  2: "u8",
  3: "i8",
  4: "u16",
  5: "i16",
  6: "i32",
  7: "i64",
  8: "STRING",
  9: "bool",
  10: "f16",
  11: "f64",
  12: "u32",
  13: "u64",
  14: "COMPLEX64",
  15: "COMPLEX128",
  16: "bf16",
  17: "FLOAT8E4M3FN",
  18: "FLOAT8E4M3FNUZ",
  19: "FLOAT8E5M2",
  20: "FLOAT8E5M2FNUZ",
  21: "UINT4",
  22: "INT4",
  23: "FLOAT4E2M1",
  24: "FLOAT8E8M0",
  25: "UINT2",
  26: "INT2",
  27: "FLOAT6E2M3",
  28: "FLOAT6E3M2",
};

const elementTypeOfName: Readonly<Record<string, ElementType | undefined>> = {
  FLOAT: "f32",
  UINT8: "u8",
  INT8: "i8",
  UINT16: "u16",
  INT16: "i16",
  INT32: "i32",
  INT64: "i64",
  BOOL: "bool",
  FLOAT16: "f16",
  DOUBLE: "f64",
  UINT32: "u32",
  UINT64: "u64",
};

/** The element type by its name, as operator sets up to 5 give it; undefined for names of none that is stored. */
export function onnxElementTypeOfName(name: string): ElementType | undefined {
  return Object.hasOwn(elementTypeOfName, name) ? elementTypeOfName[name] : undefined;
}

/** The element type of a `data_type` number (also the `to` of Cast and the `dtype` of other operators); UNDEFINED for numbers ONNX does not give out. */
export function onnxElementType(dataType: number | undefined): OnnxElementType {
  return elementTypeOfNumber[dataType ?? 0] ?? "UNDEFINED";
}
