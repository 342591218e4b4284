/**
 * fold-batch-norm: scales by constants per channel, before and after convolutions and matrix products, become part of the filter;
 * shifts become one bias. What is left of a batch normalisation is at most one addition.
 *
 *     %c = conv(%x, %w)
 *     %s = multiply(%c, %scale)         %w1 = %w * %scale (a constant)
 *     %b = add(%s, %shift)        →     %c = conv(%x, %w1)
 *                                       %b = add(%c, %shift)
 *
 * Equal up to the rounding of the products. A filter that others read as well is left alone, since a second one would be needed.
 */
import type { Graph, Node, Value } from "../../ir/graph/graph.js";
import { add, divide, multiply, subtract } from "../../ir/ops/binary.js";
import { pad, type PadAttributes } from "../../ir/ops/pad.js";
import { negate } from "../../ir/ops/unary.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { ruleFor, type Match, type Rule } from "../driver/rule.js";
import { fold } from "./fold-constants.js";
import { channelCount, hasOwnFilter, linear, perChannel, scaledFilter } from "./linear-ops.js";

/** op(x, w) · s = op(x, w · s), and the same with division: s per output channel, and nobody else reads op(x, w). */
const scaleAfter: Rule = {
  name: "scale-after",
  ops: [multiply, divide],
  apply(node, builder, match) {
    const { data, constant } = scaleParts(node, match);
    const target = onlyRead(data, match);
    if (!hasOwnFilter(target, match) || !isDivisible(node, match)) return undefined;
    const factors = perChannel(match.constant(constant), node.results[0].type);
    if (factors === undefined || factors.length !== channelCount(target, "output")) return undefined;
    const filter = scaledFilter(builder, target, "output", node.op, factors);
    return [builder.one(target.op, [target.operands[0], filter], target.attributes)];
  },
};

/** op(x · s, w) = op(x, w · s), and the same with division: s per input channel. Zero padding in between keeps it, since 0 · s = 0. */
const scaleBefore: Rule = {
  name: "scale-before",
  ops: linear,
  apply(node, builder, match) {
    if (!hasOwnFilter(node, match)) return undefined;
    const padding = match.madeBy(node.operands[0], pad);
    if (padding !== undefined && !keepsZeros(padding.attributes)) return undefined;
    const scale = match.producer(padding === undefined ? node.operands[0] : padding.operands[0]);
    if (scale === undefined || !(isScale(scale) && isDivisible(scale, match))) return undefined;
    const { data, constant } = scaleParts(scale, match);
    const factors = perChannel(match.constant(constant), scale.results[0].type);
    if (factors?.length !== channelCount(node, "input") || !sameType(data, scale.results[0])) return undefined;
    const unscaled = padding === undefined ? data : builder.one(pad, [data], padding.attributes);
    const filter = scaledFilter(builder, node, "input", scale.op, factors);
    return [builder.one(node.op, [unscaled, filter], node.attributes)];
  },
};

/** (y + b) · s = y · s + b · s, and the same with division, where y is such that s then goes into its filter. */
const scaleThroughShift: Rule = {
  name: "scale-through-shift",
  ops: [multiply, divide],
  apply(node, builder, match) {
    const { data, constant } = scaleParts(node, match);
    const shift = onlyRead(data, match);
    if (shift?.op.name !== add.name || !isDivisible(node, match)) return undefined;
    const parts = scaleParts(shift, match);
    if (!hasOwnFilter(onlyRead(parts.data, match), match) || !sameType(parts.data, node.results[0])) return undefined;
    if (!isPerChannel(constant, node, match) || !isPerChannel(parts.constant, shift, match)) return undefined;
    const scaled = builder.one(node.op, [parts.data, constant], {});
    return [builder.one(add, [scaled, builder.one(node.op, [parts.constant, constant], {})], {})];
  },
};

/** (y + b) + c = y + (b + c), where y is a convolution or product */
const mergeShifts = ruleFor("merge-shifts", add, (node, builder, match) => {
  const outer = scaleParts(node, match);
  const shift = onlyRead(outer.data, match);
  if (shift?.op.name !== add.name || !isPerChannel(outer.constant, node, match)) return undefined;
  const inner = scaleParts(shift, match);
  if (!isLinear(match.producer(inner.data)) || !isPerChannel(inner.constant, shift, match)) return undefined;
  if (!sameType(inner.data, node.results[0])) return undefined;
  return [builder.one(add, [inner.data, builder.one(add, [inner.constant, outer.constant], {})], {})];
});

/** y − c = y + (−c), where y is a convolution or product, or that with a shift */
const subtractShift = ruleFor("subtract-shift", subtract, (node, builder, match) => {
  const [data, constant] = node.operands;
  const maker = match.producer(data);
  const linearData = isLinear(maker) || (maker?.op.name === add.name && isLinear(match.producer(maker.operands[0])));
  if (!linearData || !isPerChannel(constant, node, match)) return undefined;
  return [builder.one(add, [data, builder.one(negate, [constant], {})], {})];
});

export const foldBatchNormRules: readonly Rule[] = [
  fold,
  subtractShift,
  mergeShifts,
  scaleAfter,
  scaleThroughShift,
  scaleBefore,
];

export const foldBatchNorm: Pass<Graph> = {
  name: "fold-batch-norm",
  why: "scales cost nothing inside a filter, and one bias costs nothing in the epilogue",
  run: (graph, context) => rewriteGraph(graph, foldBatchNormRules, { pass: "fold-batch-norm", context }),
};

interface Parts {
  readonly data: Value;
  readonly constant: Value;
}

/** The operands of a binary node with the known one (if any) as `constant`, which in a division is always the divisor. */
function scaleParts({ operands: [a, b] }: Node, match: Match): Parts {
  return match.constant(a) === undefined ? { data: a, constant: b } : { data: b, constant: a };
}

/** Whether pad(x · s) = pad(x) · s for every s per channel. */
function keepsZeros({ padding, mode, value }: PadAttributes): boolean {
  const keepsChannels = padding[padding.length - 1]?.every((size) => size === 0) ?? false;
  return keepsChannels && (mode !== "constant" || value === 0);
}

/** Multiplications, and divisions by a constant without zeros. */
function isDivisible({ op, operands: [a, b] }: Node, match: Match): boolean {
  if (op.name !== divide.name) return true;
  const divisor = match.constant(b);
  return a.type.elementType !== "i32" && divisor !== undefined && !divisor.data.some((value) => value == 0);
}

function isScale({ op }: Node): boolean {
  return op.name === multiply.name || op.name === divide.name;
}

function isLinear(node: Node | undefined): boolean {
  return linear.some(({ name }) => name === node?.op.name);
}

function isPerChannel(value: Value, { results: [result] }: Node, match: Match): boolean {
  return perChannel(match.constant(value), result.type) !== undefined;
}

/** The node that makes a value which only the node at hand reads. */
function onlyRead(value: Value, match: Match): Node | undefined {
  return match.uses(value) === 1 ? match.producer(value) : undefined;
}

function sameType(a: Value, b: Value): boolean {
  return a.type.shape.length === b.type.shape.length && a.type.shape.every((size, d) => size === b.type.shape[d]);
}
