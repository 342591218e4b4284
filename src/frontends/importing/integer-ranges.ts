/**
 * Which values a 64-bit integer of the model may have. Sizes, positions and what is made of them stay far below 2^31, and where that is
 * proven they are computed in i32; all else is computed in 64 bits. Interval arithmetic, one rule for each op.
 */
import { elementTypes, isWide, type ElementType } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";
import type { IntegerRange, Operand } from "./operand.js";

type AttributesOf = Readonly<Record<string, unknown>>;

const i32Range: IntegerRange = [-(2 ** 31), 2 ** 31 - 1];

const ranges: Readonly<Partial<Record<ElementType, IntegerRange>>> = {
  i8: [-128, 127],
  u8: [0, 255],
  i16: [-32768, 32767],
  u16: [0, 65535],
  i32: i32Range,
  bool: [0, 1],
};

/** Whether i32 holds all of a range; for u64 from 0 on, since what is below wraps. */
export function fitsI32(range: IntegerRange | undefined, type?: ElementType): range is IntegerRange {
  if (range === undefined || (type === "u64" && range[0] < 0)) return false;
  return range[0] >= i32Range[0] && range[1] <= i32Range[1];
}

/** What is known of an operand's values; undefined where they may be anything, and for floats. */
export function rangeOf({ elementType, known, range, computed }: Operand): IntegerRange | undefined {
  if (elementTypes[elementType].family === "float") return undefined;
  if (range !== undefined) return range;
  if (known !== undefined) return rangeOfData(known.data);
  if (isWide(elementType)) return computed?.type.elementType === "i32" ? i32Range : undefined;
  return ranges[elementType];
}

/** Numbers beyond 2^53 are rounded, which takes none of them into i32. */
function rangeOfData(data: ArrayLike<number | bigint>): IntegerRange {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return data.length === 0 ? [0, 0] : [low, high];
}

type Rule = (a: IntegerRange, b: IntegerRange) => IntegerRange | undefined;

const corners = (a: IntegerRange, b: IntegerRange, apply: (x: number, y: number) => number): IntegerRange => {
  const all = a.flatMap((x) => b.map((y) => apply(x, y)));
  return [Math.min(...all), Math.max(...all)];
};

/** Quotients are no larger than the dividend; of a positive divisor the ends are those of the dividend's ends. */
const quotient: Rule = ([low, high], [from]) => (from >= 1 ? [Math.min(low, 0), Math.max(high, 0)] : undefined);

const binary: Readonly<Record<string, Rule>> = {
  add: (a, b) => [a[0] + b[0], a[1] + b[1]],
  subtract: (a, b) => [a[0] - b[1], a[1] - b[0]],
  multiply: (a, b) => corners(a, b, (x, y) => x * y),
  maximum: (a, b) => [Math.max(a[0], b[0]), Math.max(a[1], b[1])],
  minimum: (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1])],
  divide: quotient,
  floor_divide: (a, b) => (b[0] >= 1 ? [Math.min(a[0], 0), Math.max(a[1], 0)] : undefined),
  modulo: (_, [from, to]) => (from >= 1 ? [0, to - 1] : undefined),
  remainder: ([low, high], [from, to]) =>
    from >= 1 ? [Math.max(Math.min(low, 0), 1 - to), Math.min(Math.max(high, 0), to - 1)] : undefined,
};

const unary: Readonly<Record<string, (x: IntegerRange) => IntegerRange>> = {
  negate: ([low, high]) => [-high, -low],
  absolute: ([low, high]) => [0, Math.max(Math.abs(low), Math.abs(high))],
  sign: () => [-1, 1],
  relu: ([low, high]) => [Math.max(low, 0), Math.max(high, 0)],
};

/** Ops whose results are elements of their first operand. */
const moving = new Set(["split", "slice", "reshape", "transpose", "broadcast", "gather", "gather_nd"]);

/** What is known of the results of an op, given the ranges of its operands. */
export function resultRange(
  op: string,
  operands: readonly Operand[],
  attributes: AttributesOf,
): IntegerRange | undefined {
  if (moving.has(op)) return rangeOf(operands[0]);
  if (op === "arg_max" || op === "arg_min") return [0, Math.max(...operands[0].shape, 1) - 1];
  if (op === "concat") return united(operands.map(rangeOf));
  if (op === "scatter_nd" && attributes.reduction === undefined) return united([operands[0], operands[2]].map(rangeOf));
  if (op === "select") return united(operands.slice(1).map(rangeOf));
  if (op === "pad")
    return united([rangeOf(operands[0]), [Number(attributes.value ?? 0), Number(attributes.value ?? 0)]]);
  const [a, b] = operands.map(rangeOf);
  if (a === undefined) return undefined;
  if (op === "reduce") return reduced(a, operands[0], attributes);
  if (operands.length === 1 && Object.hasOwn(unary, op)) return unary[op](a);
  return b !== undefined && Object.hasOwn(binary, op) ? binary[op](a, b) : undefined;
}

function united(all: readonly (IntegerRange | undefined)[]): IntegerRange | undefined {
  const found = all.flatMap((range) => (range === undefined ? [] : [range]));
  if (found.length < all.length || found.length === 0) return undefined;
  return [Math.min(...found.map(([low]) => low)), Math.max(...found.map(([, high]) => high))];
}

function reduced([low, high]: IntegerRange, { shape }: Operand, attributes: AttributesOf): IntegerRange | undefined {
  const { function: name, axes } = attributes;
  const count = elementCount(shape.filter((_, d) => Array.isArray(axes) && axes.includes(d)));
  if (count === 0) return undefined;
  if (name === "max" || name === "min" || name === "mean") return [Math.min(low, 0), Math.max(high, 0)];
  return name === "sum" ? [low * count, high * count] : undefined;
}
