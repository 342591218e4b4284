/**
 * Schedules of computations without sums on vectors: memory is walked in the order of the result, a few vectors at a time.
 * Where an operand runs through memory along another axis than the result, blocks of both axes are turned in registers.
 */
import type { Computation } from "../../ir/computation/computation.js";
import { accessesOf } from "../../ir/computation/scalar.js";
import { elementTypes } from "../../ir/types/element-type.js";
import type { Target } from "../../ir/target.js";
import { chooseCopySchedule } from "./choose-copy-schedule.js";
import { coefficientOf } from "./collapse-axes.js";
import { isNear } from "./lane-loads.js";
import { laneStep, vectorProblem } from "./lanes.js";
import { operationCount } from "./reads.js";
import { innerLoop, type Schedule, type ScheduleStep } from "./schedule.js";

/** Vectors an elementwise loop handles per iteration, and functions it may spell out. */
const copyVectors = 4;
const mostOperations = 48;

/** A legal schedule. */
export function vectorCopySchedule(computation: Computation, target: Target): Schedule {
  const { axes, body, epilogue } = computation;
  const lane = laneAxis(computation, target);
  if (lane === undefined || vectorProblem(computation) !== undefined) return chooseCopySchedule(computation);
  const operations = Math.max(1, operationCount(body) + operationCount(epilogue));
  const vectors = Math.max(1, Math.min(copyVectors, Math.floor(mostOperations / operations)));
  const across = acrossAxis(computation, lane, target);
  if (across !== undefined) {
    const most = Math.max(target.lanes, lowerMultiple(mostOperations / operations, target.lanes));
    return blockSchedule(computation, lane, { axis: across, most }, target);
  }
  const spelled = axes.slice(lane + 1).map((_, i) => lane + 1 + i);
  const inside = spelled.reduce((product, axis) => product * (axes[axis]?.extent ?? 1), 1);
  return laneSchedule(computation, lane, spelled, Math.max(1, Math.floor(vectors / inside)) * target.lanes);
}

/** The innermost axis that fills a vector, axes inside it being spelt out. */
function laneAxis({ axes }: Computation, { lanes }: Target): number | undefined {
  const found = axes.findLastIndex(({ extent }) => extent >= lanes);
  const inside = axes.slice(found + 1).reduce((product, { extent }) => product * extent, 1);
  return found < 0 || inside > lanes ? undefined : found;
}

function lowerMultiple(count: number, of: number): number {
  return Math.floor(count / of) * of;
}

/** Along which axis an operand is read that is not read along the lanes. */
function acrossAxis({ axes, body, epilogue }: Computation, lane: number, { lanes }: Target): number | undefined {
  for (const access of [...accessesOf(body), ...accessesOf(epilogue)]) {
    const step = laneStep(access, lane, new Set());
    const [index] = access.indices;
    if (index?.kind !== "affine" || step === undefined || isNear(step)) continue;
    const across = axes.findIndex(
      ({ extent }, axis) => axis !== lane && extent >= lanes && coefficientOf(index, axis) === 1,
    );
    if (across >= 0) return across;
  }
  return undefined;
}

/** Axes of `spelled` lie inside the lanes'. */
function laneSchedule(computation: Computation, lane: number, spelled: readonly number[], factor: number): Schedule {
  const { axes } = computation;
  const name = (axis: number): string => axes[axis]?.name ?? "";
  const splits = (axes[lane]?.extent ?? 1) > factor;
  const inner = splits ? innerLoop(name(lane)) : name(lane);
  const rolled = axes.map((_, axis) => axis).filter((axis) => !spelled.includes(axis) && (splits || axis !== lane));
  return [
    ...(splits ? [{ kind: "split", axis: name(lane), factor, tail: "exact" } as const] : []),
    ...(spelled.length === 0
      ? []
      : [{ kind: "reorder", loops: [...rolled.map(name), ...spelled.map(name), inner] } as const]),
    ...spelled.map((axis): ScheduleStep => ({ kind: "unroll", loop: name(axis) })),
    { kind: "vectorise", loop: inner },
  ];
}

/**
 * Neighbours along the operand's axis that are copied together: a cache line of the operand, so that it is fetched once.
 * Their results are as many lines that are written to; of those that lie 4 kB apart the cache holds eight.
 * 512×512 takes 0.066 ms by 16 × 4, 0.143 by 4 × 4; 1024×1024 0.55 by 8 × 4, 0.77 by 16 × 4, 1.36 by 4 × 4.
 */
const lineLength = 16;
const fewerLines = 8;
const conflictBytes = 4096;

/** Blocks of as many neighbours as there are lanes along one axis, a line of the operand along the other; they follow one another along the result. */
function blockSchedule(
  computation: Computation,
  lane: number,
  { axis: across, most }: { readonly axis: number; readonly most: number },
  { lanes }: Target,
): Schedule {
  const { axes, store, result } = computation;
  const name = (axis: number): string => axes[axis]?.name ?? "";
  const apart = coefficientOf(store[0], across) * elementTypes[result.elementType].bytes;
  const lines = Math.min(most, apart % conflictBytes === 0 ? fewerLines : lineLength);
  const factorOf = (axis: number): number => (axis === lane ? lanes : lines);
  const splits = [across, lane].filter((axis) => (axes[axis]?.extent ?? 1) > factorOf(axis));
  const inner = (axis: number): string => (splits.includes(axis) ? innerLoop(name(axis)) : name(axis));
  const rolled = axes.map((_, axis) => axis).filter((axis) => axis !== across && axis !== lane);
  const factor = (axis: number): ScheduleStep => ({
    kind: "split",
    axis: name(axis),
    factor: factorOf(axis),
    tail: "exact",
  });
  return [
    ...splits.map(factor),
    { kind: "reorder", loops: [...[...rolled, ...splits].map(name), inner(across), inner(lane)] },
    { kind: "unroll", loop: inner(across) },
    { kind: "vectorise", loop: inner(lane) },
  ];
}
