/** What reading a model inside a model needs. */
import type { JsonAt } from "../../json.js";
import type { LayersModel } from "./layers-model.js";

export interface TopologyReading {
  /** The file's own name. */
  readonly source: string;
  /** `{ class_name, config }` of a model that is a layer of this one. */
  readonly readInner: (given: JsonAt) => LayersModel;
}

const modelClasses = new Set(["Model", "Functional", "Sequential", "LayersModel"]);

/** Whether a layer of that class is a model of its own. */
export function isModelClass(className: string): boolean {
  return modelClasses.has(className);
}
