/** Functions of one element without parameters: each row names the scalar function it is. Composed ones are in activations.ts. */
import { applyUnary } from "../computation/build-scalar.js";
import type { UnaryFunction } from "../computation/functions.js";
import { unaryOf, wordUnaryOf } from "../computation/scalar-functions.js";
import { defineOp, exact, gradientUnwritten, notDifferentiable, ulp } from "../graph/define-op.js";
import type { Accuracy, Gradient, OpDefinition } from "../graph/graph.js";
import { isWide, type ElementType } from "../types/element-type.js";
import { tensorType, type Tensor, type TensorType } from "../types/tensor.js";
import {
  evaluateElementwise,
  evaluateWords,
  exactTypes,
  floats,
  lowerElementwise,
  scalarTypeOf,
  wholeTypes,
  type NoAttributes,
} from "./elementwise.js";

interface Row {
  readonly function: UnaryFunction;
  readonly summary: string;
  readonly elementTypes: readonly ElementType[];
  readonly result?: "bool";
  readonly gradient: Gradient<never>;
  readonly accuracy: Accuracy;
}

function unaryOp(name: string, row: Row): OpDefinition<NoAttributes, never> {
  return defineOp<NoAttributes, never>({
    name,
    summary: row.summary,
    operands: [{ name: "x", summary: "any shape; the result has the same", elementTypes: row.elementTypes }],
    attributes: {},
    constraints: {},
    inferTypes: ([x]) => [tensorType(row.result ?? x.elementType, x.shape)],
    evaluate: ([x], _, [result]) => [evaluateRow(row.function, x, result)],
    gradient: row.gradient,
    lowering: lowerElementwise(name, ([x]) => applyUnary(row.function, x)),
    accuracy: row.accuracy,
  });
}

function evaluateRow(name: UnaryFunction, x: Tensor, result: TensorType): Tensor {
  const type = scalarTypeOf(x);
  if (isWide(type)) return evaluateWords([x], result, wordUnaryOf(name, type));
  return evaluateElementwise([x], result, unaryOf(name, type));
}

const flat = notDifferentiable("it is constant wherever it is continuous");
const notReal = notDifferentiable("its results are not real numbers");

/** Functions that are exact: the result is the nearest number there is. */
const exactOp = (
  name: string,
  f: UnaryFunction,
  summary: string,
  gradient = gradientUnwritten,
  elementTypes = exactTypes,
) => unaryOp(name, { function: f, summary, elementTypes, gradient, accuracy: exact });

/** Functions of floats only. */
const floatOp = (name: string, f: UnaryFunction, summary: string, accuracy: Accuracy, gradient = gradientUnwritten) =>
  unaryOp(name, { function: f, summary, elementTypes: floats, gradient, accuracy });

const testOp = (name: string, f: UnaryFunction, summary: string, elementTypes: readonly ElementType[]) =>
  unaryOp(name, { function: f, summary, elementTypes, result: "bool", gradient: notReal, accuracy: exact });

export const unaryOps = {
  negate: exactOp("negate", "negate", "-x; i32 wraps."),
  absolute: exactOp("absolute", "absolute", "|x|; i32 wraps, so that the least i32 stays itself."),
  sign: exactOp("sign", "sign", "-1, 0 or 1; zeros keep their sign, NaN stays NaN.", flat),
  floor: floatOp("floor", "floor", "The greatest whole number not above x.", exact, flat),
  ceil: floatOp("ceil", "ceil", "The least whole number not below x.", exact, flat),
  round: floatOp("round", "round_even", "The nearest whole number; halves go to the even one.", exact, flat),
  truncate: floatOp("truncate", "truncate", "x without its fraction: rounded towards zero.", exact, flat),
  sqrt: floatOp("sqrt", "square_root", "Square root; NaN below zero.", exact),
  exp: floatOp("exp", "exponential", "e to the power of x.", ulp(2)),
  expm1: floatOp("expm1", "exponential_minus_one", "exp(x) - 1 without cancellation near zero.", ulp(2)),
  log: floatOp("log", "logarithm", "Natural logarithm; NaN below zero.", ulp(2)),
  log1p: floatOp("log1p", "logarithm_of_one_plus", "log(1 + x) without cancellation near zero.", ulp(2)),
  sin: floatOp("sin", "sine", "Sine of radians.", ulp(2)),
  cos: floatOp("cos", "cosine", "Cosine of radians.", ulp(2)),
  tan: floatOp("tan", "tangent", "Tangent of radians.", ulp(4)),
  asin: floatOp("asin", "arc_sine", "Arc sine, from -pi/2 to pi/2.", ulp(4)),
  acos: floatOp("acos", "arc_cosine", "Arc cosine, from 0 to pi.", ulp(4)),
  atan: floatOp("atan", "arc_tangent", "Arc tangent, from -pi/2 to pi/2.", ulp(4)),
  sinh: floatOp("sinh", "hyperbolic_sine", "Hyperbolic sine.", ulp(4)),
  cosh: floatOp("cosh", "hyperbolic_cosine", "Hyperbolic cosine.", ulp(4)),
  tanh: floatOp("tanh", "hyperbolic_tangent", "Hyperbolic tangent.", ulp(4)),
  asinh: floatOp("asinh", "inverse_hyperbolic_sine", "Inverse hyperbolic sine.", ulp(4)),
  acosh: floatOp("acosh", "inverse_hyperbolic_cosine", "Inverse hyperbolic cosine; NaN below 1.", ulp(4)),
  atanh: floatOp("atanh", "inverse_hyperbolic_tangent", "Inverse hyperbolic tangent; NaN outside -1 to 1.", ulp(4)),
  erf: floatOp(
    "erf",
    "error_function",
    "The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.",
    ulp(4),
  ),
  is_nan: testOp("is_nan", "is_nan", "Whether x is not a number.", floats),
  is_infinite: testOp("is_infinite", "is_infinite", "Whether x is infinity or minus infinity.", floats),
  not: testOp("not", "not", "Truth inverted.", ["bool"]),
  bitwise_not: unaryOp("bitwise_not", {
    function: "bitwise_not",
    summary: "Every bit inverted.",
    elementTypes: wholeTypes,
    gradient: notReal,
    accuracy: exact,
  }),
};

export const { negate, absolute, sign, floor, ceil, round, truncate, sqrt, exp, expm1, log, log1p } = unaryOps;
export const { sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, erf } = unaryOps;
export const { is_nan: isNan, is_infinite: isInfinite, not } = unaryOps;
