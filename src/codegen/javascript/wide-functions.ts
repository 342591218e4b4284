/** How JavaScript says the scalar functions of 64-bit integers, which are BigInts: results are taken modulo 2^64. */
import type { BinaryFunction, UnaryFunction } from "../../ir/computation/functions.js";
import { InternalError } from "../../diagnostics/error.js";
import { saturated } from "../../ir/types/element-access.js";
import { call, infix, precedence, prefix, primary, type Code } from "./code.js";
import type { Helper } from "./helpers.js";

type WideType = "i64" | "u64";
type Function_ = (...parts: readonly Code[]) => Code;

const helper =
  (name: Helper): Function_ =>
  (...parts) =>
    call(name, ...parts);

const operator =
  (text: string, binds: number): Function_ =>
  (a = zero, b = zero) =>
    infix(a, text, b, binds);

const zero = primary("0n");

const sixBits = (count: Code): Code => infix(count, "&", primary("63n"), precedence.bitAnd);

const unary: Readonly<Partial<Record<UnaryFunction, Function_>>> = {
  negate: (x = zero) => prefix("-", x),
  absolute: helper("wideAbsolute"),
  sign: helper("wideSign"),
  floor: (x = zero) => x,
  ceil: (x = zero) => x,
  round_even: (x = zero) => x,
  truncate: (x = zero) => x,
  bitwise_not: (x = zero) => prefix("~", x),
};

const binary: Readonly<Partial<Record<BinaryFunction, Function_>>> = {
  add: operator("+", precedence.additive),
  subtract: operator("-", precedence.additive),
  multiply: operator("*", precedence.multiplicative),
  divide: helper("wideQuotient"),
  modulo: helper("wideModulo"),
  remainder: helper("wideRemainder"),
  power: helper("widePower"),
  maximum: helper("wideMaximum"),
  minimum: helper("wideMinimum"),
  bitwise_and: operator("&", precedence.bitAnd),
  bitwise_or: operator("|", precedence.bitOr),
  bitwise_xor: operator("^", precedence.bitXor),
  shift_left: (a = zero, b = zero) => infix(a, "<<", sixBits(b), precedence.shift),
  shift_right: (a = zero, b = zero) => infix(a, ">>", sixBits(b), precedence.shift),
};

/** Functions whose results are in range where their operands are. */
const closed: ReadonlySet<string> = new Set(
  "sign floor ceil round_even truncate maximum minimum bitwise_and bitwise_or bitwise_xor shift_right modulo remainder".split(
    " ",
  ),
);

export function wideUnaryCode(name: UnaryFunction, type: WideType, operand: Code): Code {
  return wrappedUnlessClosed(name, type, unary[name]?.(operand));
}

export function wideBinaryCode(name: BinaryFunction, type: WideType, left: Code, right: Code): Code {
  return wrappedUnlessClosed(name, type, binary[name]?.(left, right));
}

function wrappedUnlessClosed(name: string, type: WideType, code: Code | undefined): Code {
  if (code === undefined) throw new InternalError("print-expression", `${name} of ${type}`);
  return closed.has(name) ? code : wrappedWide(type, code);
}

/** An integer modulo 2^64. */
export function wrappedWide(type: WideType, value: Code): Code {
  return call(type === "i64" ? "BigInt.asIntN" : "BigInt.asUintN", primary("64"), value);
}

/** A constant; what lies beyond the type is its end. */
export function wideLiteral(type: WideType, value: number): Code {
  const exact = saturated(type, value);
  return { text: `${exact}n`, binds: exact < 0n ? precedence.prefix : precedence.primary };
}

/** A float as a 64-bit integer. */
export function saturatedWide(type: WideType, value: Code): Code {
  const ends = [-Infinity, Infinity].map((end) => wideLiteral(type, end));
  return call("saturateToWide", value, ...ends);
}
