/** Published models with a run of somebody else's: inputs, and the outputs onnxruntime-web or tfjs gave for them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { allocate, type ElementType } from "../../src/ir/types/element-type.js";
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import type { Tensors } from "./executors.js";

/** Runs of onnxruntime say type and dims, those of TensorFlow.js dtype and shape. */
interface Stored {
  readonly name: string;
  readonly type?: string;
  readonly dtype?: string;
  readonly dims?: Shape;
  readonly shape?: Shape;
  /** Base64 of the little-endian array. */
  readonly data: string;
}

export interface ModelReference {
  /** The model's own file: `model.onnx` or `model.json`. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** The bytes of a file beside it. */
  readonly external: (location: string) => Uint8Array;
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

/** The model `id` with its reference run. */
export function readModelReference(folder: string, id: string): ModelReference {
  const at = join(folder, "models", id);
  const run = JSON.parse(readFileSync(join(at, "reference.json"), "utf8")) as Record<"inputs" | "outputs", Stored[]>;
  const source = existsSync(join(at, "model.onnx")) ? "model.onnx" : "model.json";
  return {
    source,
    bytes: readFileSync(join(at, source)),
    external: (location) => readFileSync(join(at, location)),
    inputs: byName(run.inputs),
    outputs: byName(run.outputs),
  };
}

function byName(stored: readonly Stored[]): Tensors {
  return Object.fromEntries(stored.map((each) => [each.name, tensorOf(each)]));
}

function tensorOf({ name, data, ...stored }: Stored): Tensor {
  const type = stored.type ?? stored.dtype ?? "";
  const dims = stored.dims ?? stored.shape ?? [];
  const elementType = elementTypes[type];
  if (elementType === undefined) throw new Error(`${name} is of type ${type}`);
  const array = allocate(elementType, elementCount(dims));
  new Uint8Array(array.buffer).set(Buffer.from(data, "base64"));
  return { elementType, shape: dims, data: array };
}
