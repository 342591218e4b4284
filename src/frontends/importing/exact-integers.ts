/**
 * Arithmetic on known 64-bit integers, as exact as the model means it: sizes, offsets, and the largest i64 that stands for "to the end".
 * Results wrap at 64 bits; dividing by zero gives 0, as for i32.
 */
import type { Attributes } from "../../ir/attributes/value.js";
import { allocate, isBigIntArray, type ElementType } from "../../ir/types/element-type.js";
import { eachPoint, offsetAt } from "../../ir/types/points.js";
import { elementCount, rowMajorStrides, type Shape } from "../../ir/types/shape.js";
import type { Tensor, TensorType } from "../../ir/types/tensor.js";

type Exact = (...values: bigint[]) => bigint;

const functions: Readonly<Record<string, Exact>> = {
  negate: (x) => -x,
  absolute: (x) => (x < 0n ? -x : x),
  sign: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  relu: (x) => (x > 0n ? x : 0n),
  square: (x) => x * x,
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => (b === 0n ? 0n : a / b),
  floor_divide: (a, b) => (b === 0n ? 0n : (a - floorModulo(a, b)) / b),
  modulo: (a, b) => (b === 0n ? 0n : floorModulo(a, b)),
  remainder: (a, b) => (b === 0n ? 0n : a % b),
  maximum: (a, b) => (a > b ? a : b),
  minimum: (a, b) => (a < b ? a : b),
};

const tests: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  equal: (a, b) => a === b,
  not_equal: (a, b) => a !== b,
  less: (a, b) => a < b,
  less_equal: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greater_equal: (a, b) => a >= b,
};

const reductions: Readonly<Record<string, Exact>> = {
  sum: (a, b) => a + b,
  prod: (a, b) => a * b,
  max: (a, b) => (a > b ? a : b),
  min: (a, b) => (a < b ? a : b),
};

function floorModulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}

/** The results of an op on 64-bit integers, or undefined where it is not among those that are computed exactly. */
export function evaluateExactly(
  op: string,
  operands: readonly Tensor[],
  attributes: Attributes,
  [{ shape }]: readonly TensorType[],
): readonly Tensor[] | undefined {
  const { elementType } = operands[0];
  if (Object.hasOwn(tests, op)) return [pointwise("bool", operands, shape, tests[op])];
  if (Object.hasOwn(functions, op)) return [pointwise(elementType, operands, shape, functions[op])];
  return op === "reduce" ? reduced(operands[0], attributes, shape) : undefined;
}

function pointwise(
  elementType: ElementType,
  operands: readonly Tensor[],
  shape: Shape,
  apply: (a: bigint, b: bigint) => bigint | boolean,
): Tensor {
  const data = allocate(elementType, elementCount(shape));
  const readers = operands.map((operand) => broadcastReader(operand, shape));
  eachPoint(shape, (point, number) => {
    const [a, b = 0n] = readers.map((read) => read(point));
    const result = apply(a, b);
    data[number] = isBigIntArray(data) ? BigInt(result) : Number(result);
  });
  return { elementType, shape, data };
}

function broadcastReader(operand: Tensor, shape: Shape): (point: readonly number[]) => bigint {
  const missing = shape.length - operand.shape.length;
  const own = rowMajorStrides(operand.shape);
  const strides = shape.map((_, d) => (d < missing || operand.shape[d - missing] === 1 ? 0 : own[d - missing]));
  return (point) => BigInt(operand.data[offsetAt(point, strides)]);
}

/** Of nothing only sums and products are known here. */
function reduced(operand: Tensor, { function: name, axes }: Attributes, shape: Shape): readonly Tensor[] | undefined {
  const combine = reductions[String(name)];
  const isEmpty = operand.data.length === 0;
  if (combine === undefined || !Array.isArray(axes) || (isEmpty && name !== "sum" && name !== "prod")) return undefined;
  const data = allocate(operand.elementType, elementCount(shape));
  const exact = new Array<bigint>(data.length).fill(name === "prod" ? 1n : 0n);
  const seen = new Set<number>();
  const strides = keptStrides(operand.shape, axes);
  const startsEmpty = name === "sum" || name === "prod";
  eachPoint(operand.shape, (point, number) => {
    const to = offsetAt(point, strides);
    const element = BigInt(operand.data[number]);
    exact[to] = startsEmpty || seen.has(to) ? combine(exact[to], element) : element;
    seen.add(to);
  });
  exact.forEach((element, i) => (data[i] = isBigIntArray(data) ? element : Number(element)));
  return [{ elementType: operand.elementType, shape, data }];
}

/** Row-major strides of the dimensions that stay, 0 for those that are reduced. */
function keptStrides(shape: Shape, axes: readonly unknown[]): readonly number[] {
  return rowMajorStrides(shape.map((size, d) => (axes.includes(d) ? 1 : size))).map((stride, d) =>
    axes.includes(d) ? 0 : stride,
  );
}
