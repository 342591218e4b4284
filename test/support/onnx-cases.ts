/**
 * Cases of the ONNX backend suite: a model, and inputs with the outputs they give. Values that decide shapes are inputs there; where
 * an import says that such a value is needed, the case's own value is made part of the model, first of all inputs but the first.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UnstrideError } from "../../src/diagnostics/error.js";
import { graphOfModel } from "../../src/frontends/onnx/import-model.js";
import type { OnnxModel } from "../../src/frontends/onnx/proto/model.js";
import { readOnnxModel, readOnnxTensor } from "../../src/frontends/onnx/read-model.js";
import type { Graph } from "../../src/ir/graph/graph.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import type { Tensors } from "./executors.js";

export interface OnnxCase {
  readonly category: string;
  readonly name: string;
  readonly operators: readonly string[];
}

/** All cases of a category that the suite's table lists. */
export function onnxCases(folder: string, category: string): readonly OnnxCase[] {
  const lines = readFileSync(join(folder, "conformance/onnx/CASES.tsv"), "utf8").trim().split("\n").slice(1);
  const rows = lines.map((line) => line.split("\t"));
  return rows
    .filter(([each]) => each === category)
    .map(([, name = "", , operators = ""]) => ({ category, name, operators: operators.split("+") }));
}

/** Inputs and expected outputs of one run. */
export interface DataSet {
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

export interface ReadCase {
  readonly model: OnnxModel;
  readonly dataSets: readonly DataSet[];
}

/** Without data where inputs or outputs are no tensors. Fails as `readOnnxModel` does. */
export async function readCase(folder: string, { category, name }: OnnxCase): Promise<ReadCase> {
  const at = join(folder, "conformance/onnx", category, name);
  const model = await readOnnxModel(readFileSync(join(at, "model.onnx")), { source: "model.onnx" });
  const ports = [...model.graph.inputs, ...model.graph.outputs];
  if (!ports.every(({ type }) => type.kind === "tensor")) return { model, dataSets: [] };
  const sets = readdirSync(at).filter((each) => each.startsWith("test_data_set_"));
  const dataSets = sets.sort().map((set) => ({
    inputs: tensors(join(at, set), "input", model.graph.inputs),
    outputs: tensors(join(at, set), "output", model.graph.outputs),
  }));
  return { model, dataSets };
}

function tensors(at: string, kind: string, values: readonly { readonly name: string }[]): Tensors {
  const read = values.map(({ name }, i) => {
    const path = join(at, `${kind}_${i}.pb`);
    return existsSync(path) ? [[name, readOnnxTensor(readFileSync(path), { source: `${kind}_${i}.pb` })] as const] : [];
  });
  return Object.fromEntries(read.flat());
}

/** The graph for one data set. */
export function graphOfCase(model: OnnxModel, set: DataSet): Graph {
  const [first, ...others] = model.graph.inputs.map(({ name }) => name);
  const attempts = [[], others, first === undefined ? others : [first, ...others]];
  for (const names of attempts) {
    try {
      return graphWithConstants(model, set, names);
    } catch (error) {
      const needsMore = error instanceof UnstrideError && error.code === "import/run-time-value";
      if (!needsMore || names === attempts[2]) throw error;
    }
  }
  throw new Error("no attempt was made");
}

/** The graph with all inputs part of the model: whatever can be is computed while importing. */
export function foldedGraphOfCase(model: OnnxModel, set: DataSet): Graph {
  return graphWithConstants(model, set, Object.keys(set.inputs));
}

function graphWithConstants(model: OnnxModel, { inputs }: DataSet, names: readonly string[]): Graph {
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  const constants = Object.fromEntries(
    names.flatMap((name) => (inputs[name] === undefined ? [] : [[name, inputs[name]]])),
  );
  return graphOfModel(model, { shapes, constants });
}

/** The inputs that the graph still has. */
export function inputsOf(graph: Graph, { inputs }: DataSet): Tensors {
  return Object.fromEntries(graph.inputs.map(({ name }) => [name, inputs[name] as Tensor]));
}
