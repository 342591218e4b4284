/**
 * How reductions are looped in which every lane reads values of its own: depthwise convolutions, poolings, sums whose steps
 * are lanes. Nothing is in all lanes of a vector, so a tile has one vector of them and shares what its other points can:
 * weights among pixels, inputs among the taps of overlapping windows.
 *
 * The innermost sum, a row of taps, is spelt out for a few pixels, each input loaded once for all taps it meets; the other
 * sums are loops, which carry the accumulators in registers. Spelt out whole, the additions of one pixel stand together and
 * wait for one another: 112×112×32, 3×3 takes 0.22 ms instead of 0.18.
 */
import type { Computation } from "../../ir/computation/computation.js";
import type { Target } from "../../ir/target.js";
import { dependsOn, type Read } from "./reads.js";
import { innerLoop, type Schedule, type ScheduleStep } from "./schedule.js";
import { repeatStep, type Tiled } from "./vector-reduction-schedule.js";

/** Windows of this many taps are spelt out whole: a loop would hardly turn. */
const smallWindow = 4;
const pixelsOfSmallWindows = 8;
/** Taps of a row that are spelt out, and pixels that share them: more do not fit into registers. */
const longestRow = 7;
const pixelsOfRows = 4;
/**
 * Accumulators of a tile all of whose sums are loops, and how many of them share a weight or an input: 128×128×64→3, 3×3
 * takes 1.3 ms with 2 × 3 of them, 1.6 with 3 × 3, which spill.
 */
const accumulators = 7;
const sharedResults = 3;
/** Vectors of results of a tile in which nothing is shared. */
const vectorsAlone = 8;
/** Axes shorter than this are walked by another's tile, where there is one. */
const shortAxis = 3;

/** Whether every lane reads values of its own. */
export function readsApart(reads: readonly Read[], lane: number): boolean {
  return reads.every((read) => dependsOn(read, lane));
}

/** The loops of a collapsed computation with sums, all of whose reads depend on the axis `lane`. */
export function apartSchedule(
  computation: Computation,
  reads: readonly Read[],
  lane: number,
  target: Target,
): Schedule {
  const { axes, sums } = computation;
  const { tiles, spelled } = apartTile(computation, reads, lane);
  const vectors = tiles.length === 0 && spelled === 0 ? vectorsAlone : 1;
  const lanes = { axis: lane, factor: Math.min(vectors * target.lanes, axes[lane]?.extent ?? 1) };
  const all = [...tiles, lanes];
  const name = (axis: number): string => axes[axis]?.name ?? "";
  const isSplit = ({ axis, factor }: Tiled): boolean => factor < (axes[axis]?.extent ?? 1);
  const loopOf = (tile: Tiled): string => (isSplit(tile) ? innerLoop(name(tile.axis)) : name(tile.axis));
  const splits = all.filter(isSplit);
  const whole = new Set(all.filter((tile) => !isSplit(tile)).map(({ axis }) => axis));
  const stored = axes.map((_, axis) => axis).filter((axis) => !whole.has(axis) && axis !== lane);
  // Lanes innermost, as they are read, even where they are stored apart: a line of the input is fetched once.
  const outputs = whole.has(lane) ? stored : [...stored, lane];
  const sumNames = sums.map((sum) => sum.name);
  const [rolled, row] = [sumNames.slice(0, sums.length - spelled), sumNames.slice(sums.length - spelled)];
  const inTile = [...row, ...all.map(loopOf)];
  return [
    ...splits.map(({ axis, factor }): ScheduleStep => ({ kind: "split", axis: name(axis), factor, tail: "exact" })),
    { kind: "reorder", loops: [...outputs.map(name), ...rolled, ...inTile] },
    ...inTile.map((loop): ScheduleStep => ({ kind: "unroll", loop })),
    { kind: "vectorise", loop: loopOf(lanes) },
    ...repeatStep(computation, outputs, splits),
  ];
}

interface ApartTile {
  /** Points beside the lanes. */
  readonly tiles: readonly Tiled[];
  /** How many sums, from the innermost, are spelt out. */
  readonly spelled: number;
}

function apartTile(computation: Computation, reads: readonly Read[], lane: number): ApartTile {
  const { axes, sums } = computation;
  const steps = sums.reduce((product, { extent }) => product * extent, 1);
  const row = sums.at(-1)?.extent ?? 1;
  const pixel = pixelAxis(computation, reads, lane);
  const tile = (axis: number, most: number): Tiled => ({ axis, factor: Math.min(axes[axis]?.extent ?? 1, most) });
  const across = (most: number): readonly Tiled[] => (pixel === undefined ? [] : [tile(pixel, most)]);
  if (steps <= smallWindow) return { tiles: across(pixelsOfSmallWindows), spelled: sums.length };
  if (row <= longestRow && pixel !== undefined && overlaps(computation, reads, pixel)) {
    return { tiles: across(pixelsOfRows), spelled: 1 };
  }
  const result = pixel === undefined ? undefined : sharedAxis(computation, reads, [lane, pixel]);
  if (result === undefined || pixel === undefined) return { tiles: across(accumulators), spelled: 0 };
  const [outer, inner] = [Math.min(pixel, result), tile(Math.max(pixel, result), sharedResults)];
  return { tiles: [tile(outer, Math.floor(accumulators / inner.factor)), inner], spelled: 0 };
}

/** The innermost axis but the lanes' along which neighbours share a read or the inputs of a row of taps; a long one if there is one. */
function pixelAxis(computation: Computation, reads: readonly Read[], lane: number): number | undefined {
  const { axes } = computation;
  const shares = (axis: number): boolean =>
    axis !== lane && (reads.some((read) => !dependsOn(read, axis)) || overlaps(computation, reads, axis));
  const found = axes.map((_, axis) => axis).filter(shares);
  return found.findLast((axis) => (axes[axis]?.extent ?? 1) >= shortAxis) ?? found.at(-1);
}

/** Whether the windows of neighbours along `axis` have taps of a row in common. */
function overlaps({ axes, sums }: Computation, reads: readonly Read[], axis: number): boolean {
  const row = axes.length + sums.length - 1;
  return reads.some(({ coefficients }) => {
    const [step, tap] = [coefficients[axis] ?? 0, coefficients[row] ?? 0];
    return step !== 0 && tap !== 0 && step % tap === 0 && Math.abs(step / tap) < (sums.at(-1)?.extent ?? 1);
  });
}

/** The innermost axis, none of `others`, along which a read stays the same that changes along the last of them. */
function sharedAxis({ axes }: Computation, reads: readonly Read[], others: readonly number[]): number | undefined {
  const changing = reads.filter((read) => dependsOn(read, others.at(-1) ?? 0));
  const found = axes.map((_, axis) => axis).filter((axis) => !others.includes(axis));
  return found.findLast(
    (axis) => changing.some((read) => !dependsOn(read, axis)) && reads.some((read) => dependsOn(read, axis)),
  );
}
