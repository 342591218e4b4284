/**
 * Reductions whose results are neighbours in memory while what they read is not: sums along the last axis, products with a
 * transposed matrix. Neighbouring results become lanes, and four steps of the innermost sum are spelt out, so that blocks of
 * four results × four steps are loaded by rows and turned in registers:
 *
 *     y[d] = Σ x[197·d + r]   →   four loads and eight shuffles for every sixteen elements, four additions in place of sixteen
 */
import type { Computation } from "../../ir/computation/computation.js";
import type { Target } from "../../ir/target.js";
import { coefficientOf } from "./collapse-axes.js";
import { isNear } from "./lane-loads.js";
import { laneProblem, loadProblem, vectorProblem } from "./lanes.js";
import { dependsOn, type Read } from "./reads.js";
import { innerLoop, type Schedule, type ScheduleStep } from "./schedule.js";
import { repeatStep, type Tiled } from "./vector-reduction-schedule.js";

/** Vectors of accumulators: additions wait for one another for four cycles. More where that divides the axis. */
const vectorsAlone = [4, 3, 2] as const;
/** Results of other axes that share what has been turned: more accumulators do not fit into registers beside a block. */
const sharing = 4;

/**
 * The axis whose values become lanes: the last, which neighbours in memory are stored along, where operands are read along
 * it, too; else the innermost that they are read along, whose lanes are stored one by one; else the last if that is near.
 */
export function reductionLane(
  computation: Computation,
  reads: readonly Read[],
  staged: ReadonlySet<number>,
  { lanes }: Target,
): number | undefined {
  const last = computation.axes.length - 1;
  if (last >= 0 && laneProblem(computation, last, staged) === undefined) return last;
  const along = computation.axes.findLastIndex(
    ({ extent }, axis) => extent >= lanes && loadProblem(computation, axis, staged) === undefined,
  );
  if (along >= 0) return along;
  return hasNearLanes(computation, reads, staged) ? last : undefined;
}

/** Whether the last axis may become lanes although an operand's neighbours along it are two or three elements apart. */
function hasNearLanes(computation: Computation, reads: readonly Read[], staged: ReadonlySet<number>): boolean {
  const lane = lastLane(computation);
  return lane !== undefined && reads.every((read) => isEasy(read, lane, staged));
}

/** A schedule by turned blocks; undefined where there are none, or no need of any. */
export function turnedReductionSchedule(
  computation: Computation,
  reads: readonly Read[],
  staged: ReadonlySet<number>,
  target: Target,
): Schedule | undefined {
  const lane = lastLane(computation);
  const { axes, sums } = computation;
  const [sum, extent = 1] = [axes.length + sums.length - 1, axes[lane ?? -1]?.extent];
  if (lane === undefined || extent < target.lanes || (sums.at(-1)?.extent ?? 1) < target.lanes) return undefined;
  const far = reads.filter((read) => !isEasy(read, lane, staged));
  if (far.length === 0 || far.some((read) => !read.affine || read.coefficients[sum] !== 1)) return undefined;
  const pixel = axes.findLastIndex((_, axis) => axis !== lane && far.every((read) => !dependsOn(read, axis)));
  const vectors = pixel < 0 ? (vectorsAlone.find((count) => extent % (count * target.lanes) === 0) ?? 4) : 1;
  const pixels = pixel < 0 ? [] : [{ axis: pixel, factor: Math.min(sharing, axes[pixel]?.extent ?? 1) }];
  return blockSteps(computation, [...pixels, { axis: lane, factor: Math.min(vectors * target.lanes, extent) }], target);
}

/** The axis whose neighbours are stored as neighbours, where its values may be lanes at all. */
function lastLane(computation: Computation): number | undefined {
  const lane = computation.axes.length - 1;
  const isStored = lane >= 0 && coefficientOf(computation.store[0], lane) === 1;
  return isStored && vectorProblem(computation) === undefined ? lane : undefined;
}

/** Whether a vector of lanes is one element, two loads at most, or packed. */
function isEasy({ operand, affine, coefficients }: Read, lane: number, staged: ReadonlySet<number>): boolean {
  const step = coefficients[lane] ?? 0;
  return step === 0 || staged.has(operand) || (affine && isNear(step));
}

function blockSteps(computation: Computation, tiles: readonly Tiled[], { lanes }: Target): Schedule {
  const { axes, sums } = computation;
  const all = [...axes, ...sums];
  const sum = { axis: all.length - 1, factor: lanes };
  const name = (axis: number): string => all[axis]?.name ?? "";
  const isSplit = ({ axis, factor }: Tiled): boolean => factor < (all[axis]?.extent ?? 1);
  const loopOf = (tile: Tiled): string => (isSplit(tile) ? innerLoop(name(tile.axis)) : name(tile.axis));
  const inTile = [sum, ...tiles];
  const splits = inTile.filter(isSplit);
  const whole = new Set(inTile.filter((tile) => !isSplit(tile)).map(({ axis }) => axis));
  const rolled = all.map((_, axis) => axis).filter((axis) => !whole.has(axis));
  const outputs = rolled.filter((axis) => axis < axes.length);
  return [
    ...splits.map(({ axis, factor }): ScheduleStep => ({ kind: "split", axis: name(axis), factor, tail: "exact" })),
    { kind: "reorder", loops: [...rolled.map(name), ...inTile.map(loopOf)] },
    ...inTile.map((tile): ScheduleStep => ({ kind: "unroll", loop: loopOf(tile) })),
    { kind: "vectorise", loop: loopOf(tiles.at(-1) ?? sum) },
    ...repeatStep(computation, outputs, splits),
  ];
}
