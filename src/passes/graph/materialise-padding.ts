/**
 * materialise-padding: padding of windows becomes `pad`, negative padding `slice`, so that no kernel ever tests a bound.
 *
 *     %y = conv(%x, %w) {padding = [[1, 1]], …}      →   %p = pad(%x) {padding = [[0, 0], [1, 1], [0, 0]]}
 *                                                        %y = conv(%p, %w) {padding = [[0, 0]], …}
 *     %y = pad(%x) {padding = [[-1, 2]]}             →   %y = pad(slice(%x)) {padding = [[0, 2]]}
 *
 * Convolutions and sums are padded with 0, a maximum with the least value of its type. The pad costs no copy where what
 * makes %x can write into the middle of %p.
 */
import type { Graph, OpDefinition } from "../../ir/graph/graph.js";
import type { TensorType } from "../../ir/types/tensor.js";
import { conv } from "../../ir/ops/conv.js";
import { leastValue, maxPool } from "../../ir/ops/max-pool.js";
import { pad } from "../../ir/ops/pad.js";
import { sumPool } from "../../ir/ops/sum-pool.js";
import { padOrCrop } from "../../ir/ops/window/rearrange.js";
import { isUnpadded, noPadding, type WindowAttributes } from "../../ir/ops/window/windows.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { ruleFor, type Rule } from "../driver/rule.js";
import { paddingMaterialised } from "./properties.js";

const name = "materialise-padding";

/** op(x, …) {padding} = op(pad(x), …) */
function paddingOf<A extends WindowAttributes>(op: OpDefinition<A>, value: (type: TensorType) => number): Rule {
  return ruleFor(`padding-of-${op.name}`, op, ({ operands, attributes }, builder) => {
    const { padding } = attributes;
    if (isUnpadded(padding)) return undefined;
    const [input, ...others] = operands;
    const padded = padOrCrop(builder, input, [[0, 0], ...padding, [0, 0]], value(input.type));
    return [builder.one(op, [padded, ...others], { ...attributes, padding: noPadding(padding.length) })];
  });
}

/** pad(x) {padding < 0} = pad(slice(x)) */
const cropOfPad = ruleFor("crop-of-pad", pad, ({ operands, attributes }, builder) => {
  const { padding, mode, value } = attributes;
  if (mode !== "constant" || !padding.some(([low, high]) => low < 0 || high < 0)) return undefined;
  return [padOrCrop(builder, operands[0], padding, value)];
});

const zero = () => 0;
const rules = [paddingOf(conv, zero), paddingOf(sumPool, zero), paddingOf(maxPool, leastValue), cropOfPad];

export const materialisePadding: Pass<Graph> = {
  name,
  why: "every access of a kernel lies inside its operand, so that no loop tests bounds",
  gives: [paddingMaterialised],
  run: (graph, context) => rewriteGraph(graph, rules, { pass: name, context }),
};
