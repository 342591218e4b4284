/** Composed functions of one element without parameters. */
import { binaryOf } from "../computation/scalar-functions.js";
import { exact, notDifferentiable, ulp } from "../graph/define-op.js";
import { activation, softplusBody, softplusOf } from "./activation.js";
import { arithmeticTypes, type NoAttributes } from "./elementwise.js";

export const activationOps = {
  square: activation<NoAttributes>("square", {
    summary: "x * x; i32 wraps.",
    attributes: {},
    constraints: {},
    elementTypes: arithmeticTypes,
    evaluate: (x, _, type) => binaryOf("multiply", type)(x, x),
    body: (x, { times }) => times(x, x),
    accuracy: exact,
  }),
  reciprocal: activation<NoAttributes>("reciprocal", {
    summary: "1 / x.",
    attributes: {},
    constraints: {},
    evaluate: (x) => 1 / x,
    body: (x, { over }) => over(1, x),
    accuracy: exact,
  }),
  rsqrt: activation<NoAttributes>("rsqrt", {
    summary: "1 / sqrt(x).",
    attributes: {},
    constraints: {},
    evaluate: (x) => 1 / Math.sqrt(x),
    body: (x, { of, over }) => over(1, of("square_root", x)),
    accuracy: ulp(2),
  }),
  relu: activation<NoAttributes>("relu", {
    summary: "max(x, 0).",
    attributes: {},
    constraints: {},
    elementTypes: arithmeticTypes,
    evaluate: (x) => Math.max(x, 0),
    body: (x, { max }) => max(x, 0),
    accuracy: exact,
  }),
  sigmoid: activation<NoAttributes>("sigmoid", {
    summary: "1 / (1 + exp(-x)).",
    attributes: {},
    constraints: {},
    evaluate: (x) => 1 / (1 + Math.exp(-x)),
    body: (x, { of, plus, over }) => over(1, plus(1, of("exponential", of("negate", x)))),
    accuracy: ulp(4),
  }),
  log_sigmoid: activation<NoAttributes>("log_sigmoid", {
    summary: "log(sigmoid(x)) without overflow: -softplus(-x).",
    attributes: {},
    constraints: {},
    evaluate: (x) => -softplusOf(-x),
    body: (x, words) => words.of("negate", softplusBody(words.of("negate", x), words)),
    accuracy: ulp(4),
  }),
  softplus: activation<NoAttributes>("softplus", {
    summary: "log(1 + exp(x)) without overflow.",
    attributes: {},
    constraints: {},
    evaluate: softplusOf,
    body: softplusBody,
    accuracy: ulp(4),
  }),
  softsign: activation<NoAttributes>("softsign", {
    summary: "x / (1 + |x|).",
    attributes: {},
    constraints: {},
    evaluate: (x) => x / (1 + Math.abs(x)),
    body: (x, { of, plus, over }) => over(x, plus(1, of("absolute", x))),
    accuracy: ulp(2),
  }),
  hard_swish: activation<NoAttributes>("hard_swish", {
    summary: "x * max(0, min(1, x / 6 + 0.5)).",
    attributes: {},
    constraints: {},
    evaluate: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
    body: (x, { plus, times, over, max, min }) => times(x, max(0, min(1, plus(over(x, 6), 0.5)))),
    accuracy: ulp(4),
  }),
  mish: activation<NoAttributes>("mish", {
    summary: "x * tanh(softplus(x)).",
    attributes: {},
    constraints: {},
    evaluate: (x) => x * Math.tanh(softplusOf(x)),
    body: (x, words) => words.times(x, words.of("hyperbolic_tangent", softplusBody(x, words))),
    accuracy: ulp(4),
  }),
  is_finite: activation<NoAttributes>("is_finite", {
    summary: "Whether x is neither infinite nor NaN.",
    attributes: {},
    constraints: {},
    result: "bool",
    gradient: notDifferentiable("its results are not real numbers"),
    evaluate: (x) => Number(Number.isFinite(x)),
    body: (x, { isFinite }) => isFinite(x),
    accuracy: exact,
  }),
};

export const { square, reciprocal, rsqrt, relu, sigmoid, softplus, softsign, mish } = activationOps;
export const { is_finite: isFinite } = activationOps;
