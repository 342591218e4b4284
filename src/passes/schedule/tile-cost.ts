/**
 * What a register tile costs, in units of 0.2 ns: a multiply-add at ten GFLOP/s. Fitted to measurements of 3×3 convolutions
 * (Node 20, Zen 4) over tiles of 4 to 28 pixels, 2 to 8 channels and 2 to 6 steps, which it meets within 2 %.
 */
import type { Axis } from "../../ir/computation/computation.js";
import { dependsOn, distinctElements, type Read } from "./reads.js";

/** An output axis whose inner loop of `factor` is spelt out. */
export interface TiledAxis {
  readonly axis: number;
  readonly factor: number;
}

/**
 * Streamed axes are walked element after element, with the loads that depend on them; what depends on held axes only
 * stays in registers meanwhile. `steps` of the last sum axis are spelt out, or all sums.
 */
export interface TileShape {
  readonly streamed: readonly TiledAxis[];
  readonly held: TiledAxis | undefined;
  readonly steps: number | "all";
}

export interface TileProblem {
  readonly reads: readonly Read[];
  readonly axes: readonly Axis[];
  readonly sums: readonly Axis[];
  /** Functions applied per point of body and sums. */
  readonly operations: number;
}

const cost = {
  streamedLoad: 1.1,
  /** More for a constant: streaming weights past held inputs is 12 % slower than the other way round. */
  streamedConstant: 0.35,
  /** More per doubling of the distance between streamed elements, for the caches. */
  distance: 0.012,
  heldLoad: 2.13,
  /** A multiplication and an addition. */
  operation: 0.277,
  /** Loading and storing an accumulator once per iteration. */
  accumulator: 0.36,
  /** Per streamed element and held value beyond what registers hold. */
  spilledValue: 0.165,
  heldRegisters: 16,
  /** Per streamed element and held accumulator beyond four. */
  extraAccumulator: 1.41,
  fewAccumulators: 4,
  /** Starting an accumulator and storing its result. */
  result: 6,
  loop: 3,
  /** Per accumulator, entering straight-line steps after a loop. */
  remainder: 2.5,
  /** One addition waiting for the one before. */
  latency: 4,
  /** Compiling one spelt-out update, shared by all runs of a model. */
  compilation: 200,
} as const;

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** Cost of all elements of the computation with this tile, tails included. */
export function computationCost(problem: TileProblem, shape: TileShape): number {
  const tiled = shape.held === undefined ? shape.streamed : [...shape.streamed, shape.held];
  const others = problem.axes.filter((_, axis) => !tiled.some((tile) => tile.axis === axis));
  const running = product(others.map(({ extent }) => extent)) * regionCost(problem, shape, tiled, new Map());
  return running + spelledUpdates(problem, shape) * cost.compilation;
}

/** Sum over main parts and tails of the tiled axes. */
function regionCost(
  problem: TileProblem,
  shape: TileShape,
  tiled: readonly TiledAxis[],
  factors: ReadonlyMap<number, number>,
): number {
  const [first, ...rest] = tiled;
  if (first === undefined) return tileCost(problem, shape, factors);
  const extent = problem.axes[first.axis]?.extent ?? 1;
  const main = Math.floor(extent / first.factor);
  const part = (factor: number): number => regionCost(problem, shape, rest, new Map(factors).set(first.axis, factor));
  const tail = extent % first.factor;
  return (main > 0 ? main * part(first.factor) : 0) + (tail > 0 ? part(tail) : 0);
}

/** One tile: all its sums, its results. */
function tileCost(problem: TileProblem, shape: TileShape, factors: ReadonlyMap<number, number>): number {
  const points = product([...factors.values()]);
  const finish = points * cost.result + cost.loop;
  const { sums, axes } = problem;
  if (shape.steps === "all") {
    const counts = new Map([...factors, ...sums.map(({ extent }, i) => [axes.length + i, extent] as const)]);
    return updateCost(problem, shape, counts, false) + finish;
  }
  const last = axes.length + sums.length - 1;
  const length = sums.at(-1)?.extent ?? 1;
  const chunk = (steps: number): number =>
    Math.max(updateCost(problem, shape, new Map(factors).set(last, steps), true), steps * cost.latency);
  const remainder = length % shape.steps;
  const inner =
    Math.floor(length / shape.steps) * chunk(shape.steps) +
    (remainder > 0 ? chunk(remainder) + points * cost.remainder : 0);
  return product(sums.slice(0, -1).map(({ extent }) => extent)) * (inner + cost.loop) + finish;
}

/** One spelt-out block of updates: `counts` values of each axis that is spelt out. */
function updateCost(
  { reads, operations, axes }: TileProblem,
  { streamed, held }: TileShape,
  counts: ReadonlyMap<number, number>,
  isRolled: boolean,
): number {
  const isStreamed = (read: Read): boolean => streamed.some(({ axis }) => dependsOn(read, axis));
  const elements = (some: readonly Read[]): number =>
    some.reduce((sum, read) => sum + distinctElements(read, counts), 0);
  const streamedLoads = reads
    .filter(isStreamed)
    .map((read) => distinctElements(read, counts) * streamedLoadCost(read, streamed));
  const heldLoads = elements(reads.filter((read) => !isStreamed(read)));
  const points = product([...counts.values()]);
  const loads = streamedLoads.reduce((sum, each) => sum + each, 0) + heldLoads * cost.heldLoad;
  const arithmetic = points * operations * cost.operation;
  if (!isRolled) return loads + arithmetic + cost.loop;
  const accumulators = product([...counts].map(([axis, count]) => (axis < axes.length ? count : 1)));
  const heldCount = held === undefined ? 1 : (counts.get(held.axis) ?? 1);
  const streamedCount = accumulators / heldCount;
  const spilled = Math.max(0, heldLoads - cost.heldRegisters) * streamedCount * cost.spilledValue;
  const crowded = Math.max(0, heldCount - cost.fewAccumulators) * streamedCount * cost.extraAccumulator;
  return loads + arithmetic + accumulators * cost.accumulator + spilled + crowded + cost.loop;
}

function streamedLoadCost(read: Read, streamed: readonly TiledAxis[]): number {
  const distances = streamed
    .map(({ axis }) => Math.abs(read.coefficients[axis] ?? 0))
    .filter((distance) => distance > 0);
  return (
    cost.streamedLoad + (read.constant ? cost.streamedConstant : 0) + Math.log2(Math.min(...distances)) * cost.distance
  );
}

/** Updates the whole kernel spells out, tails included. */
export function spelledUpdates(problem: TileProblem, { streamed, held, steps }: TileShape): number {
  const tiled = held === undefined ? streamed : [...streamed, held];
  const perAxis = tiled.map(({ axis, factor }) => {
    const extent = problem.axes[axis]?.extent ?? 1;
    return (extent >= factor ? factor : 0) + (extent % factor);
  });
  return product(perAxis) * spelledSteps(problem, steps);
}

function spelledSteps({ sums }: TileProblem, steps: TileShape["steps"]): number {
  if (steps === "all") return product(sums.map(({ extent }) => extent));
  const length = sums.at(-1)?.extent ?? 1;
  return Math.min(steps, length) + (length > steps ? length % steps : 0);
}
