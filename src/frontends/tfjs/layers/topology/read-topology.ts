/** `modelTopology` of a layers model → checked data, for both of its kinds: layers in a row, and layers that name their inputs. */
import { fail } from "../../../../diagnostics/error.js";
import { asString, isAbsent, isList, member, type JsonAt } from "../../json.js";
import type { LayersModel } from "./layers-model.js";
import { readFunctional } from "./read-functional.js";
import { readSequential } from "./read-sequential.js";
import { isModelClass, type TopologyReading } from "./topology-reading.js";

const deepest = 32;

/** The model that a file is. Fails with codes `import/…`. */
export function readTopology(topology: JsonAt, source: string): LayersModel {
  const wrapped = member(topology, "model_config");
  return readModel(isAbsent(wrapped) ? topology : wrapped, source, 0);
}

/** `{ class_name, config }` of a model; so many are around it. */
function readModel(given: JsonAt, source: string, depth: number): LayersModel {
  const reading: TopologyReading = { source, readInner: (inner) => readModel(inner, source, depth + 1) };
  if (depth > deepest) {
    fail("import/limit", { at: given.at, expected: `at most ${deepest} models in one another` });
  }
  const className = asString(member(given, "class_name"));
  const config = member(given, "config");
  if (className === "Sequential") return readSequential(config, reading);
  if (isModelClass(className) && !isList(config.value)) return readFunctional(config, reading);
  return fail("import/unsupported-operator", {
    at: given.at,
    expected: "a model of class Sequential, Functional or Model",
    found: JSON.stringify(className),
    remedy: "save the model with tf.LayersModel.save, or convert it with tensorflowjs_converter",
  });
}
