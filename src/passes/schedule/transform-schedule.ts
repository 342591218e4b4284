/**
 * Schedules of computations that take one of several values, as the transforms of Winograd's algorithm do: the axis that
 * says which is spelt out innermost, so that one block makes all the values, loads each element once and shares their parts.
 */
import type { Computation } from "../../ir/computation/computation.js";
import { numbersOf } from "../../ir/computation/scalar.js";
import type { Target } from "../../ir/target.js";
import { laneProblem } from "./lanes.js";
import { innerLoop, type Schedule, type ScheduleStep } from "./schedule.js";

/** Values one block may make. */
const mostValues = 16;

/** Undefined where there is nothing to choose, or where it is part of a sum. */
export function transformSchedule(computation: Computation, target: Target): Schedule | undefined {
  const { axes, sums, body } = computation;
  const numbering = new Set(numbersOf(body).flatMap(({ terms }) => terms.map(({ axis }) => axis)));
  const count = [...numbering].reduce((product, axis) => product * (axes[axis]?.extent ?? 1), 1);
  if (sums.length > 0 || numbering.size === 0 || count > mostValues) return undefined;
  const names = (wanted: boolean): string[] =>
    axes.flatMap(({ name }, axis) => (numbering.has(axis) === wanted ? [name] : []));
  const [rolled, spelled] = [names(false), names(true)];
  const unroll = spelled.map((loop): ScheduleStep => ({ kind: "unroll", loop }));
  const last = axes.length - 1;
  const lane = axes[last];
  const hasLanes = target.lanes > 1 && laneProblem(computation, last, new Set()) === undefined;
  if (!hasLanes || lane === undefined || lane.extent < target.lanes)
    return [{ kind: "reorder", loops: [...rolled, ...spelled] }, ...unroll];
  if (lane.extent === target.lanes) {
    const loops = [...rolled.filter((name) => name !== lane.name), ...spelled, lane.name];
    return [{ kind: "reorder", loops }, ...unroll, { kind: "vectorise", loop: lane.name }];
  }
  const inner = innerLoop(lane.name);
  return [
    { kind: "split", axis: lane.name, factor: target.lanes, tail: "exact" },
    { kind: "reorder", loops: [...rolled, ...spelled, inner] },
    ...unroll,
    { kind: "vectorise", loop: inner },
  ];
}
