/** What a call of a layer says besides its inputs: `training`, `mask`, and for attention `value` and `key`. */
import { fail } from "../../../../diagnostics/error.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { describeJson, type Json } from "../../json.js";
import type { LayerCall, ValueReference } from "../topology/layers-model.js";
import type { NodeQuestions } from "../../../importing/node-questions.js";
import type { LayerValue } from "./layer-value.js";

export type CallOptions = ReadonlyMap<string, CallOption>;

export type CallOption =
  { readonly kind: "value"; readonly value: LayerValue } | { readonly kind: "plain"; readonly value: Json };

/** A call of a layer, as far as its options go. */
interface Called {
  readonly node: NodeQuestions["node"];
  readonly options: CallOptions;
}

/** The options of a call with their values. */
export function callOptions({ options }: LayerCall, valueOf: (reference: ValueReference) => LayerValue): CallOptions {
  const entries = [...options].map(([name, option]): [string, CallOption] => {
    return [name, option.kind === "value" ? { kind: "value", value: valueOf(option.value) } : option];
  });
  return new Map(entries);
}

/** Nothing here trains, and what a model says of it is as in `predict`; a mask is that of the first input. */
const ofAnyCall = new Set(["training", "mask"]);

/** Fails with `import/unknown-attribute` where a call says what its layer does not take. */
export function checkOptions({ node, options }: Called, known: readonly string[]): void {
  for (const [name, option] of options) {
    const isNothing = option.kind === "plain" && (option.value === null || option.value === false);
    if (isNothing || ofAnyCall.has(name) || known.includes(name)) continue;
    const expected = `options of a call of ${node.operator}: ${known.join(", ") || "none"}`;
    const value = option.kind === "value" ? "a layer's result" : describeJson(option.value);
    const remedy = "build the model with layers that take what they need as inputs";
    fail("import/unknown-attribute", { at: node.location, expected, found: `${quoted(name)}: ${value}`, remedy });
  }
}

/** The value that a call gives under that name. */
export function valueOption({ options }: Pick<Called, "options">, name: string): LayerValue | undefined {
  const option = options.get(name);
  return option?.kind === "value" ? option.value : undefined;
}
