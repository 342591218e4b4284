/** Looks at a TensorFlow.js model of either form. */
import { fail } from "../../diagnostics/error.js";
import { inspectGraphModel } from "./graph/inspect-graph-model.js";
import type { TfjsInspection } from "./inspection.js";
import type { TfjsModel } from "./read-model.js";

/** Looks at a model that has been read. Fails with `UnstrideError` where its topology cannot be read. */
export function inspectTfjsModel(model: TfjsModel): TfjsInspection {
  if (model.format === "graph-model") return inspectGraphModel(model);
  return fail("import/version", { at: model.source, expected: "a graph model", found: "a layers model" });
}
