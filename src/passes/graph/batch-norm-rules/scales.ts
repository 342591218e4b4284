/** Scales go into the filter of the convolution or product before or after them. */
import { derivedLocation } from "../../../diagnostics/location.js";
import type { Node, NodeBuilder, Value } from "../../../ir/graph/graph.js";
import { add, divide, multiply } from "../../../ir/ops/binary.js";
import { pad, type PadAttributes } from "../../../ir/ops/pad.js";
import { elementCount } from "../../../ir/types/shape.js";
import type { Match, Rule } from "../../driver/rule.js";
import { channelCount, hasOwnFilter, linear, perChannel, scaledFilter } from "../linear-ops.js";
import { isPerChannel, isScale, isShift, onlyRead, paddedOf, partsOf, sameShape, uniform } from "./parts.js";

/** op(x, w) · s = op(x, w · s), and the same with division: s per output channel, and nobody else reads op(x, w). */
const scaleAfter: Rule = {
  name: "scale-after",
  ops: [multiply, divide],
  apply(node, builder, match) {
    const { data, constant } = partsOf(node, match);
    const target = onlyRead(data, match);
    if (!hasOwnFilter(target, match) || !isScale(node, match)) return undefined;
    const factors = perChannel(match.constant(constant), node.results[0].type);
    if (factors?.length !== channelCount(target, "output") || !sameShape(data, node.results[0])) return undefined;
    const filter = scaledFilter(builder, target, match, "output", { factors, divided: isDivision(node) });
    // What is left is the target, and stays where the target came from.
    const location = derivedLocation("fold-batch-norm", target.location);
    return [builder.one(target.op, [target.operands[0], filter], target.attributes, { location })];
  },
};

/** op(x · s, w) = op(x, w · s), and the same with division: s per input channel. The padding in between is divided by s. */
const scaleBefore: Rule = {
  name: "scale-before",
  ops: linear,
  apply(node, builder, match) {
    const { inner, padding } = paddedOf(node.operands[0], match);
    const scale = match.producer(inner);
    if (!hasOwnFilter(node, match) || !isScale(scale, match)) return undefined;
    const { data, constant } = partsOf(scale, match);
    const factors = perChannel(match.constant(constant), inner.type);
    if (factors?.length !== channelCount(node, "input") || !sameShape(data, inner)) return undefined;
    const unscaled = padding && unscaledPadding(padding, factors, scale);
    if (padding !== undefined && unscaled === undefined) return undefined;
    const filter = scaledFilter(builder, node, match, "input", { factors, divided: isDivision(scale) });
    const source = unscaled === undefined ? data : builder.one(pad, [data], unscaled);
    return [builder.one(node.op, [source, filter], node.attributes)];
  },
};

/** q with pad(x · s, p) = pad(x, q) · s: zeros, edges and reflections scale by themselves, other numbers by one s that is not 0. */
function unscaledPadding(padding: PadAttributes, factors: readonly number[], scale: Node): PadAttributes | undefined {
  if (padding.mode !== "constant" || padding.value === 0) return padding;
  const factor = uniform(factors);
  if (factor === undefined || factor === 0 || scale.operands[0].type.elementType === "i32") return undefined;
  const value = Math.fround(scale.op.name === multiply.name ? padding.value / factor : padding.value * factor);
  return Number.isFinite(value) ? { ...padding, value } : undefined;
}

/** (y + b) · s = y · s + b · s, and the same with division, where y is such that s then goes into its filter. */
const scaleThroughShift: Rule = {
  name: "scale-through-shift",
  ops: [multiply, divide],
  apply(node, builder, match) {
    const { data, constant } = partsOf(node, match);
    const shift = onlyRead(data, match);
    if (!isShift(shift) || !isScale(node, match)) return undefined;
    const parts = partsOf(shift, match);
    if (!hasOwnFilter(onlyRead(parts.data, match), match) || !sameShape(parts.data, node.results[0])) return undefined;
    if (!isPerChannel(constant, node, match) || !isPerChannel(parts.constant, shift, match)) return undefined;
    const scaled = builder.one(node.op, [parts.data, constant], {});
    return [builder.one(add, [scaled, builder.one(node.op, [parts.constant, constant], {})], {})];
  },
};

/** (x · a) · b = x · (a · b), (x / a) · b = x · (b / a), (x · a) / b = x · (a / b), (x / a) / b = x / (a · b), for floats */
const mergeScales: Rule = {
  name: "merge-scales",
  ops: [multiply, divide],
  apply(node, builder, match) {
    const outer = partsOf(node, match);
    const scale = match.producer(outer.data);
    if (!isScale(node, match) || !isScale(scale, match) || outer.data.type.elementType === "i32") return undefined;
    const inner = partsOf(scale, match);
    const known = isModerate(outer.constant, node, match) && isModerate(inner.constant, scale, match);
    if (!known || !sameShape(inner.data, node.results[0]) || elementCount(inner.data.type.shape) === 0)
      return undefined;
    return [mergedScale(builder, node, scale, match)];
  },
};

/** One number per channel, none so large or small that products or quotients of two could overflow. */
function isModerate(value: Value, node: Node, match: Match): boolean {
  const factors = perChannel(match.constant(value), node.results[0].type);
  return factors?.every((factor) => factor === 0 || Math.abs(Math.log2(Math.abs(factor))) < 60) ?? false;
}

function mergedScale(builder: NodeBuilder, node: Node, scale: Node, match: Match) {
  const { data, constant: a } = partsOf(scale, match);
  const { constant: b } = partsOf(node, match);
  const [first, second] = [isDivision(scale), isDivision(node)];
  if (first && !second) return builder.one(multiply, [data, builder.one(divide, [b, a], {})], {});
  const factor = builder.one(first ? multiply : node.op, [a, b], {});
  return builder.one(first ? divide : multiply, [data, factor], {});
}

function isDivision({ op }: Node): boolean {
  return op.name === divide.name;
}

export const scaleRules: readonly Rule[] = [mergeScales, scaleAfter, scaleThroughShift, scaleBefore];
