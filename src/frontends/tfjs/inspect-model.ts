/** Looks at a TensorFlow.js model of either form. */
import { inspectGraphModel } from "./graph/inspect-graph-model.js";
import type { TfjsInspection } from "./inspection.js";
import { inspectLayersModel } from "./layers/inspect-layers-model.js";
import type { OwnLayers } from "./layers/importing/own-layers.js";
import type { TfjsModel } from "./read-model.js";

/** Looks at a model that has been read. Fails with `UnstrideError` where its topology cannot be read. */
export function inspectTfjsModel(model: TfjsModel, own: OwnLayers = {}): TfjsInspection {
  return model.format === "graph-model" ? inspectGraphModel(model) : inspectLayersModel(model, own);
}
