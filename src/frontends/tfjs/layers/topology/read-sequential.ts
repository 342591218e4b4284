/** Layers in a row: each takes what the one before it makes, the first one takes the model's input. */
import { fail } from "../../../../diagnostics/error.js";
import { asString, elements, isAbsent, isList, member, type JsonAt } from "../../json.js";
import type { DeclaredShape, Layer, LayerCall, LayersModel } from "./layers-model.js";
import { declaredShape, readLayer } from "./read-layer.js";
import type { TopologyReading } from "./topology-reading.js";

/** The config is the list of layers, or has it. */
export function readSequential(config: JsonAt, reading: TopologyReading): LayersModel {
  const isBare = isList(config.value);
  const list = elements(isBare ? config : member(config, "layers"));
  const name = isBare || isAbsent(member(config, "name")) ? "sequential" : asString(member(config, "name"));
  const layers = list.map((each, index) => readLayer(each, index, reading));
  if (layers.length === 0)
    fail("import/missing", { at: config.at, expected: "layers", remedy: "save a model that has layers" });
  const all = layers[0].input === undefined ? [inputOf(layers[0], list[0]), ...layers] : layers;
  const calls = all.map((layer, i): LayerCall => {
    return { layer, inputs: i === 0 ? [] : [{ call: i - 1, result: 0 }], options: new Map() };
  });
  const last = all[all.length - 1];
  return {
    name,
    calls,
    inputs: [{ name: all[0].name, value: { call: 0, result: 0 } }],
    outputs: [{ name: last.name, value: { call: all.length - 1, result: 0 } }],
  };
}

/** The input that TensorFlow.js puts before a first layer which is none itself. */
function inputOf(first: Layer, given: JsonAt): Layer {
  const name = `${first.name}_input`;
  const input = inputOfModel(first) ?? declaredShape(member(given, "config")) ?? { dtype: "float32", shape: undefined };
  return { name, className: "InputLayer", config: {}, location: first.location, input };
}

/** Where the first layer is a model, what its own input is. */
function inputOfModel({ model }: Layer): DeclaredShape | undefined {
  if (model === undefined) return undefined;
  return model.calls.find(({ layer }) => layer.input !== undefined)?.layer.input;
}
