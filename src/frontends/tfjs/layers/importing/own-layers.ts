/**
 * Layers of the caller's own, for classes that TensorFlow.js does not have: functions that make a layer's result with the tools of
 * graphs in code.
 *
 *     layers: { MultiplyBeta: ({ inputs: [x], config }, { multiply }) => multiply(x, config.beta) }
 */
import { fail, UnstrideError } from "../../../../diagnostics/error.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import type { Value } from "../../../../ir/graph/graph.js";
import { nodeTools } from "../../../code/graph.js";
import { ToolBuilder } from "../../../code/tool-builder.js";
import type { JsonObject } from "../../json.js";
import { findLayer } from "../layer-table.js";
import type { LayerContext, LayerRow } from "./layer.js";
import type { LayerValue } from "./layer-value.js";
import type { FindLayer } from "./run-model.js";

/** A call of a layer of one's own. */
export interface OwnLayerCall {
  readonly inputs: readonly Value[];
  /** The layer's config as the model has it. */
  readonly config: JsonObject;
  /** The layer's weight of that name, f32; fails where the model has none. */
  weight(name: string): Value;
}

export type OwnLayerTools = ReturnType<typeof nodeTools>;

/** The result of a layer, or its results. */
export type OwnLayer = (call: OwnLayerCall, tools: OwnLayerTools) => Value | readonly Value[];

export interface OwnLayers {
  /** Layers of one's own by the class that the model calls them; they come before those that are known. */
  readonly layers?: Readonly<Record<string, OwnLayer>>;
}

/** The rows of one's own layers, and of those that are known. */
export function findWith(own: OwnLayers["layers"] = {}): FindLayer {
  const rows = new Map(Object.entries(own).map(([className, make]) => [className, ownRow(className, make)]));
  return (className) => rows.get(className) ?? findLayer(className);
}

function ownRow(className: string, make: OwnLayer): LayerRow {
  return { className, config: [], importLayer: (context) => called(context, make) };
}

function called(context: LayerContext, make: OwnLayer): readonly LayerValue[] {
  const { tensors, node, weights, config } = context;
  const builder = new ToolBuilder(node.operator, tensors.graph);
  const inputs = context.operands.map((operand) => builder.adopt(tensors.value(operand)));
  const weight = (name: string): Value => builder.adopt(tensors.value(weights.any(name)));
  const made = tensors.graph.at(node.location, () =>
    guarded(context, () => make({ inputs, config, weight }, nodeTools(builder))),
  );
  return (isList(made) ? made : [made]).map((value) => {
    const { elementType, shape } = checkedType(context, builder, value);
    return { value: { elementType, shape, computed: value, label: "" } };
  });
}

function isList(made: Value | readonly Value[]): made is readonly Value[] {
  return Array.isArray(made);
}

/** What the caller's function throws is told at the layer. */
function guarded<T>({ node }: LayerContext, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof UnstrideError) throw error;
    const found = error instanceof Error ? error.message : String(error);
    return fail("import/own-layer", { at: node.location, expected: "a result", found: quoted(found) });
  }
}

function checkedType({ node }: LayerContext, builder: ToolBuilder, value: unknown): Value["type"] {
  if (builder.has(value)) return value.type;
  const found = value === null ? "null" : typeof value;
  return fail("import/own-layer", { at: node.location, expected: "a value that the tools made", found });
}
