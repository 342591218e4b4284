/** Schedules of computations without sums on vectors: memory is walked in the order of the result, a few vectors at a time. */
import type { Computation } from "../../ir/computation/computation.js";
import type { Target } from "../../ir/target.js";
import { chooseCopySchedule } from "./choose-copy-schedule.js";
import { operationCount } from "./reads.js";
import { innerLoop, type Schedule } from "./schedule.js";

/** Vectors an elementwise loop handles per iteration, and functions it may spell out. */
const copyVectors = 4;
const mostOperations = 48;

/** A legal schedule. `lane`: the axis whose neighbours may be lanes. */
export function vectorCopySchedule(computation: Computation, lane: number | undefined, target: Target): Schedule {
  const { axes, body, epilogue } = computation;
  const axis = axes[lane ?? -1];
  if (axis === undefined || axis.extent < target.lanes) return chooseCopySchedule(computation);
  const operations = Math.max(1, operationCount(body) + operationCount(epilogue));
  const vectors = Math.max(1, Math.min(copyVectors, Math.floor(mostOperations / operations)));
  const factor = vectors * target.lanes;
  if (axis.extent <= factor) return [{ kind: "vectorise", loop: axis.name }];
  const inner = innerLoop(axis.name);
  return [
    { kind: "split", axis: axis.name, factor, tail: "exact" },
    { kind: "vectorise", loop: inner },
  ];
}
