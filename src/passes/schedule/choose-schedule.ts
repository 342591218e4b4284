/** How a computation is looped on a target: a pure function of both. */
import type { Computation } from "../../ir/computation/computation.js";
import type { Target } from "../../ir/target.js";
import type { Schedule } from "./schedule.js";

/** A legal schedule for a collapsed computation. `constants`: whether each operand is constant data. */
export function chooseSchedule(computation: Computation, constants: readonly boolean[], target: Target): Schedule {
  void [computation, constants, target];
  return [];
}
