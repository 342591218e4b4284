/**
 * Layers that name their inputs: every call of a layer lists results of calls of others, `[layer, call, result, options]`.
 * A layer that is called more than once shares its weights. Source: Keras, `Functional.get_config`.
 */
import { fail } from "../../../../diagnostics/error.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { asNumber, asString, elements, isAbsent, isList, member, refuse, type JsonAt } from "../../json.js";
import type { CallOption, Layer, LayerCall, LayersModel, ModelPort, ValueReference } from "./layers-model.js";
import { orderCalls } from "./order-calls.js";
import { readInboundNode, type Inbound, type InboundOption, type InboundReference } from "./read-inbound.js";
import { readLayer } from "./read-layer.js";
import type { TopologyReading } from "./topology-reading.js";

interface ReadLayer {
  readonly layer: Layer;
  readonly at: string;
  readonly nodes: readonly Inbound[];
}

/** `{ name, layers, input_layers, output_layers }` */
export function readFunctional(config: JsonAt, reading: TopologyReading): LayersModel {
  const layers = elements(member(config, "layers")).map((each, index) => readEntry(each, index, reading));
  const places = new CallPlaces(layers);
  const calls = layers.flatMap(({ layer, nodes, at }) => callsOf(layer, nodes, at, places));
  const inputs = portsOf(member(config, "input_layers"), places, calls);
  const outputs = portsOf(member(config, "output_layers"), places, calls);
  const name = member(config, "name");
  const model = { name: isAbsent(name) ? "model" : asString(name), calls, inputs, outputs };
  return orderCalls(model, config.at);
}

function readEntry(given: JsonAt, index: number, reading: TopologyReading): ReadLayer {
  const layer = readLayer(given, index, reading);
  const inbound = member(given, "inbound_nodes");
  const nodes = isAbsent(inbound) ? [] : elements(inbound).map(readInboundNode);
  return { layer, at: given.at, nodes };
}

/** An input has one call that takes nothing. */
function callsOf(layer: Layer, nodes: readonly Inbound[], at: string, places: CallPlaces): readonly LayerCall[] {
  if (layer.input !== undefined) return [{ layer, inputs: [], options: new Map() }];
  return nodes.map(({ inputs, options }) => ({
    layer,
    inputs: inputs.map((reference) => places.find(reference, at)),
    options: new Map([...options].map(([name, option]) => [name, placedOption(option, at, places)] as const)),
  }));
}

function placedOption(option: InboundOption, at: string, places: CallPlaces): CallOption {
  return option.kind === "value" ? { kind: "value", value: places.find(option.value, at) } : option;
}

/** Where the calls of each layer stand among all calls. */
class CallPlaces {
  private readonly layers = new Map<
    string,
    { readonly start: number; readonly count: number; readonly base: number }
  >();

  constructor(layers: readonly ReadLayer[]) {
    const named = new Set<string>();
    for (const { inputs } of layers.flatMap(({ nodes }) => nodes))
      for (const { layer, node } of inputs) if (node === 0) named.add(layer);
    let start = 0;
    for (const { layer, nodes, at } of layers) {
      if (this.layers.has(layer.name)) {
        fail("import/duplicate-value", { at, found: `a layer named ${quoted(layer.name)} again` });
      }
      const count = layer.input === undefined ? nodes.length : 1;
      this.layers.set(layer.name, { start, count, base: baseOf(layer, named) });
      start += count;
    }
  }

  find({ layer, node, result }: InboundReference, at: string): ValueReference {
    const place = this.layers.get(layer);
    if (place === undefined) return fail("import/undefined-value", { at, found: `a layer ${quoted(layer)}` });
    const { start, count, base } = place;
    const index = node >= count ? node - base : node;
    if (index >= 0 && index < count) return { call: start + index, result };
    return fail("import/undefined-value", { at, found: `call ${node} of layer ${quoted(layer)}, which has ${count}` });
  }
}

/** Calls of a model inside the model count from 1 where its own making counts as one: then nothing names its call 0. */
function baseOf({ model, name }: Layer, namedAtZero: ReadonlySet<string>): number {
  return model !== undefined && !namedAtZero.has(name) ? 1 : 0;
}

/** `[[layer, call, result], …]`, of which one alone may stand without the list around it. */
function portsOf(given: JsonAt, places: CallPlaces, calls: readonly LayerCall[]): readonly ModelPort[] {
  const list = isList(given.value) && typeof given.value[0] === "string" ? [given] : elements(given);
  if (list.length === 0) refuse(given, "at least one");
  return list.map((port) => {
    const [layer, node, result] = elements(port);
    if (result === undefined) return refuse(port, "[layer, call, result]");
    const reference = { layer: asString(layer), node: asNumber(node), result: asNumber(result) };
    const value = places.find(reference, port.at);
    return { name: calls[value.call].layer.name, value };
  });
}
