/**
 * lower-conv: rewrites convolutions by Winograd's algorithm where that pays; all others stay and are computed directly.
 *
 *     %y = conv(%x, constant) {strides = [1, 1], …}     →     %y = winograd_output(winograd_output(matmul(winograd_input(winograd_input(%x)), constant)))
 */
import type { Graph } from "../../ir/graph/graph.js";
import { conv } from "../../ir/ops/conv.js";
import { lowerByWinograd } from "../../ir/ops/winograd/by-winograd.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { ruleFor, type Rule } from "../driver/rule.js";
import { chooseWinograd, type WinogradChoice } from "./winograd/choose-winograd.js";

export type { WinogradChoice } from "./winograd/choose-winograd.js";

export interface LowerConvOptions {
  /** Absent: `auto`. */
  readonly winograd?: WinogradChoice;
}

const name = "lower-conv";

export function lowerConv({ winograd = "auto" }: LowerConvOptions = {}): Pass<Graph> {
  const rules = [winogradRule(winograd)];
  return {
    name,
    why: "filters of two and three taps take a half to a quarter of the multiplications",
    run: (graph, context) => (winograd === "off" ? graph : rewriteGraph(graph, rules, { pass: name, context })),
  };
}

/** conv(x, w) = output transform(input transform(x) · filter transform(w)) */
function winogradRule(wanted: WinogradChoice): Rule {
  return ruleFor("winograd", conv, (node, builder, match) => {
    const filter = match.constant(node.operands[1]);
    if (filter === undefined) return undefined;
    const choice = chooseWinograd(node, wanted, match.context.target);
    if (choice === undefined) return undefined;
    const text = `conv %${node.results[0].name} ${choice.reason}`;
    match.context.remark?.({ pass: name, at: node.location, text });
    return choice.plan && [lowerByWinograd(builder, node, filter, choice.plan)];
  });
}
