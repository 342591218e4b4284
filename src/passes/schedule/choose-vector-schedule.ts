/**
 * How a computation is looped on a target with vectors: lanes are the neighbours in the result, channels as a rule.
 * Reductions: see `vector-reduction-schedule`. Everything else walks memory in the order of the result.
 */
import type { Computation } from "../../ir/computation/computation.js";
import type { Target } from "../../ir/target.js";
import { chooseCopySchedule } from "./choose-copy-schedule.js";
import { laneProblem } from "./lanes.js";
import { bodyReads, operationCount } from "./reads.js";
import { innerLoop, type Schedule } from "./schedule.js";
import { reductionSchedule } from "./vector-reduction-schedule.js";

/** Vectors an elementwise loop handles per iteration, and functions it may spell out. */
const copyVectors = 4;
const mostOperations = 48;

/** A legal schedule for a collapsed computation without empty axes. `stages`: which operands are packed. */
export function chooseVectorSchedule(
  computation: Computation,
  constants: readonly boolean[],
  stages: Schedule,
  target: Target,
): Schedule {
  const staged = new Set(stages.flatMap((step) => (step.kind === "stage" ? [step.operand] : [])));
  const last = computation.axes.length - 1;
  const lane = last >= 0 && laneProblem(computation, last, staged) === undefined ? last : undefined;
  if (computation.sums.length === 0) return copySchedule(computation, lane, target);
  return [...reductionSchedule(computation, bodyReads(computation, constants), lane, target), ...stages];
}

function copySchedule(computation: Computation, lane: number | undefined, target: Target): Schedule {
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
