/** Models and tensors of other people: everything they write can be read, or is refused for a reason that stands here. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { UnstrideError } from "../../../../../src/diagnostics/error.js";
import type { OnnxModel, OnnxTensor, OnnxValueInfo } from "../../../../../src/frontends/onnx/proto/model.js";
import { readOnnxModel, readOnnxTensor } from "../../../../../src/frontends/onnx/read-model.js";
import { isElementType } from "../../../../../src/ir/types/element-type.js";
import { conformanceModels, publishedModels, sharedData } from "../../../../support/shared-data.js";
import { expectPromisesKept } from "./promises.js";

const folder = sharedData("reading published ONNX models and the ONNX backend suite");

/** Why a model of the suite is refused; each reason is one that some model has. */
const reasons = {
  "import/element-type: STRING": "unstride computes no text",
};

async function readOrReason(file: string): Promise<OnnxModel | string> {
  try {
    return await readOnnxModel(readFileSync(file), { source: "model.onnx" });
  } catch (error) {
    if (!(error instanceof UnstrideError)) throw error;
    return error.diagnostics.map(({ code, found }) => `${code}: ${found}`).join("\n");
  }
}

describe.skipIf(folder === undefined)("files of other people", () => {
  test("published models", async () => {
    for (const file of publishedModels(folder ?? "")) {
      const model = await readOrReason(file);
      if (typeof model === "string") expect.fail(`${file}: ${model}`);
      expectPromisesKept(model);
      expect(model.graph.nodes.length).toBeGreaterThan(0);
    }
  });

  test("the models of the backend suite, and the tensors beside them, which are what the models say", async () => {
    const seen = new Set<string>();
    let tensors = 0;
    for (const file of conformanceModels(folder ?? "")) {
      const model = await readOrReason(file);
      if (typeof model === "string") seen.add(model);
      else {
        expectPromisesKept(model);
        tensors += checkTensorsBeside(file, model);
      }
    }
    expect([...seen].sort()).toEqual(Object.keys(reasons).sort());
    expect(tensors).toBeGreaterThan(0);
  });
});

/** Reads `input_i.pb` and `output_i.pb` of every data set; says how many there were. */
function checkTensorsBeside(modelFile: string, { graph }: OnnxModel): number {
  let count = 0;
  for (let set = 0; existsSync(dataSet(modelFile, set)); set++) {
    const values = [...graph.inputs.map(pathOf("input")), ...graph.outputs.map(pathOf("output"))];
    for (const [name, value] of values) {
      const file = join(dataSet(modelFile, set), name);
      if (existsSync(file) && value.type.kind === "tensor") count += checkTensor(file, value);
    }
  }
  return count;
}

const dataSet = (modelFile: string, set: number): string => join(dirname(modelFile), `test_data_set_${set}`);
const pathOf =
  (what: string) =>
  (value: OnnxValueInfo, index: number): [string, OnnxValueInfo] => [`${what}_${index}.pb`, value];

function checkTensor(file: string, { type }: OnnxValueInfo): number {
  const declared = type.kind === "tensor" ? type : undefined;
  const tensor = tensorOrReason(file);
  if (typeof tensor === "string") {
    expect(tensor, file).toBe(`import/element-type: ${declared?.elementType}`);
    expect(isElementType(declared?.elementType ?? "")).toBe(false);
    return 0;
  }
  expect(tensor.elementType, file).toBe(declared?.elementType);
  const { dimensions = tensor.shape } = declared ?? {};
  expect(tensor.shape.map((size, index) => (typeof dimensions[index] === "number" ? dimensions[index] : size))).toEqual(
    tensor.shape,
  );
  return 1;
}

function tensorOrReason(file: string): OnnxTensor | string {
  try {
    return readOnnxTensor(readFileSync(file), { source: "tensor.pb" });
  } catch (error) {
    if (!(error instanceof UnstrideError)) throw error;
    return error.diagnostics.map(({ code, found }) => `${code}: ${found}`).join("\n");
  }
}
