/** Functions of floats that have a formula for vectors: one lane of it serves scalars, so that both give the same bits. */
import { errorFunction, exponential, exponentialMinusOne, hyperbolicTangent } from "./exponentials.js";
import type { LaneFormula } from "./lane-words.js";
import { logarithm, logarithmOfOnePlus, power } from "./logarithms.js";
import { cosine, sine, tangent } from "./trigonometry.js";

interface Formula {
  readonly parameters: 1 | 2;
  readonly formula: LaneFormula;
}

const of = (formula: LaneFormula): Formula => ({ parameters: 1, formula });

/** By the scalar function's name. */
export const laneFormulas: Readonly<Record<string, Formula>> = {
  exponential: of(exponential),
  exponential_minus_one: of(exponentialMinusOne),
  hyperbolic_tangent: of(hyperbolicTangent),
  error_function: of(errorFunction),
  logarithm: of(logarithm),
  logarithm_of_one_plus: of(logarithmOfOnePlus),
  sine: of(sine),
  cosine: of(cosine),
  tangent: of(tangent),
  power: { parameters: 2, formula: power },
};
