/** A TensorFlow.js model.json, of either form → Graph. */
import { fail } from "../../diagnostics/error.js";
import type { Graph } from "../../ir/graph/graph.js";
import type { Bindings } from "../importing/bind-inputs.js";
import { graphOfGraphModel } from "./graph/import-graph-model.js";
import { readTfjsModel, type ReadTfjsOptions, type TfjsModel } from "./read-model.js";

export interface ImportTfjsOptions extends ReadTfjsOptions, Bindings {}

/**
 * Imports a model. Inputs and outputs have the names that the model's own `predict` gives them.
 * Rejects with an `UnstrideError` (codes `import/…`, `geometry/…`, `graph/…` and the ops' own constraints), and with nothing else.
 */
export async function importTfjs(bytes: Uint8Array, options: ImportTfjsOptions): Promise<Graph> {
  return graphOfTfjsModel(await readTfjsModel(bytes, options), options);
}

/** The graph of a model that has been read. Fails with `UnstrideError`. */
export function graphOfTfjsModel(model: TfjsModel, bindings: Bindings): Graph {
  if (model.format === "graph-model") return graphOfGraphModel(model, bindings);
  return fail("import/version", { at: model.source, expected: "a graph model", found: "a layers model" });
}
