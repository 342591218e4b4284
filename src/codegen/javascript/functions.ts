/** How JavaScript says the scalar functions: one row each, for floats and for i32; a bool is true or false. */
import type { ScalarType } from "../../ir/computation/computation.js";
import type { BinaryFunction, CompareFunction, UnaryFunction } from "../../ir/computation/functions.js";
import { isWide } from "../../ir/types/element-type.js";
import { call, infix, precedence, prefix, primary, wrapped, type Code } from "./code.js";
import type { Helper } from "./helpers.js";
import { wideBinaryCode, wideUnaryCode } from "./wide-functions.js";

type Unary = (x: Code) => Code;
type Binary = (a: Code, b: Code) => Code;

/** A function of `Math`. */
const math =
  (name: string) =>
  (...parts: readonly Code[]): Code =>
    call(`Math.${name}`, ...parts);
const helper =
  (name: Helper) =>
  (...parts: readonly Code[]): Code =>
    call(name, ...parts);
const operator =
  (text: string, binds: number): Binary =>
  (a, b) =>
    infix(a, text, b, binds);

const unary: Readonly<Record<UnaryFunction, Unary>> = {
  negate: (x) => prefix("-", x),
  absolute: math("abs"),
  sign: math("sign"),
  floor: math("floor"),
  ceil: math("ceil"),
  round_even: helper("roundHalfToEven"),
  truncate: math("trunc"),
  square_root: math("sqrt"),
  exponential: math("exp"),
  exponential_minus_one: math("expm1"),
  logarithm: math("log"),
  logarithm_of_one_plus: math("log1p"),
  sine: math("sin"),
  cosine: math("cos"),
  tangent: math("tan"),
  arc_sine: math("asin"),
  arc_cosine: math("acos"),
  arc_tangent: math("atan"),
  hyperbolic_sine: math("sinh"),
  hyperbolic_cosine: math("cosh"),
  hyperbolic_tangent: math("tanh"),
  inverse_hyperbolic_sine: math("asinh"),
  inverse_hyperbolic_cosine: math("acosh"),
  inverse_hyperbolic_tangent: math("atanh"),
  error_function: helper("errorFunction"),
  is_nan: (x) => call("Number.isNaN", x),
  is_infinite: (x) => infix(call("Math.abs", x), "===", primary("Infinity"), precedence.equality),
  not: (x) => prefix("!", x),
  bitwise_not: (x) => prefix("~", x),
};

const bitwise = {
  bitwise_and: operator("&", precedence.bitAnd),
  bitwise_or: operator("|", precedence.bitOr),
  bitwise_xor: operator("^", precedence.bitXor),
  shift_left: operator("<<", precedence.shift),
  shift_right: operator(">>", precedence.shift),
};

const floatBinary: Readonly<Record<BinaryFunction, Binary>> = {
  add: operator("+", precedence.additive),
  subtract: operator("-", precedence.additive),
  multiply: operator("*", precedence.multiplicative),
  divide: operator("/", precedence.multiplicative),
  modulo: helper("floorModulo"),
  remainder: operator("%", precedence.multiplicative),
  power: math("pow"),
  arc_tangent_2: math("atan2"),
  maximum: math("max"),
  minimum: math("min"),
  and: bitwise.bitwise_and,
  or: bitwise.bitwise_or,
  xor: bitwise.bitwise_xor,
  ...bitwise,
};

const wrapping =
  (name: BinaryFunction): Binary =>
  (a, b) =>
    wrapped(floatBinary[name](a, b));

/** Sums and products of index arithmetic are printed by `print-expression`, which knows when one `| 0` is enough. */
const integerBinary: Readonly<Record<BinaryFunction, Binary>> = {
  ...floatBinary,
  add: wrapping("add"),
  subtract: wrapping("subtract"),
  multiply: math("imul"),
  divide: wrapping("divide"),
  modulo: wrapping("modulo"),
  remainder: wrapping("remainder"),
  power: helper("integerPower"),
  arc_tangent_2: wrapping("arc_tangent_2"),
};

const both = operator("&&", precedence.and);
const either = operator("||", precedence.or);
const differs = operator("!==", precedence.equality);
const boolBinary: Readonly<Partial<Record<BinaryFunction, Binary>>> = {
  and: both,
  bitwise_and: both,
  minimum: both,
  multiply: both,
  or: either,
  bitwise_or: either,
  maximum: either,
  xor: differs,
  bitwise_xor: differs,
};

const comparison: Readonly<Record<CompareFunction, Binary>> = {
  equal: operator("===", precedence.equality),
  not_equal: differs,
  less: operator("<", precedence.relational),
  less_equal: operator("<=", precedence.relational),
  greater: operator(">", precedence.relational),
  greater_equal: operator(">=", precedence.relational),
};

/** Functions whose result on an i32 is no i32 by itself. */
const exactOnIntegers: ReadonlySet<UnaryFunction> = new Set(["bitwise_not", "is_nan", "is_infinite"]);

export function unaryCode(name: UnaryFunction, type: ScalarType, operand: Code): Code {
  if (isWide(type)) return wideUnaryCode(name, type, operand);
  const code = unary[name](operand);
  return type === "i32" && !exactOnIntegers.has(name) ? wrapped(code) : code;
}

/** Undefined where bool has no such function. */
export function binaryCode(name: BinaryFunction, type: ScalarType, left: Code, right: Code): Code | undefined {
  if (type === "bool") return boolBinary[name]?.(left, right);
  if (isWide(type)) return wideBinaryCode(name, type, left, right);
  return (type === "i32" ? integerBinary : floatBinary)[name](left, right);
}

export function compareCode(name: CompareFunction, left: Code, right: Code): Code {
  return comparison[name](left, right);
}
