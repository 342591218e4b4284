/** How op files say what an op is: `defineOp` and the words for opting out. */
import type { Attributes } from "../attributes/value.js";
import type { Accuracy, Gradient, OpDefinition } from "./graph.js";

/** Types an op definition; every part is required. */
export function defineOp<A extends Attributes, Labels extends string>(
  definition: OpDefinition<A, Labels>,
): OpDefinition<A, Labels> {
  return definition;
}

export function notDifferentiable(reason: string): Gradient<never> {
  return { kind: "none", reason };
}

export function notYet(reason: string): Gradient<never> {
  return { kind: "not-yet", reason };
}

/** For ops whose rule is planned and not there: nothing is known of it that the reader could use. */
export const gradientUnwritten = notYet("its rule is not written");

export const exact: Accuracy = { kind: "exact" };
export const sumAccuracy: Accuracy = { kind: "sum" };
export const ulp = (count: number): Accuracy => ({ kind: "ulp", ulp: count });
