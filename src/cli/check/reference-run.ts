/**
 * Inputs and outputs of a run of somebody else's, to compare with: a folder with `<name>.npy` for every input and output, or a JSON file
 *
 *     { "inputs": [{ "name": "x", "type": "float32", "dims": [1, 3], "data": "base64, little-endian" }], "outputs": […] }
 *
 * where `dtype` and `shape` are taken for `type` and `dims`.
 */
import { join } from "node:path";
import { fail } from "../../diagnostics/error.js";
import type { Graph, Port } from "../../ir/graph/graph.js";
import { allocate, type ElementType } from "../../ir/types/element-type.js";
import { elementCount, equalShapes, type Shape } from "../../ir/types/shape.js";
import { formatTensorType, type Tensor } from "../../ir/types/tensor.js";
import { fileNames } from "../file-names.js";
import { readBytes } from "../read-file.js";

export interface ReferenceRun {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/** A run whose tensors are known before the model is: their shapes bind its free dimensions. */
export type StoredRun = Readonly<Record<"inputs" | "outputs", ReadonlyMap<string, Tensor>>>;

/** The run of a JSON file; undefined for a folder. Fails with `command/file`, `command/tensor`. */
export async function readStoredRun(path: string): Promise<StoredRun | undefined> {
  if (!path.endsWith(".json")) return undefined;
  const text = new TextDecoder().decode(await readBytes(path));
  const found = parsedJson(path, text);
  return { inputs: tensorsOf(path, found, "inputs"), outputs: tensorsOf(path, found, "outputs") };
}

/** The run for a graph, of the file or the folder `path`. Fails with `command/file`, `command/tensor`. */
export async function referenceRun(path: string, stored: StoredRun | undefined, graph: Graph): Promise<ReferenceRun> {
  const { inputs, outputs } = graph;
  if (stored !== undefined) {
    return {
      inputs: Object.fromEntries(inputs.map((port) => [port.name, storedTensor(path, stored.inputs, port)])),
      outputs: new Map(outputs.map((port) => [port.name, storedTensor(path, stored.outputs, port)])),
    };
  }
  return {
    inputs: Object.fromEntries(await readAll(path, inputs, "input")),
    outputs: new Map(await readAll(path, outputs, "output")),
  };
}

async function readAll(
  folder: string,
  ports: readonly Port[],
  stem: "input" | "output",
): Promise<readonly (readonly [string, Tensor])[]> {
  const files = fileNames(
    ports.map(({ name }) => name),
    stem,
  );
  const { readNpy } = await import("../npy.js");
  return Promise.all(
    ports.map(async ({ name, value }, i) => {
      return [name, await readNpy(join(folder, `${files[i]}.npy`), value.type)] as const;
    }),
  );
}

function storedTensor(path: string, tensors: ReadonlyMap<string, Tensor>, { name, value: { type } }: Port): Tensor {
  const found = tensors.get(name);
  const same = found?.elementType === type.elementType && equalShapes(found.shape, type.shape);
  if (found !== undefined && same) return found;
  return fail("command/tensor", {
    at: `${path}, ${JSON.stringify(name)}`,
    expected: formatTensorType(type),
    found: found === undefined ? "nothing" : formatTensorType(found),
  });
}

function parsedJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail("command/tensor", { at: path, expected: "inputs and outputs as JSON", found: text.slice(0, 40) });
  }
}

const elementTypes: Readonly<Record<string, ElementType>> = {
  float32: "f32",
  float64: "f64",
  float16: "f16",
  int8: "i8",
  int16: "i16",
  int32: "i32",
  int64: "i64",
  uint8: "u8",
  uint16: "u16",
  uint32: "u32",
  uint64: "u64",
  bool: "bool",
};

function tensorsOf(path: string, file: unknown, key: "inputs" | "outputs"): ReadonlyMap<string, Tensor> {
  const rows: unknown = isRecord(file) ? file[key] : undefined;
  if (!Array.isArray(rows)) return fail("command/tensor", { at: path, expected: `a list "${key}"`, found: "none" });
  return new Map(rows.map((row: unknown) => tensorOf(path, row)));
}

function tensorOf(path: string, row: unknown): readonly [name: string, tensor: Tensor] {
  const { name, type, dtype, dims, shape, data } = isRecord(row) ? row : {};
  const [typeName, sizes] = [type ?? dtype, dims ?? shape];
  const elementType = typeof typeName === "string" ? elementTypes[typeName] : undefined;
  if (typeof name !== "string" || elementType === undefined || !isShape(sizes) || typeof data !== "string") {
    const expected = "a tensor: name, type, dims, data in base64";
    return fail("command/tensor", { at: path, expected, found: JSON.stringify(row).slice(0, 60) });
  }
  const array = allocate(elementType, elementCount(sizes));
  const bytes = Buffer.from(data, "base64");
  if (bytes.length !== array.byteLength) {
    const at = `${path}, ${JSON.stringify(name)}`;
    return fail("command/tensor", { at, expected: `${array.byteLength} bytes`, found: `${bytes.length}` });
  }
  new Uint8Array(array.buffer).set(bytes);
  return [name, { elementType, shape: sizes, data: array }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0 && size < 2 ** 31);
