/** How tests of the ONNX reader look at what is wrong with a model. */
import { expect } from "vitest";
import type { importErrors } from "../../../../../src/diagnostics/catalogue/import.js";
import { UnstrideError, type Diagnostic } from "../../../../../src/diagnostics/error.js";
import { readOnnxModel, type ReadOptions } from "../../../../../src/frontends/onnx/read-model.js";
import { model, type GraphSpec, type ModelSpec } from "../../../../support/onnx-writer.js";

/** Codes that reading raises; the importer of operators raises the others, in import-errors.test.ts. */
export type ReaderCode = Extract<
  keyof typeof importErrors,
  | "import/malformed"
  | "import/limit"
  | "import/missing"
  | "import/version"
  | "import/attribute"
  | "import/element-type"
  | "import/sparse-tensor"
  | "import/tensor-shape"
  | "import/tensor-data"
  | "import/external-location"
  | "import/external-data"
  | "import/undefined-value"
  | "import/duplicate-value"
  | "import/empty-name"
  | "import/cycle"
>;

/** What is wrong with the file; an empty list where it can be read. Fails where anything but an UnstrideError comes out. */
export async function problemsOf(
  bytes: Uint8Array,
  options: Partial<ReadOptions> = {},
): Promise<readonly Diagnostic[]> {
  try {
    await readOnnxModel(bytes, { source: "test.onnx", ...options });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(UnstrideError);
    return error instanceof UnstrideError ? error.diagnostics : [];
  }
}

/** Codes of what is wrong with a model of that content. */
export async function codesOf(spec: ModelSpec & GraphSpec): Promise<readonly string[]> {
  return (await problemsOf(model(spec))).map((problem) => problem.code);
}

/** A graph that can be read: y = Relu(x). */
export const relu: GraphSpec = {
  nodes: [{ operator: "Relu", inputs: ["x"], outputs: ["y"], name: "r" }],
  inputs: [{ name: "x", shape: [1, 2] }],
  outputs: [{ name: "y", shape: [1, 2] }],
};
