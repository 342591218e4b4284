/**
 * Phases of a transposed convolution that all see the same window are one convolution, with the phases as output channels:
 *
 *     interleave(conv(x, a), conv(x, b)) {strides = [1, 2, 1]}   =   reshape(transpose(reshape(conv(x, concat(a, b)))))
 *
 * where the reshapes and the transpose take phase p of pixel j to position p + 2 · j. So it is where the strides divide the
 * filter and what is cropped: a stride as large as the filter leaves one matrix product, and Winograd's algorithm transforms
 * an input once for all phases. The rearrangement costs nothing: results are stored where they belong.
 */
import { constant } from "../../ir/graph/constant.js";
import type { Node, NodeBuilder, Value } from "../../ir/graph/graph.js";
import { concat } from "../../ir/ops/concat.js";
import { conv, type ConvAttributes } from "../../ir/ops/conv.js";
import { interleave, type InterleaveAttributes } from "../../ir/ops/interleave.js";
import { reshape } from "../../ir/ops/reshape.js";
import { slice } from "../../ir/ops/slice.js";
import { transpose } from "../../ir/ops/transpose.js";
import { equalShapes } from "../../ir/types/shape.js";
import { onlyRead } from "./batch-norm-rules/parts.js";
import { ruleFor, type Match } from "../driver/rule.js";

/** interleave(conv(x, a), conv(x, b), …) = rearranged conv(x, concat(a, b, …)), filters being known. */
export const mergePhases = ruleFor("merge-phases", interleave, ({ operands, attributes }, builder, match) => {
  const phases = operands.map((operand) => phaseOf(operand, match));
  const [first] = phases;
  const counts = phaseCounts(attributes, operands);
  if (first === undefined || counts === undefined || phases.length < 2) return undefined;
  if (!phases.every((phase) => phase !== undefined && seeTheSame(phase, first, match))) return undefined;
  const filters = phases.flatMap((phase) => phase?.operands[1] ?? []);
  const filter = builder.one(concat, filters, { axis: first.operands[1].type.shape.length - 1 });
  const merged = builder.one(conv, [first.operands[0], filter], first.attributes);
  return [rearranged(builder, merged, counts, attributes)];
});

/** A phase that nothing else reads, made of known weights, its channels in one group. */
function phaseOf(value: Value, match: Match): Node<ConvAttributes> | undefined {
  const node = onlyRead(value, match) === undefined ? undefined : match.madeBy(value, conv);
  return node?.attributes.groups === 1 && isKnown(node.operands[1], match) ? node : undefined;
}

/** Whether a value is made of a constant by moving its elements; folding constants makes data of it. */
function isKnown(value: Value, match: Match): boolean {
  const node = match.producer(value);
  if (node === undefined) return false;
  const moves = [slice, transpose, reshape].some(({ name }) => node.op.name === name);
  return node.op.name === constant.name || (moves && isKnown(node.operands[0], match));
}

/** How many phases each dimension has; undefined where some have more elements than others, or there are none of some. */
function phaseCounts({ strides, shape, absent }: InterleaveAttributes, phases: readonly Value[]): number[] | undefined {
  const counts = strides.map((stride, d) => Math.min(stride, shape[d]));
  const sizes = shape.map((size, d) => size / counts[d]);
  return absent.length === 0 && phases.every(({ type }) => equalShapes(type.shape, sizes)) ? counts : undefined;
}

function seeTheSame(a: Node<ConvAttributes>, b: Node<ConvAttributes>, match: Match): boolean {
  const alike = equalShapes(a.operands[1].type.shape, b.operands[1].type.shape);
  return alike && equalParts(a.attributes, b.attributes) && readTheSame(a.operands[0], b.operands[0], match);
}

function readTheSame(a: Value, b: Value, match: Match): boolean {
  if (a === b) return true;
  const [first, second] = [match.madeBy(a, slice), match.madeBy(b, slice)];
  if (first === undefined || second === undefined || first.operands[0] !== second.operands[0]) return false;
  return equalParts(first.attributes, second.attributes);
}

function equalParts(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** [N, sizes…, phases · O] → [N, sizes · phases …, O]. */
function rearranged(
  builder: NodeBuilder,
  merged: Value,
  counts: readonly number[],
  { shape }: InterleaveAttributes,
): Value {
  const [batch, ...sizes] = merged.type.shape.slice(0, -1);
  const [spatial, channels] = [counts.slice(1, -1), shape[shape.length - 1]];
  const rank = sizes.length;
  const apart = builder.one(reshape, [merged], { shape: [batch, ...sizes, ...spatial, channels] });
  const permutation = [0, ...sizes.flatMap((_, d) => [1 + d, 1 + rank + d]), 1 + 2 * rank];
  return builder.one(reshape, [builder.one(transpose, [apart], { permutation })], { shape });
}
