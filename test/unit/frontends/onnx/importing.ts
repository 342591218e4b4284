/** Small models written in tests, imported and run by the reference. */
import { expect } from "vitest";
import { UnstrideError, type Diagnostic } from "../../../../src/diagnostics/error.js";
import { importOnnx, type ImportOnnxOptions } from "../../../../src/frontends/onnx/import-model.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import type { Graph } from "../../../../src/ir/graph/graph.js";
import { verifyGraph } from "../../../../src/ir/graph/verify-graph.js";
import type { Tensor } from "../../../../src/ir/types/tensor.js";
import {
  model,
  type AttributeSpec,
  type GraphSpec,
  type ModelSpec,
  type NodeSpec,
} from "../../../support/onnx-writer.js";

export type Spec = ModelSpec & GraphSpec;
export type Options = Partial<ImportOnnxOptions>;

/** The model's graph, which verifies. */
export async function imported(spec: Spec, options: Options = {}): Promise<Graph> {
  const graph = await importOnnx(model(spec), { source: "test.onnx", ...options });
  verifyGraph(graph);
  return graph;
}

/** What is wrong with a model; fails where it can be imported. */
export async function refusal(spec: Spec, options: Options = {}): Promise<readonly Diagnostic[]> {
  try {
    await imported(spec, options);
  } catch (error) {
    if (error instanceof UnstrideError) return error.diagnostics;
    throw error;
  }
  return expect.fail("the model was imported");
}

/** Outputs of the model as plain lists, by name. */
export async function run(
  spec: Spec,
  inputs: Readonly<Record<string, Tensor>>,
  options: Options = {},
): Promise<Record<string, readonly (number | bigint)[]>> {
  const outputs = evaluateGraph(await imported(spec, options), inputs);
  return Object.fromEntries([...outputs].map(([name, { data }]) => [name, [...data]]));
}

/** A model of one node on inputs and initializers; its first output is `y`. */
export function single(
  operator: string,
  opset: number,
  parts: Pick<GraphSpec, "inputs" | "initializers"> & {
    readonly attributes?: Readonly<Record<string, AttributeSpec>>;
    readonly outputs?: readonly string[];
    /** Names of the operands where they are not all inputs and then all initializers. */
    readonly operands?: readonly string[];
  },
): Spec {
  const { inputs = [], initializers = [], attributes = {}, outputs = ["y"] } = parts;
  const operands = parts.operands ?? [...inputs, ...initializers].map(({ name = "" }) => name);
  const node: NodeSpec = { operator, name: "node", inputs: operands, outputs, attributes };
  return { opset, nodes: [node], inputs, initializers, outputs: outputs.map((name) => ({ name })) };
}

/** A list of 64-bit integers as an initializer. */
export function int64s(
  name: string,
  ...values: readonly (number | bigint)[]
): NonNullable<GraphSpec["initializers"]>[number] {
  return { name, type: "i64", shape: [values.length], int64s: values };
}
