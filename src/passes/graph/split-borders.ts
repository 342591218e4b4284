/**
 * Windows over a large input of the model that reach over its ends: the results whose windows lie inside are computed on the
 * input as it is, those at its borders on the taps that are inside. A padded copy of the input would take longer.
 *
 *     %y = conv(%x, %w) {padding = [[1, 1]], …}   →   %first = conv(slice(%x), slice(%w))        without the first tap
 *                                                     %inside = conv(slice(%x), %w)
 *                                                     %last = conv(slice(%x), slice(%w))         without the last tap
 *                                                     %y = concat(%first, %inside, %last)
 *
 * What is made inside a model is written into the middle of a padded buffer, and needs no such thing.
 */
import { tapsInside, type TapRange } from "../../ir/geometry/clipped-window.js";
import type { Node, NodeBuilder, Value } from "../../ir/graph/graph.js";
import { concat } from "../../ir/ops/concat.js";
import { pick, wholeDimension, type Picks } from "../../ir/ops/window/rearrange.js";
import { spatialSizes, windowOf, type WindowAttributes } from "../../ir/ops/window/windows.js";
import { elementCount } from "../../ir/types/shape.js";

/** Neighbouring results along one dimension whose windows have the same taps inside. */
interface Run extends TapRange {
  readonly start: number;
  readonly count: number;
}

/** An op of windows, as far as splitting it must know. */
export interface Splitting<A extends WindowAttributes> {
  kernelOf(node: Node<A>): readonly number[];
  /** The part of the result that reads `input`, unpadded, by the picked taps. */
  part(builder: NodeBuilder, node: Node<A>, input: Value, taps: readonly Picks[]): Value;
}

/** Elements below which calls for the borders take longer than a copy: 112×112×32 takes 0.035 ms to copy. */
const largeInput = 2 ** 17;
/** More multiply-adds for each element of the input hide its copy. */
const fewSteps = 40;
/** The largest share of results at borders, where rows are short. */
const mostBorder = 1 / 12;

/** The node's result in parts without padding, where that pays; undefined where it does not. */
export function splitBorders<A extends WindowAttributes>(
  splitting: Splitting<A>,
  node: Node<A>,
  builder: NodeBuilder,
): Value | undefined {
  const { padding } = node.attributes;
  const kernel = splitting.kernelOf(node);
  if (padding.some(([low, high]) => low < 0 || high < 0) || !readsMuch(node, kernel)) return undefined;
  const runs = padding.map((_, d) => runsAlong(node, kernel, d));
  const isClipped = ({ first, end }: TapRange): boolean => first === end;
  if (runs.some((along) => along.some(isClipped)) || borderShare(runs, kernel) > mostBorder) return undefined;
  return joined(runs, (chosen) => partOf(splitting, node, builder, chosen), builder);
}

/** Whether the input is so large, and so little is done with it, that a copy would be felt. */
function readsMuch(node: Node, kernel: readonly number[]): boolean {
  const [input, result] = [node.operands[0], node.results[0]].map((value) => elementCount(value?.type.shape ?? []));
  const channels = node.operands[1]?.type.shape.at(-2) ?? 1;
  return input >= largeInput && result * elementCount(kernel) * channels <= fewSteps * input;
}

function runsAlong(
  { operands, results, attributes }: Node<WindowAttributes>,
  kernel: readonly number[],
  d: number,
): readonly Run[] {
  const [size, extent] = [operands[0], results[0]].map(({ type }) => spatialSizes(type.shape)[d]);
  const window = windowOf(kernel, attributes, d);
  const taps = Array.from({ length: extent }, (_, i) => tapsInside(i, size, window, attributes.padding[d][0]));
  const starts = taps.flatMap((range, i) => (i > 0 && sameTaps(range, taps[i - 1]) ? [] : [i]));
  return starts.map((start, i) => ({ ...taps[start], start, count: (starts[i + 1] ?? extent) - start }));
}

function sameTaps(a: TapRange, b: TapRange): boolean {
  return a.first === b.first && a.end === b.end;
}

/** How many of the results do not have all taps inside. */
function borderShare(runs: readonly (readonly Run[])[], kernel: readonly number[]): number {
  const inside = runs.map((along, d) => {
    const total = along.reduce((sum, { count }) => sum + count, 0);
    const whole = along.find(({ first, end }) => end - first === kernel[d])?.count ?? 0;
    return whole / total;
  });
  return 1 - inside.reduce((product, share) => product * share, 1);
}

/** The parts of all combinations of runs, side by side. */
function joined(
  [along, ...others]: readonly (readonly Run[])[],
  part: (chosen: readonly Run[]) => Value,
  builder: NodeBuilder,
  chosen: readonly Run[] = [],
): Value {
  if (along === undefined) return part(chosen);
  const parts = along.map((run) => joined(others, part, builder, [...chosen, run]));
  const [first] = parts;
  return parts.length === 1 ? first : builder.one(concat, parts, { axis: chosen.length + 1 });
}

function partOf<A extends WindowAttributes>(
  splitting: Splitting<A>,
  node: Node<A>,
  builder: NodeBuilder,
  chosen: readonly Run[],
): Value {
  const [input] = node.operands;
  const { strides, dilations, padding } = node.attributes;
  const read = chosen.map(({ first, end, start, count }, d): Picks => {
    const reach = strides[d] * (count - 1) + dilations[d] * (end - first - 1) + 1;
    return { start: strides[d] * start + dilations[d] * first - padding[d][0], count: reach, step: 1 };
  });
  const [batch, channels] = [input.type.shape[0], input.type.shape.at(-1) ?? 1];
  const picked = pick(builder, input, [wholeDimension(batch), ...read, wholeDimension(channels)]);
  const taps = chosen.map(({ first, end }): Picks => ({ start: first, count: end - first, step: 1 }));
  return splitting.part(builder, node, picked, taps);
}

/** A filter's taps, kernel dimensions first. */
export function pickTaps(builder: NodeBuilder, filter: Value, taps: readonly Picks[]): Value {
  return pick(builder, filter, [...taps, ...filter.type.shape.slice(taps.length).map(wholeDimension)]);
}
