/** Chooses a schedule for a flat computation and applies it: the one entry from computations to kernels. */
import type { Computation } from "../../ir/computation/computation.js";
import { verifyKernel } from "../../ir/loops/verify.js";
import type { Target } from "../../ir/target.js";
import { applySchedule, type ScheduledKernel } from "./apply-schedule.js";
import { chooseSchedule } from "./choose-schedule.js";
import { collapseAxes } from "./collapse-axes.js";
import type { Schedule } from "./schedule.js";

/**
 * `computation`: operands and result of rank 1, one index per access. `constants`: whether each operand is constant data;
 * `packed` says which of them the kernel wants in another order. Parameters are the operands, then the result.
 * The result's memory overlaps no operand's.
 */
export function scheduleComputation(
  computation: Computation,
  constants: readonly boolean[],
  target: Target,
): ScheduledKernel & { readonly schedule: Schedule } {
  const collapsed = collapseAxes(computation);
  const schedule = chooseSchedule(collapsed, constants, target);
  const scheduled = applySchedule(collapsed, schedule, target);
  verifyKernel(scheduled.kernel);
  return { ...scheduled, schedule };
}
