/** Canonical forms of ops that only move elements: what moves nothing goes, two moves are one. */
import type { Node, Value } from "../../../ir/graph/graph.js";
import { broadcast } from "../../../ir/ops/broadcast.js";
import { concat } from "../../../ir/ops/concat.js";
import { dilate } from "../../../ir/ops/dilate.js";
import { gather } from "../../../ir/ops/indexing/gather.js";
import { interleave } from "../../../ir/ops/interleave.js";
import { pad } from "../../../ir/ops/pad.js";
import { reshape } from "../../../ir/ops/reshape.js";
import { slice } from "../../../ir/ops/slice.js";
import { split } from "../../../ir/ops/split.js";
import { transpose } from "../../../ir/ops/transpose.js";
import { elementCount, equalShapes } from "../../../ir/types/shape.js";
import { numbers } from "../../../ir/types/tensor.js";
import { ruleFor, type Rule } from "../../driver/rule.js";
import { isReshape } from "../transposes/turn.js";

const isOne = (step: number) => step === 1;

function keepsShape({ operands: [x], results: [result] }: Node): boolean {
  return equalShapes(x.type.shape, result.type.shape);
}

/** op(x) = x, where the shape stays and nothing moves */
const identities: readonly Rule[] = [
  ruleFor("identity-reshape", reshape, (node) => (keepsShape(node) ? [node.operands[0]] : undefined)),
  ruleFor("identity-broadcast", broadcast, (node) => (keepsShape(node) ? [node.operands[0]] : undefined)),
  ruleFor("identity-transpose", transpose, ({ operands: [x], attributes: { permutation } }) =>
    permutation.every((from, to) => from === to) ? [x] : undefined,
  ),
  ruleFor("identity-slice", slice, (node) =>
    keepsShape(node) && node.attributes.steps.every(isOne) ? [node.operands[0]] : undefined,
  ),
  ruleFor("identity-pad", pad, ({ operands: [x], attributes: { padding } }) =>
    padding.flat().every((size) => size === 0) ? [x] : undefined,
  ),
  ruleFor("identity-dilate", dilate, ({ operands: [x], attributes: { strides } }) =>
    strides.every(isOne) ? [x] : undefined,
  ),
  ruleFor("identity-interleave", interleave, ({ operands: [x], attributes: { strides } }) =>
    strides.every(isOne) ? [x] : undefined,
  ),
  ruleFor("split-into-one", split, ({ operands: [x], attributes: { sizes } }) =>
    sizes.length === 1 ? [x] : undefined,
  ),
];

/** reshape(reshape(x)) = reshape(x) */
const reshapeTwice = ruleFor("reshape-twice", reshape, ({ operands: [y], attributes }, builder, match) => {
  const inner = match.madeBy(y, reshape);
  return inner && [builder.one(reshape, inner.operands, attributes)];
});

/** transpose(transpose(x, p), q) = transpose(x, p[q]), unless the outer one is a mere reshape of what others read as well */
const transposeTwice = ruleFor("transpose-twice", transpose, ({ operands: [y], attributes }, builder, match) => {
  const inner = match.madeBy(y, transpose);
  if (inner === undefined) return undefined;
  if (match.uses(y) > 1 && isReshape(attributes.permutation, y.type.shape)) return undefined;
  const permutation = attributes.permutation.map((d) => inner.attributes.permutation[d]);
  return [builder.one(transpose, inner.operands, { permutation })];
});

/** broadcast(broadcast(x)) = broadcast(x) */
const broadcastTwice = ruleFor("broadcast-twice", broadcast, ({ operands: [y], attributes }, builder, match) => {
  const inner = match.madeBy(y, broadcast);
  return inner && [builder.one(broadcast, inner.operands, attributes)];
});

/** slice(slice(x, a, s), b, t) = slice(x, a + b·s, s·t) */
const sliceTwice = ruleFor("slice-twice", slice, ({ operands: [y], attributes }, builder, match) => {
  const inner = match.madeBy(y, slice);
  if (inner === undefined || elementCount(attributes.sizes) === 0) return undefined;
  const starts = inner.attributes.starts.map((start, d) => start + attributes.starts[d] * inner.attributes.steps[d]);
  const steps = inner.attributes.steps.map((step, d) => step * attributes.steps[d]);
  return [builder.one(slice, inner.operands, { starts, sizes: attributes.sizes, steps })];
});

/** pad(pad(x, p), q) = pad(x, p + q), for the same constant, where q adds or p did not crop */
const padTwice = ruleFor("pad-twice", pad, ({ operands: [y], attributes: outer }, builder, match) => {
  const inner = match.madeBy(y, pad)?.attributes;
  const x = match.producer(y)?.operands[0];
  if (inner === undefined || x === undefined) return undefined;
  const sameConstant = inner.mode === "constant" && outer.mode === "constant" && Object.is(inner.value, outer.value);
  const isSum = inner.padding.every((pair, d) => pair.every((p, end) => p >= 0 || outer.padding[d][end] <= 0));
  if (!sameConstant || !isSum) return undefined;
  const padding = inner.padding.map(([low, high], d): [number, number] => {
    return [low + outer.padding[d][0], high + outer.padding[d][1]];
  });
  return [builder.one(pad, [x], { padding, mode: "constant", value: inner.value })];
});

/** pad(x, p) = slice(x), where p only crops */
const cropIsSlice = ruleFor("crop-is-slice", pad, ({ operands: [x], attributes, results: [result] }, builder) => {
  const { padding } = attributes;
  if (padding.flat().some((size) => size > 0)) return undefined;
  const starts = padding.map(([low]) => (low === 0 ? 0 : -low));
  return [builder.one(slice, [x], { starts, sizes: result.type.shape, steps: padding.map(() => 1) })];
});

/** concat(x) = x, and operands without elements add nothing */
const concatOfOne = ruleFor("concat-of-one", concat, ({ operands, attributes }, builder) => {
  const filled = operands.filter(({ type }) => type.shape[attributes.axis] > 0);
  if (filled.length === 1) return filled;
  if (filled.length === operands.length || filled.length === 0) return operands.length === 1 ? operands : undefined;
  return [builder.one(concat, filled, attributes)];
});

/** concat(concat(a, b), c) = concat(a, b, c), where nobody else reads the inner one */
const concatTwice = ruleFor("concat-twice", concat, ({ operands, attributes }, builder, match) => {
  const parts = operands.map((operand): readonly Value[] => {
    const inner = match.uses(operand) === 1 ? match.madeBy(operand, concat) : undefined;
    return inner?.attributes.axis === attributes.axis ? inner.operands : [operand];
  });
  return parts.some((part, i) => part[0] !== operands[i]) ? [builder.one(concat, parts.flat(), attributes)] : undefined;
});

/** gather(x, i) with known indices in equal steps = slice(x) */
const gatherIsSlice = ruleFor("gather-is-slice", gather, (node, builder, match) => {
  const [x, indices] = node.operands;
  const known = match.constant(indices);
  const { axis } = node.attributes;
  const size = x.type.shape[axis];
  const chosen = known && Array.from(numbers(known), (index) => clampIndex(index, size));
  if (chosen === undefined || chosen.length === 0) return undefined;
  const step = chosen.length === 1 ? 1 : chosen[1] - chosen[0];
  if (step === 0 || chosen.some((index, i) => index !== chosen[0] + i * step)) return undefined;
  const sliced = builder.one(slice, [x], {
    starts: x.type.shape.map((_, d) => (d === axis ? chosen[0] : 0)),
    sizes: x.type.shape.with(axis, chosen.length),
    steps: x.type.shape.map((_, d) => (d === axis ? step : 1)),
  });
  return [builder.one(reshape, [sliced], { shape: node.results[0].type.shape })];
});

/** As `gather` does: negative indices count from the end, those outside take the nearest element. */
function clampIndex(index: number, size: number): number {
  return Math.min(Math.max(index < 0 ? index + size : index, 0), size - 1);
}

export const movementRules: readonly Rule[] = [
  ...identities,
  reshapeTwice,
  transposeTwice,
  broadcastTwice,
  sliceTwice,
  padTwice,
  cropIsSlice,
  concatOfOne,
  concatTwice,
  gatherIsSlice,
];
