/** Functions of one element with parameters. Parameters are numbers of the operand's element type. */
import { choice, optional, real } from "../attributes/kind.js";
import { errorFunction } from "../computation/error-function.js";
import type { Scalar } from "../computation/computation.js";
import { exact, ulp } from "../graph/define-op.js";
import type { Constraint } from "../graph/graph.js";
import { activation } from "./activation.js";
import { arithmeticTypes } from "./elementwise.js";
import type { Formulas } from "./formula.js";

// Type aliases, so that they stay assignable to Attributes.
type Alpha = { readonly alpha: number };
type AlphaGamma = { readonly alpha: number; readonly gamma: number };
type AlphaBeta = { readonly alpha: number; readonly beta: number };
type Range = { readonly low: number; readonly high: number };
type Approximation = { readonly approximation: "none" | "tanh" };
type Shrink = { readonly limit: number; readonly bias: number };

const alpha = (fallback: number) => ({ alpha: optional(real, fallback) });

const alphaNotZero: Constraint = {
  statement: "alpha is not 0, by which the function divides",
  remedy: "use relu where alpha should go to 0",
};

const boundsAreNumbers: Constraint = {
  statement: "low and high are numbers, possibly infinite",
  remedy: "leave a bound out where there is none",
};

export const parametrisedOps = {
  leaky_relu: activation<Alpha>("leaky_relu", {
    summary: "x where x >= 0, alpha * x elsewhere.",
    attributes: alpha(0.01),
    constraints: {},
    evaluate: (x, { alpha }) => (x < 0 ? alpha * x : x),
    body: (x, { times, whereBelow }, { alpha }) => whereBelow(x, 0, times(alpha, x), x),
    accuracy: exact,
  }),
  thresholded_relu: activation<Alpha>("thresholded_relu", {
    summary: "x where x > alpha, 0 elsewhere.",
    attributes: alpha(1),
    constraints: {},
    evaluate: (x, { alpha }) => (x > alpha ? x : 0),
    body: (x, { whereAbove }, { alpha }) => whereAbove(x, alpha, x, 0),
    accuracy: exact,
  }),
  elu: activation<Alpha>("elu", {
    summary: "x where x >= 0, alpha * (exp(x) - 1) elsewhere.",
    attributes: alpha(1),
    constraints: {},
    evaluate: (x, { alpha }) => (x < 0 ? alpha * Math.expm1(x) : x),
    body: (x, { of, times, whereBelow }, { alpha }) =>
      whereBelow(x, 0, times(alpha, of("exponential_minus_one", x)), x),
    accuracy: ulp(4),
  }),
  celu: activation<Alpha, "C1">("celu", {
    summary: "max(0, x) + min(0, alpha * (exp(x / alpha) - 1)).",
    attributes: alpha(1),
    constraints: { C1: alphaNotZero },
    check: ({ alpha }, require) => require("C1", alpha !== 0, () => ({ found: `alpha = ${alpha}` })),
    evaluate: (x, { alpha }) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)),
    body: (x, { of, plus, times, over, max, min }, { alpha }) =>
      plus(max(0, x), min(0, times(alpha, of("exponential_minus_one", over(x, alpha))))),
    accuracy: ulp(4),
  }),
  selu: activation<AlphaGamma>("selu", {
    summary: "gamma * x where x >= 0, gamma * alpha * (exp(x) - 1) elsewhere.",
    attributes: { ...alpha(1.6732632423543772), gamma: optional(real, 1.0507009873554805) },
    constraints: {},
    evaluate: (x, { alpha, gamma }) => gamma * (x < 0 ? alpha * Math.expm1(x) : x),
    body: (x, { of, times, whereBelow }, { alpha, gamma }) =>
      times(gamma, whereBelow(x, 0, times(alpha, of("exponential_minus_one", x)), x)),
    accuracy: ulp(4),
  }),
  hard_sigmoid: activation<AlphaBeta>("hard_sigmoid", {
    summary: "max(0, min(1, alpha * x + beta)).",
    attributes: { ...alpha(0.2), beta: optional(real, 0.5) },
    constraints: {},
    evaluate: (x, { alpha, beta }) => Math.max(0, Math.min(1, alpha * x + beta)),
    body: (x, { plus, times, max, min }, { alpha, beta }) => max(0, min(1, plus(times(alpha, x), beta))),
    accuracy: ulp(2),
  }),
  clip: activation<Range, "C1">("clip", {
    summary:
      "min(max(x, low), high): at least low, at most high; high wins where low is above it. Bounds of i32 round inwards.",
    attributes: { low: optional(real, -Infinity), high: optional(real, Infinity) },
    constraints: { C1: boundsAreNumbers },
    check: ({ low, high }, require) =>
      require("C1", !Number.isNaN(low) && !Number.isNaN(high), () => ({ found: `low = ${low}, high = ${high}` })),
    elementTypes: arithmeticTypes,
    evaluate(x, { low, high }, type) {
      return type === "i32"
        ? Math.min(Math.max(x, inI32(Math.ceil(low))), inI32(Math.floor(high)))
        : Math.min(Math.max(x, low), high);
    },
    body(x, { type, max, min }, { low, high }) {
      return type === "i32" ? min(max(x, inI32(Math.ceil(low))), inI32(Math.floor(high))) : min(max(x, low), high);
    },
    accuracy: exact,
  }),
  gelu: activation<Approximation>("gelu", {
    summary: "x times the normal distribution's chance of a value below x; by erf, or by tanh.",
    attributes: { approximation: optional(choice("none", "tanh"), "none") },
    constraints: {},
    evaluate: (x, { approximation }) => (approximation === "tanh" ? geluByTanh(x) : geluByErf(x)),
    body: (x, words, { approximation }) => (approximation === "tanh" ? tanhBody(x, words) : erfBody(x, words)),
    accuracy: ulp(8),
  }),
  swish: activation<Alpha>("swish", {
    summary: "x * sigmoid(alpha * x); silu where alpha is 1.",
    attributes: alpha(1),
    constraints: {},
    evaluate: (x, { alpha }) => x / (1 + Math.exp(-(alpha * x))),
    body: (x, { of, plus, times, over }, { alpha }) =>
      over(x, plus(1, of("exponential", of("negate", alpha === 1 ? x : times(alpha, x))))),
    accuracy: ulp(4),
  }),
  shrink: activation<Shrink>("shrink", {
    summary: "x + bias where x < -limit, x - bias where x > limit, 0 elsewhere.",
    attributes: { limit: optional(real, 0.5), bias: optional(real, 0) },
    constraints: {},
    evaluate: (x, { limit, bias }) => (x < -limit ? x + bias : x > limit ? x - bias : 0),
    body: (x, { plus, minus, whereAbove, whereBelow }, { limit, bias }) =>
      whereBelow(x, -limit, plus(x, bias), whereAbove(x, limit, minus(x, bias), 0)),
    accuracy: exact,
  }),
};

export const { elu, celu, selu, clip, gelu, swish, shrink } = parametrisedOps;
export const { leaky_relu: leakyRelu } = parametrisedOps;

function inI32(bound: number): number {
  return Math.min(Math.max(bound, -(2 ** 31)), 2 ** 31 - 1);
}

const rootHalf = Math.SQRT1_2;

function geluByErf(x: number): number {
  return 0.5 * x * (1 + errorFunction(x * rootHalf));
}

function erfBody(x: Scalar, { of, plus, times }: Formulas): Scalar {
  return times(times(0.5, x), plus(1, of("error_function", times(x, rootHalf))));
}

const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const cubicTerm = 0.044715;

function geluByTanh(x: number): number {
  return 0.5 * x * (1 + Math.tanh(rootTwoOverPi * (x + cubicTerm * x * x * x)));
}

function tanhBody(x: Scalar, { of, plus, times }: Formulas): Scalar {
  const cube = times(times(times(cubicTerm, x), x), x);
  return times(times(0.5, x), plus(1, of("hyperbolic_tangent", times(rootTwoOverPi, plus(x, cube)))));
}
