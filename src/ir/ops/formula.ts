/** Words for formulas of one scalar type, so that a lowering reads like the mathematics it implements. */
import { applyBinary, applyCompare, applyUnary, choose, scalarConstant } from "../computation/build-scalar.js";
import type { Scalar, ScalarType } from "../computation/computation.js";
import type { UnaryFunction } from "../computation/functions.js";

type Term = Scalar | number;

/** Formulas whose numbers are constants of `type`. */
export function formulas(type: ScalarType) {
  const term = (value: Term): Scalar => (typeof value === "number" ? scalarConstant(type, value) : value);
  return {
    type,
    number: (value: number) => scalarConstant(type, value),
    plus: (a: Term, b: Term) => applyBinary("add", term(a), term(b)),
    minus: (a: Term, b: Term) => applyBinary("subtract", term(a), term(b)),
    times: (a: Term, b: Term) => applyBinary("multiply", term(a), term(b)),
    over: (a: Term, b: Term) => applyBinary("divide", term(a), term(b)),
    max: (a: Term, b: Term) => applyBinary("maximum", term(a), term(b)),
    min: (a: Term, b: Term) => applyBinary("minimum", term(a), term(b)),
    /** Neither infinite nor NaN. */
    isFinite: (x: Scalar) => applyCompare("less", applyUnary("absolute", x), term(Infinity)),
    of: (name: UnaryFunction, x: Scalar) => applyUnary(name, x),
    /** a where x < limit, b elsewhere, NaN included. */
    whereBelow: (x: Scalar, limit: number, a: Term, b: Term) =>
      choose(applyCompare("less", x, term(limit)), term(a), term(b)),
    /** a where x > limit, b elsewhere, NaN included. */
    whereAbove: (x: Scalar, limit: number, a: Term, b: Term) =>
      choose(applyCompare("greater", x, term(limit)), term(a), term(b)),
  };
}

export type Formulas = ReturnType<typeof formulas>;
