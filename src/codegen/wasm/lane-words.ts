/**
 * A vocabulary to write functions of vectors with. A function says its result in terms of its operands' texts; what is
 * used twice it keeps, which makes a local variable of it. So one text serves as a function and spelt out where it is used.
 */
import { get, instruction, literalText, set, vectorText } from "./text.js";

/** Keeps a vector under a name of its own and gives the text that reads it. */
export type Keep = (value: string) => string;

/** The text of the result. Operands may be read as often as wanted. */
export type LaneFormula = (keep: Keep, ...operands: readonly string[]) => string;

const infix =
  (name: string) =>
  (...parts: readonly string[]): string =>
    instruction(name, ...parts);

export const floats = {
  add: infix("f32x4.add"),
  subtract: infix("f32x4.sub"),
  multiply: infix("f32x4.mul"),
  divide: infix("f32x4.div"),
  negate: infix("f32x4.neg"),
  absolute: infix("f32x4.abs"),
  nearest: infix("f32x4.nearest"),
  truncate: infix("f32x4.trunc"),
  less: infix("f32x4.lt"),
  greater: infix("f32x4.gt"),
  equal: infix("f32x4.eq"),
  /** The smaller; where the value is not a number, that. */
  atMost: (value: string, bound: number): string => instruction("f32x4.pmin", value, float(bound)),
  atLeast: (value: string, bound: number): string => instruction("f32x4.pmax", value, float(bound)),
} as const;

export const integers = {
  add: infix("i32x4.add"),
  subtract: infix("i32x4.sub"),
  shiftLeft: (value: string, by: number): string => instruction("i32x4.shl", value, `(i32.const ${by})`),
  shiftRight: (value: string, by: number): string => instruction("i32x4.shr_s", value, `(i32.const ${by})`),
  less: infix("i32x4.lt_s"),
  equal: infix("i32x4.eq"),
  fromFloat: infix("i32x4.trunc_sat_f32x4_s"),
  toFloat: infix("f32x4.convert_i32x4_s"),
} as const;

export const bits = {
  and: infix("v128.and"),
  or: infix("v128.or"),
  xor: infix("v128.xor"),
  andNot: infix("v128.andnot"),
};

/** Two doubles. */
export const doubles = {
  add: infix("f64x2.add"),
  subtract: infix("f64x2.sub"),
  multiply: infix("f64x2.mul"),
  divide: infix("f64x2.div"),
  number: (value: number): string => `(v128.const f64x2 ${literalText(value)} ${literalText(value)})`,
  /** Lanes 0 and 1 of four floats; lanes 2 and 3. */
  low: infix("f64x2.promote_low_f32x4"),
  high: (value: string): string => instruction("f64x2.promote_low_f32x4", shuffled(value, value, [2, 3, 2, 3])),
  /** Four floats of twice two doubles. */
  join: (low: string, high: string): string => {
    const [a, b] = [low, high].map((half) => instruction("f32x4.demote_f64x2_zero", half));
    return shuffled(a ?? "", b ?? "", [0, 1, 4, 5]);
  },
} as const;

export function float(value: number): string {
  return vectorText("f32x4", value);
}

export function integer(value: number): string {
  return vectorText("i32x4", value);
}

/** whenTrue where the lane of the condition is all ones. */
export function choose(condition: string, whenTrue: string, whenFalse: string): string {
  return instruction("v128.bitselect", whenTrue, whenFalse, condition);
}

/** Lanes of two vectors: 0 to 3 of the first, 4 to 7 of the second. */
export function shuffled(first: string, second: string, lanes: readonly number[]): string {
  const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
  return instruction(`i8x16.shuffle ${bytes.join(" ")}`, first, second);
}

/** Σ coefficient · variable^i, the highest power first, by Horner's scheme. */
export function polynomial(variable: string, coefficients: readonly number[]): string {
  const [first = 0, ...rest] = coefficients;
  const step = (sum: string, next: number): string => floats.add(floats.multiply(sum, variable), float(next));
  return rest.reduce(step, float(first));
}

/** The same on doubles. */
export function doublePolynomial(variable: string, coefficients: readonly number[]): string {
  const { add, multiply, number } = doubles;
  const [first = 0, ...rest] = coefficients;
  return rest.reduce((sum, next) => add(multiply(sum, variable), number(next)), number(first));
}

/** The function of a formula: `parameters` are x, or x and y. */
export function formulaFunction(name: string, parameters: number, formula: LaneFormula): string {
  const names = ["x", "y"].slice(0, parameters);
  const kept: string[] = [];
  const keep: Keep = (value) => {
    const local = `v${kept.length}`;
    kept.push(set(local, value));
    return get(local);
  };
  const result = formula(keep, ...names.map(get));
  const head = `(func $${name}${names.map((each) => ` (param $${each} v128)`).join("")} (result v128)`;
  const locals = kept.map((_, i) => `  (local $v${i} v128)`);
  return [head, ...locals, ...kept.map((line) => `  ${line}`), `  ${result}`, ")"].join("\n");
}
