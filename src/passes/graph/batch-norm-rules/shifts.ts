/** Shifts go behind convolutions and products, where they are one bias. */
import type { Node, NodeBuilder, Value } from "../../../ir/graph/graph.js";
import { add, subtract } from "../../../ir/ops/binary.js";
import { conv, type ConvAttributes } from "../../../ir/ops/conv.js";
import { matmul } from "../../../ir/ops/matmul.js";
import { pad, type PadAttributes } from "../../../ir/ops/pad.js";
import { negate } from "../../../ir/ops/unary.js";
import { isUnpadded, noPadding } from "../../../ir/ops/window/windows.js";
import { tensor } from "../../../ir/types/tensor.js";
import { ruleFor, type Rule } from "../../driver/rule.js";
import { channelCount, perChannel, sumOverFilter } from "../linear-ops.js";
import { isLinear, isPerChannel, isShift, onlyRead, paddedOf, partsOf, sameShape, uniform } from "./parts.js";

/** (y + b) + c = y + (b + c), where y is a convolution or product */
const mergeShifts = ruleFor("merge-shifts", add, (node, builder, match) => {
  const outer = partsOf(node, match);
  const shift = onlyRead(outer.data, match);
  if (!isShift(shift) || !isPerChannel(outer.constant, node, match)) return undefined;
  const inner = partsOf(shift, match);
  if (!isLinear(match.producer(inner.data)) || !isPerChannel(inner.constant, shift, match)) return undefined;
  if (!sameShape(inner.data, node.results[0])) return undefined;
  return [builder.one(add, [inner.data, builder.one(add, [inner.constant, outer.constant], {})], {})];
});

/** y − c = y + (−c), where y is a convolution or product, or that with a shift */
const subtractShift = ruleFor("subtract-shift", subtract, (node, builder, match) => {
  const [data, constant] = node.operands;
  const maker = match.producer(data);
  const linearData = isLinear(maker) || (isShift(maker) && isLinear(match.producer(maker.operands[0])));
  if (!linearData || !isPerChannel(constant, node, match)) return undefined;
  return [builder.one(add, [data, builder.one(negate, [constant], {})], {})];
});

/**
 * op(x + t, w) = op(x, w) + Σ t · w, summed over taps and input channels, t one number per channel.
 * Padding in between must become padding with p − t, which is one number only where t is; edges and reflections shift by themselves.
 */
const shiftBefore: Rule = {
  name: "shift-before",
  ops: [conv, matmul],
  apply(node, builder, match) {
    const { inner, padding } = paddedOf(node.operands[0], match);
    const shift = padding === undefined || match.uses(node.operands[0]) === 1 ? onlyRead(inner, match) : undefined;
    const filter = match.constant(node.operands[1]);
    if (!isShift(shift) || filter === undefined || filter.shape.length < 2) return undefined;
    const { data, constant } = partsOf(shift, match);
    const shifts = perChannel(match.constant(constant), inner.type);
    if (shifts?.length !== channelCount(node, "input") || !sameShape(data, inner)) return undefined;
    const unshifted = unshiftedNode(builder, node, data, padding, shifts);
    const sums = sumOverFilter(node, filter, shifts);
    if (unshifted === undefined || sums === undefined) return undefined;
    const bias = builder.constant(tensor(inner.type.elementType, [sums.length], sums));
    return [builder.one(add, [unshifted, bias], {})];
  },
};

/** The node on `data`, which lacks the shift, padded so that with the shift it would be as before; undefined where no pad does that. */
function unshiftedNode(
  builder: NodeBuilder,
  node: Node,
  data: Value,
  padding: PadAttributes | undefined,
  shifts: readonly number[],
): Value | undefined {
  const own = ownPadding(node);
  const shift = uniform(shifts);
  if (shift === undefined && (own !== undefined || padding?.mode === "constant")) return undefined;
  const padded = padding === undefined ? data : builder.one(pad, [data], shiftedPad(padding, shift ?? 0));
  if (own === undefined) return builder.one(node.op, [padded, node.operands[1]], node.attributes);
  const around = { padding: [[0, 0], ...own, [0, 0]] as const, mode: "constant" as const, value: -(shift ?? 0) };
  const attributes = { ...node.attributes, padding: noPadding(own.length) };
  return builder.one(node.op, [builder.one(pad, [padded], around), node.operands[1]], attributes);
}

function shiftedPad(padding: PadAttributes, shift: number): PadAttributes {
  return padding.mode === "constant" ? { ...padding, value: Math.fround(padding.value - shift) } : padding;
}

/** The padding of a convolution, where it has any. */
function ownPadding({ op, attributes }: Node): ConvAttributes["padding"] | undefined {
  if (op.name !== conv.name) return undefined;
  const { padding } = attributes as ConvAttributes;
  return isUnpadded(padding) ? undefined : padding;
}

export const shiftRules: readonly Rule[] = [subtractShift, mergeShifts, shiftBefore];
