/** Layers models in tests: from JSON to a graph, and through its meaning. */
import { graphOfTfjsModel, type ImportTfjsOptions } from "../../../../../src/frontends/tfjs/import-model.js";
import { readTfjsModel } from "../../../../../src/frontends/tfjs/read-model.js";
import { evaluateGraph } from "../../../../../src/ir/graph/evaluate.js";
import type { Graph } from "../../../../../src/ir/graph/graph.js";
import { tensor } from "../../../../../src/ir/types/tensor.js";
import type { GraphModelFiles } from "../../../../support/tfjs-graph-fuzz.js";

export type Options = Partial<ImportTfjsOptions>;

export async function imported({ json, weights }: GraphModelFiles, options: Options = {}): Promise<Graph> {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  const model = await readTfjsModel(bytes, { source: "model.json", external: () => weights });
  return graphOfTfjsModel(model, options);
}

/** Outputs by name for inputs by name. */
export function run(graph: Graph, inputs: Readonly<Record<string, readonly number[]>>): Record<string, number[]> {
  const given = graph.inputs.map(({ name, value: { type } }) => {
    return [name, tensor(type.elementType, type.shape, inputs[name])] as const;
  });
  const outputs = evaluateGraph(graph, Object.fromEntries(given));
  return Object.fromEntries([...outputs].map(([name, { data }]) => [name, Array.from(data, Number)]));
}
