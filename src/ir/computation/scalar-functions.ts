/**
 * What the scalar functions compute: the one table that references, the computation evaluator and the loop interpreter share.
 * Everything is a double here: f32 is rounded where it is stored, i32 is a double that is a whole number in range, bool is 0 or 1.
 * 64-bit integers, which are bigints, have wide-functions.ts; `wordUnaryOf` and `wordBinaryOf` choose.
 *
 * Determinism: arithmetic, comparisons, floor, trunc, sqrt and imul are exact by the language. exp, log, sin and the other
 * transcendental functions are the engine's `Math`; V8 and SpiderMonkey use ports of fdlibm, within one unit in the last place
 * of a double, so a result stored as f32 differs between engines only where it lies next to a rounding boundary.
 */
import { isWide } from "../types/element-type.js";
import type { Word } from "../types/element-access.js";
import type { ScalarType } from "./computation.js";
import { errorFunction } from "./error-function.js";
import type { BinaryFunction, CompareFunction, UnaryFunction } from "./functions.js";
import { wideBinaryOf, wideUnaryOf } from "./wide-functions.js";

type Unary = (x: number) => number;
type Binary = (a: number, b: number) => number;

/** For every type: results of i32 operands are wrapped by `unaryOf`. */
export const unaryFunctions: Readonly<Record<UnaryFunction, Unary>> = {
  negate: (x) => -x,
  absolute: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round_even: roundHalfToEven,
  truncate: Math.trunc,
  square_root: Math.sqrt,
  exponential: Math.exp,
  exponential_minus_one: Math.expm1,
  logarithm: Math.log,
  logarithm_of_one_plus: Math.log1p,
  sine: Math.sin,
  cosine: Math.cos,
  tangent: Math.tan,
  arc_sine: Math.asin,
  arc_cosine: Math.acos,
  arc_tangent: Math.atan,
  hyperbolic_sine: Math.sinh,
  hyperbolic_cosine: Math.cosh,
  hyperbolic_tangent: Math.tanh,
  inverse_hyperbolic_sine: Math.asinh,
  inverse_hyperbolic_cosine: Math.acosh,
  inverse_hyperbolic_tangent: Math.atanh,
  error_function: errorFunction,
  is_nan: (x) => Number(Number.isNaN(x)),
  is_infinite: (x) => Number(Math.abs(x) === Infinity),
  not: (x) => 1 - x,
  bitwise_not: (x) => ~x,
};

/** On doubles; the functions of whole numbers and truth values are the same ones as for i32 and bool. */
export const floatBinaryFunctions: Readonly<Record<BinaryFunction, Binary>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  modulo: floorModulo,
  remainder: (a, b) => a % b,
  power: Math.pow,
  arc_tangent_2: Math.atan2,
  maximum: Math.max,
  minimum: Math.min,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  bitwise_and: (a, b) => a & b,
  bitwise_or: (a, b) => a | b,
  bitwise_xor: (a, b) => a ^ b,
  shift_left: (a, b) => a << b,
  shift_right: (a, b) => a >> b,
};

/** On i32: every result wraps; dividing by zero, and its remainder, is 0; shifts use the low five bits of the count. */
export const integerBinaryFunctions: Readonly<Record<BinaryFunction, Binary>> = {
  ...floatBinaryFunctions,
  add: (a, b) => (a + b) | 0,
  subtract: (a, b) => (a - b) | 0,
  multiply: Math.imul,
  divide: (a, b) => (a / b) | 0,
  modulo: (a, b) => floorModulo(a, b) | 0,
  remainder: (a, b) => (a % b) | 0,
  power: integerPower,
  arc_tangent_2: (a, b) => Math.atan2(a, b) | 0,
};

/** 1 or 0; every comparison with NaN but `not_equal` is 0. */
export const compareFunctions: Readonly<Record<CompareFunction, (a: Word, b: Word) => number>> = {
  equal: (a, b) => Number(a === b),
  not_equal: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  less_equal: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greater_equal: (a, b) => Number(a >= b),
};

/** The function on operands of a type. */
export function unaryOf(name: UnaryFunction, type: ScalarType): Unary {
  const apply = unaryFunctions[name];
  return type === "i32" ? (x) => apply(x) | 0 : apply;
}

/** The function on operands of a type. */
export function binaryOf(name: BinaryFunction, type: ScalarType): Binary {
  return type === "i32" ? integerBinaryFunctions[name] : floatBinaryFunctions[name];
}

/** `unaryOf` of scalars of any type. */
export function wordUnaryOf(name: UnaryFunction, type: ScalarType): (x: Word) => Word {
  if (isWide(type)) {
    const apply = wideUnaryOf(name, type);
    return (x) => apply(BigInt(x));
  }
  const apply = unaryOf(name, type);
  return (x) => apply(Number(x));
}

/** `binaryOf` of scalars of any type. */
export function wordBinaryOf(name: BinaryFunction, type: ScalarType): (a: Word, b: Word) => Word {
  if (isWide(type)) {
    const apply = wideBinaryOf(name, type);
    return (a, b) => apply(BigInt(a), BigInt(b));
  }
  const apply = binaryOf(name, type);
  return (a, b) => apply(Number(a), Number(b));
}

/** The nearest whole number; of two equally near ones the even. Keeps the sign of zero. */
function roundHalfToEven(x: number): number {
  const isTie = Math.abs(x - Math.trunc(x)) === 0.5;
  return isTie ? 2 * Math.round(x / 2) : Math.round(x);
}

/** a − ⌊a / b⌋ · b without its rounding errors: the remainder moved to the sign of the divisor. */
function floorModulo(a: number, b: number): number {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}

/** Wrapping power by squaring. Negative exponents truncate the reciprocal; 0 to a negative power is 0 as dividing by zero is. */
function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? 1 - 2 * (exponent & 1) : 0;
  let result = 1;
  for (let square = base, left = exponent; left > 0; left >>= 1, square = Math.imul(square, square))
    if (left & 1) result = Math.imul(result, square);
  return result;
}
