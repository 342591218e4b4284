/** How WebAssembly says the scalar functions, for each type: an instruction, a function of the module's own, or one of JavaScript's. */
import { InternalError } from "../../diagnostics/error.js";
import type { BinaryFunction, CompareFunction, UnaryFunction } from "../../ir/computation/functions.js";
import type { ValueType } from "../../ir/loops/kernel.js";
import { isWide } from "../../ir/types/element-type.js";
import { laneFormulas } from "./lane-formulas.js";
import { call, constantText, instruction, vectorText } from "./text.js";
import { wideBinaryText, wideComparison, wideConversions, wideUnaryText } from "./wide-functions.js";

/** Functions that are one instruction on floats, scalars and vectors alike. */
const floatInstructions: Readonly<Partial<Record<UnaryFunction | BinaryFunction, string>>> = {
  negate: "neg",
  absolute: "abs",
  floor: "floor",
  ceil: "ceil",
  round_even: "nearest",
  truncate: "trunc",
  square_root: "sqrt",
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  maximum: "max",
  minimum: "min",
};

const integerInstructions: Readonly<Partial<Record<BinaryFunction, string>>> = {
  add: "i32.add",
  subtract: "i32.sub",
  multiply: "i32.mul",
  and: "i32.and",
  or: "i32.or",
  xor: "i32.xor",
  bitwise_and: "i32.and",
  bitwise_or: "i32.or",
  bitwise_xor: "i32.xor",
  shift_left: "i32.shl",
  shift_right: "i32.shr_s",
};

const integerVectorInstructions: Readonly<Partial<Record<BinaryFunction, string>>> = {
  add: "i32x4.add",
  subtract: "i32x4.sub",
  multiply: "i32x4.mul",
  maximum: "i32x4.max_s",
  minimum: "i32x4.min_s",
  and: "v128.and",
  or: "v128.or",
  xor: "v128.xor",
  bitwise_and: "v128.and",
  bitwise_or: "v128.or",
  bitwise_xor: "v128.xor",
};

const truthInstructions: Readonly<Partial<Record<BinaryFunction, "and" | "or" | "xor">>> = {
  and: "and",
  bitwise_and: "and",
  minimum: "and",
  multiply: "and",
  or: "or",
  bitwise_or: "or",
  maximum: "or",
  xor: "xor",
  bitwise_xor: "xor",
};

const comparisons: Readonly<Record<CompareFunction, string>> = {
  equal: "eq",
  not_equal: "ne",
  less: "lt",
  less_equal: "le",
  greater: "gt",
  greater_equal: "ge",
};

function refuse(name: string, type: ValueType): never {
  throw new InternalError("print-wat", `${name} of ${type}`);
}

/** `type`: the operand's. */
export function unaryText(name: UnaryFunction, type: ValueType, operand: string): string {
  switch (type) {
    case "f32":
    case "f64":
      return floatUnary(name, type, operand);
    case "f32x4":
      return floatVectorUnary(name, operand);
    case "i32":
      return integerUnary(name, operand);
    case "i32x4":
      if (name === "negate") return instruction("i32x4.neg", operand);
      return name === "absolute" ? instruction("i32x4.abs", operand) : call(`${name}_i32x4`, operand);
    case "i64":
    case "u64":
      return wideUnaryText(name, type, operand);
    case "bool":
      return name === "not" ? instruction("i32.eqz", operand) : refuse(name, type);
    case "boolx4":
      return name === "not" ? instruction("v128.not", operand) : refuse(name, type);
  }
}

function floatUnary(name: UnaryFunction, type: "f32" | "f64", operand: string): string {
  const own = floatInstructions[name];
  if (own !== undefined) return instruction(`${type}.${own}`, operand);
  if (name === "is_nan" || name === "is_infinite" || name === "sign") return call(`${name}_${type}`, operand);
  if (type === "f64") return call(`js_${name}`, operand);
  return Object.hasOwn(laneFormulas, name) ? call(`${name}_f32`, operand) : inJavaScript(name, operand);
}

/** A function of JavaScript on f32. */
export function inJavaScript(name: string, ...operands: readonly string[]): string {
  const wide = operands.map((operand) => instruction("f64.promote_f32", operand));
  return instruction("f32.demote_f64", call(`js_${name}`, ...wide));
}

function floatVectorUnary(name: UnaryFunction, operand: string): string {
  const own = floatInstructions[name];
  return own === undefined ? call(`${name}_f32x4`, operand) : instruction(`f32x4.${own}`, operand);
}

/** On whole numbers: rounding does nothing, and what JavaScript's functions give is taken modulo 2³². */
function integerUnary(name: UnaryFunction, operand: string): string {
  switch (name) {
    case "negate":
      return instruction("i32.sub", constantText("i32", 0), operand);
    case "bitwise_not":
      return instruction("i32.xor", operand, constantText("i32", -1));
    case "floor":
    case "ceil":
    case "round_even":
    case "truncate":
      return operand;
    case "absolute":
    case "sign":
      return call(`${name}_i32`, operand);
    case "is_nan":
    case "is_infinite":
      return instruction("i32.and", operand, constantText("i32", 0));
    default:
      return call(`js_wrapped_${name}`, instruction("f64.convert_i32_s", operand));
  }
}

export function binaryText(name: BinaryFunction, type: ValueType, left: string, right: string): string {
  switch (type) {
    case "bool":
    case "boolx4": {
      const own = truthInstructions[name] ?? refuse(name, type);
      return instruction(`${type === "bool" ? "i32" : "v128"}.${own}`, left, right);
    }
    case "i64":
    case "u64":
      return wideBinaryText(name, type, left, right);
    case "i32":
      return integerBinary(name, left, right);
    case "i32x4":
      return integerVector(name, left, right);
    case "f32":
    case "f64":
    case "f32x4":
      return floatBinary(name, type, left, right);
  }
}

function integerBinary(name: BinaryFunction, left: string, right: string): string {
  const own = integerInstructions[name];
  if (own !== undefined) return instruction(own, left, right);
  if (name !== "arc_tangent_2") return call(`${name}_i32`, left, right);
  const [a = "", b = ""] = [left, right].map((part) => instruction("f64.convert_i32_s", part));
  return call(`js_wrapped_${name}`, a, b);
}

function integerVector(name: BinaryFunction, left: string, right: string): string {
  const own = integerVectorInstructions[name];
  return own === undefined ? call(`${name}_i32x4`, left, right) : instruction(own, left, right);
}

function floatBinary(name: BinaryFunction, type: "f32" | "f64" | "f32x4", left: string, right: string): string {
  const own = floatInstructions[name];
  if (own !== undefined) return instruction(`${type}.${own}`, left, right);
  if (type === "f32x4") return call(`${name}_f32x4`, left, right);
  if (type === "f64") return call(`js_${name}`, left, right);
  return Object.hasOwn(laneFormulas, name) ? call(`${name}_f32`, left, right) : inJavaScript(name, left, right);
}

/** `type`: the operands'. */
export function compareText(name: CompareFunction, type: ValueType, left: string, right: string): string {
  const own = comparisons[name];
  if (type === "bool" || type === "boolx4") return truthComparison(name, type, left, right);
  if (isWide(type)) return wideComparison(own, name, type, left, right);
  const ordered = own !== "eq" && own !== "ne";
  const suffix = (type === "i32" || type === "i32x4") && ordered ? "_s" : "";
  return instruction(`${type}.${own}${suffix}`, left, right);
}

/** False is less than true. */
function truthComparison(name: CompareFunction, type: "bool" | "boolx4", left: string, right: string): string {
  if (type === "bool") {
    return instruction(`i32.${comparisons[name]}${name === "equal" || name === "not_equal" ? "" : "_u"}`, left, right);
  }
  switch (name) {
    case "not_equal":
      return instruction("v128.xor", left, right);
    case "equal":
      return instruction("v128.not", instruction("v128.xor", left, right));
    case "less":
      return instruction("v128.andnot", right, left);
    case "greater":
      return instruction("v128.andnot", left, right);
    case "less_equal":
      return instruction("v128.or", right, instruction("v128.not", left));
    case "greater_equal":
      return instruction("v128.or", left, instruction("v128.not", right));
  }
}

/** A value of one type as another that has as many lanes. */
export function convertText(value: string, from: ValueType, to: ValueType): string {
  if (from === to) return value;
  const [own, given] = [`${from}`, `${to}`];
  const known = conversions[`${own} ${given}`];
  return known === undefined ? refuse(`conversion to ${to}`, from) : known(value);
}

const one =
  (name: string) =>
  (value: string): string =>
    instruction(name, value);

const conversions: Readonly<Record<string, (value: string) => string>> = {
  ...wideConversions,
  "f32 f64": one("f64.promote_f32"),
  "f64 f32": one("f32.demote_f64"),
  "f32 i32": one("i32.trunc_sat_f32_s"),
  "f64 i32": one("i32.trunc_sat_f64_s"),
  "i32 f32": one("f32.convert_i32_s"),
  "i32 f64": one("f64.convert_i32_s"),
  "bool f32": one("f32.convert_i32_s"),
  "bool f64": one("f64.convert_i32_s"),
  "bool i32": (value) => value,
  "i32 bool": (value) => instruction("i32.ne", value, constantText("i32", 0)),
  "f32 bool": (value) => instruction("f32.ne", value, constantText("f32", 0)),
  "f64 bool": (value) => instruction("f64.ne", value, constantText("f64", 0)),
  "f32x4 i32x4": one("i32x4.trunc_sat_f32x4_s"),
  "i32x4 f32x4": one("f32x4.convert_i32x4_s"),
  "boolx4 f32x4": (value) => instruction("v128.and", value, vectorText("f32x4", 1)),
  "boolx4 i32x4": one("i32x4.neg"),
  "i32x4 boolx4": (value) => instruction("i32x4.ne", value, vectorText("i32x4", 0)),
  "f32x4 boolx4": (value) => instruction("f32x4.ne", value, vectorText("f32x4", 0)),
};
