/** Published models with a run of somebody else's: inputs, and the outputs onnxruntime-web or tfjs gave for them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allocate, type ElementType } from "../../src/ir/types/element-type.js";
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import type { Tensors } from "./executors.js";

interface Stored {
  readonly name: string;
  readonly type: string;
  readonly dims: Shape;
  /** Base64 of the little-endian array. */
  readonly data: string;
}

export interface ModelReference {
  readonly bytes: Uint8Array;
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

const elementTypes: Readonly<Record<string, ElementType>> = {
  float32: "f32",
  float16: "f16",
  int32: "i32",
  int64: "i64",
  uint8: "u8",
  bool: "bool",
};

/** The ONNX model `id` with its reference run. */
export function readModelReference(folder: string, id: string): ModelReference {
  const at = join(folder, "models", id);
  const run = JSON.parse(readFileSync(join(at, "reference.json"), "utf8")) as Record<"inputs" | "outputs", Stored[]>;
  return { bytes: readFileSync(join(at, "model.onnx")), inputs: byName(run.inputs), outputs: byName(run.outputs) };
}

function byName(stored: readonly Stored[]): Tensors {
  return Object.fromEntries(stored.map((each) => [each.name, tensorOf(each)]));
}

function tensorOf({ name, type, dims, data }: Stored): Tensor {
  const elementType = elementTypes[type];
  if (elementType === undefined) throw new Error(`${name} is of type ${type}`);
  const array = allocate(elementType, elementCount(dims));
  new Uint8Array(array.buffer).set(Buffer.from(data, "base64"));
  return { elementType, shape: dims, data: array };
}
