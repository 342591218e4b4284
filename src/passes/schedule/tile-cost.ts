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
  /** Functions applied per point of body and sums, and per result. */
  readonly operations: number;
  readonly resultOperations: number;
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
  /**
   * Compiling one spelt-out function takes V8 about 0.1 ms, more in large kernels, and meanwhile the kernel runs slowly;
   * worth some hundred runs. Kernels of twice `largeKernel` functions cost three times as much per function.
   */
  compilation: 1_500,
  largeKernel: 500,
} as const;

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** A tile with its reads sorted out. */
interface Weighing {
  readonly problem: TileProblem;
  readonly shape: TileShape;
  readonly tiled: readonly TiledAxis[];
  /** What each element of a read costs; held ones are counted apart. */
  readonly streamedReads: readonly { readonly read: Read; readonly price: number }[];
  readonly heldReads: readonly Read[];
}

/** Cost of all elements of the computation with this tile, tails included. */
export function computationCost(problem: TileProblem, shape: TileShape): number {
  const { streamed, held } = shape;
  // What the outermost streamed loop does not change stays alive over all its iterations.
  const outermost = shape.steps === "all" ? streamed : streamed.slice(0, 1);
  const isStreamed = (read: Read): boolean => outermost.some(({ axis }) => dependsOn(read, axis));
  const weighing: Weighing = {
    problem,
    shape,
    tiled: held === undefined ? streamed : [...streamed, held],
    streamedReads: problem.reads.filter(isStreamed).map((read) => ({ read, price: streamedLoadCost(read, streamed) })),
    heldReads: problem.reads.filter((read) => !isStreamed(read)),
  };
  const others = problem.axes.filter((_, axis) => !weighing.tiled.some((tile) => tile.axis === axis));
  const ones = [...problem.axes, ...problem.sums].map(() => 1);
  const running = product(others.map(({ extent }) => extent)) * regionCost(weighing, 0, ones);
  const spelled = spelledFunctions(problem, shape);
  return running + spelled * cost.compilation * (1 + spelled / cost.largeKernel);
}

/** Sum over main parts and tails of the tiled axes from the `at`-th on; `counts` are spelt-out values per axis. */
function regionCost(weighing: Weighing, at: number, counts: readonly number[]): number {
  const tile = weighing.tiled[at];
  if (tile === undefined) return tileCost(weighing, counts);
  const extent = weighing.problem.axes[tile.axis]?.extent ?? 1;
  const main = Math.floor(extent / tile.factor);
  const part = (count: number): number => regionCost(weighing, at + 1, counts.with(tile.axis, count));
  const tail = extent % tile.factor;
  return (main > 0 ? main * part(tile.factor) : 0) + (tail > 0 ? part(tail) : 0);
}

/** One tile: all its sums, its results. */
function tileCost(weighing: Weighing, counts: readonly number[]): number {
  const { sums, axes } = weighing.problem;
  const { steps } = weighing.shape;
  const points = product(counts);
  const finish = points * cost.result + cost.loop;
  const outputs = counts.slice(0, axes.length);
  if (steps === "all") return windowCost(weighing, [...outputs, ...sums.map(({ extent }) => extent)]) + finish;
  const last = axes.length + sums.length - 1;
  const length = sums.at(-1)?.extent ?? 1;
  const chunk = (count: number): number =>
    Math.max(updateCost(weighing, counts.with(last, count)), count * cost.latency);
  const remainder = length % steps;
  const tail = remainder > 0 ? chunk(remainder) + points * cost.remainder : 0;
  const inner = Math.floor(length / steps) * chunk(steps) + tail;
  return product(sums.slice(0, -1).map(({ extent }) => extent)) * (inner + cost.loop) + finish;
}

/** All sums spelt out. */
function windowCost(weighing: Weighing, counts: readonly number[]): number {
  const { loads } = loadCosts(weighing, counts);
  return loads + product(counts) * weighing.problem.operations * cost.operation + cost.loop;
}

/** One iteration of the innermost sum loop. */
function updateCost(weighing: Weighing, counts: readonly number[]): number {
  const { problem, tiled, streamedReads } = weighing;
  const { loads, heldLoads } = loadCosts(weighing, counts);
  const accumulators = product(counts.slice(0, problem.axes.length));
  const isShared = ({ axis }: TiledAxis): boolean => streamedReads.every(({ read }) => !dependsOn(read, axis));
  const heldCount = product(tiled.filter(isShared).map(({ axis }) => counts[axis] ?? 1));
  const streamedCount = accumulators / heldCount;
  const spilled = Math.max(0, heldLoads - cost.heldRegisters) * streamedCount * cost.spilledValue;
  const crowded = Math.max(0, heldCount - cost.fewAccumulators) * streamedCount * cost.extraAccumulator;
  const arithmetic = product(counts) * problem.operations * cost.operation;
  return loads + arithmetic + accumulators * cost.accumulator + spilled + crowded + cost.loop;
}

function loadCosts(
  { streamedReads, heldReads }: Weighing,
  counts: readonly number[],
): { readonly loads: number; readonly heldLoads: number } {
  let [loads, heldLoads] = [0, 0];
  for (const { read, price } of streamedReads) loads += distinctElements(read, counts) * price;
  for (const read of heldReads) heldLoads += distinctElements(read, counts);
  return { loads: loads + heldLoads * cost.heldLoad, heldLoads };
}

function streamedLoadCost(read: Read, streamed: readonly TiledAxis[]): number {
  const distances = streamed
    .map(({ axis }) => Math.abs(read.coefficients[axis] ?? 0))
    .filter((distance) => distance > 0);
  return (
    cost.streamedLoad + (read.constant ? cost.streamedConstant : 0) + Math.log2(Math.min(...distances)) * cost.distance
  );
}

/** Scalar functions the whole kernel spells out, tails included. */
export function spelledFunctions(problem: TileProblem, shape: TileShape): number {
  const perResult = spelledSteps(problem, shape.steps) * problem.operations + problem.resultOperations;
  return spelledResults(problem, shape) * perResult;
}

function spelledResults(problem: TileProblem, { streamed, held }: TileShape): number {
  const tiled = held === undefined ? streamed : [...streamed, held];
  const perAxis = tiled.map(({ axis, factor }) => {
    const extent = problem.axes[axis]?.extent ?? 1;
    return (extent >= factor ? factor : 0) + (extent % factor);
  });
  return product(perAxis);
}

function spelledSteps({ sums }: TileProblem, steps: TileShape["steps"]): number {
  if (steps === "all") return product(sums.map(({ extent }) => extent));
  const length = sums.at(-1)?.extent ?? 1;
  return Math.min(steps, length) + (length > steps ? length % steps : 0);
}
