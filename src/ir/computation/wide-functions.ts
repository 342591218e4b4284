/**
 * What the scalar functions compute on 64-bit integers, which are bigints. Every result wraps at 64 bits; dividing by zero, and its
 * remainder, is 0, and shifts use the low six bits of the count, as i32's use five.
 */
import { InternalError } from "../../diagnostics/error.js";
import { wrapped } from "../types/element-access.js";
import type { BinaryFunction, UnaryFunction } from "./functions.js";

type WideType = "i64" | "u64";

const identity = (x: bigint): bigint => x;

/** Before wrapping. */
const unary: Readonly<Partial<Record<UnaryFunction, (x: bigint) => bigint>>> = {
  negate: (x) => -x,
  absolute: (x) => (x < 0n ? -x : x),
  sign: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  floor: identity,
  ceil: identity,
  round_even: identity,
  truncate: identity,
  bitwise_not: (x) => ~x,
};

const binary: Readonly<Partial<Record<BinaryFunction, (a: bigint, b: bigint) => bigint>>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => (b === 0n ? 0n : a / b),
  modulo: (a, b) => (b === 0n ? 0n : ((a % b) + b) % b),
  remainder: (a, b) => (b === 0n ? 0n : a % b),
  power: wrappingPower,
  maximum: (a, b) => (a > b ? a : b),
  minimum: (a, b) => (a < b ? a : b),
  bitwise_and: (a, b) => a & b,
  bitwise_or: (a, b) => a | b,
  bitwise_xor: (a, b) => a ^ b,
  shift_left: (a, b) => a << (b & 63n),
  shift_right: (a, b) => a >> (b & 63n),
};

/** Fails where 64-bit integers have no such function. */
export function wideUnaryOf(name: UnaryFunction, type: WideType): (x: bigint) => bigint {
  const apply = unary[name] ?? refuse(name, type);
  return (x) => wrapped(type, apply(x));
}

/** Fails where 64-bit integers have no such function. */
export function wideBinaryOf(name: BinaryFunction, type: WideType): (a: bigint, b: bigint) => bigint {
  const apply = binary[name] ?? refuse(name, type);
  return (a, b) => wrapped(type, apply(a, b));
}

function refuse(name: string, type: WideType): never {
  throw new InternalError("wide-functions", `${name} of ${type}`);
}

/** By squaring; a negative exponent truncates the reciprocal, and 0 to it is 0 as dividing by zero is. */
function wrappingPower(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? 1n - 2n * (exponent & 1n) : 0n;
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = BigInt.asUintN(64, square * square))
    if (left & 1n) result = BigInt.asUintN(64, result * square);
  return result;
}
