/** Schedules of computations without sums: copies, transposes, elementwise work. */
import type { Computation } from "../../ir/computation/computation.js";
import { bodyReads, operationCount } from "./reads.js";
import { innerLoop, type Schedule, type ScheduleStep } from "./schedule.js";

/** Elements written per iteration: stores finish the work before them, loop overhead is shared. */
const perIteration = 4;
/** Functions one iteration may spell out. */
const mostOperations = 64;
/** An innermost axis this short is spelt out whole. */
const shortAxis = 8;

/** The result's own order, its last axis a few elements at a time. */
export function chooseCopySchedule(computation: Computation): Schedule {
  const { axes, body, epilogue } = computation;
  const last = axes.at(-1);
  if (last === undefined) return [];
  const operations = Math.max(1, operationCount(body) + operationCount(epilogue));
  const factor = Math.max(1, Math.min(perIteration, Math.floor(mostOperations / operations)));
  if (last.extent <= Math.min(shortAxis, factor * 2)) return [{ kind: "unroll", loop: last.name }];
  if (factor === 1) return [];
  const inner = innerLoop(last.name);
  const names = axes.map(({ name }) => name);
  const across = loadOrder(computation);
  const order = across === undefined ? names : [...names.filter((name) => name !== across), across];
  const steps: readonly ScheduleStep[] = [
    { kind: "split", axis: last.name, factor, tail: "exact" },
    { kind: "reorder", loops: [...order, inner] },
    { kind: "unroll", loop: inner },
  ];
  return steps;
}

/** Where loads run along another axis than stores: that axis, which then is the innermost loop. */
function loadOrder(computation: Computation): string | undefined {
  const { axes } = computation;
  const last = axes.length - 1;
  for (const { coefficients, affine } of bodyReads(computation, [])) {
    if (!affine || Math.abs(coefficients[last] ?? 0) <= 1) continue;
    const along = axes.findIndex((_, axis) => Math.abs(coefficients[axis] ?? 0) === 1);
    if (along >= 0) return axes[along]?.name;
  }
  return undefined;
}
