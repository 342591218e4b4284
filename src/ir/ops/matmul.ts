/** `matmul`: matrix products, batched and broadcasting as NumPy's `@`; vectors stand for matrices of one row or column. */
import { axisIndex } from "../computation/affine.js";
import { accumulator, applyBinary, broadcastIndices, load, shapeName } from "../computation/build-scalar.js";
import type { Affine, Computation } from "../computation/computation.js";
import { floatBinaryFunctions, integerBinaryFunctions, wordBinaryOf } from "../computation/scalar-functions.js";
import { defineOp, gradientUnwritten, sumAccuracy } from "../graph/define-op.js";
import { elementWriter, wordReader, type Word } from "../types/element-access.js";
import { isWide, type ElementType } from "../types/element-type.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { broadcastShapes, rowMajorStrides, type Shape } from "../types/shape.js";
import { numbers, tensor, tensorType, type Tensor, type TensorType } from "../types/tensor.js";
import { exactTypes, sameElementTypes, type NoAttributes } from "./elementwise.js";

export const matmul = defineOp<NoAttributes, "C1" | "C2" | "C3" | "C4">({
  name: "matmul",
  summary:
    "Matrix product of the last two dimensions; the others broadcast. A vector is a row on the left, a column on the right; i32 wraps.",
  operands: [
    { name: "a", summary: "[…, M, K], or a vector [K]", elementTypes: exactTypes },
    { name: "b", summary: "[…, K, N], or a vector [K]", elementTypes: exactTypes },
  ],
  attributes: {},
  constraints: {
    C1: sameElementTypes,
    C2: { statement: "neither operand is a scalar", remedy: "multiply by a scalar with the op multiply" },
    C3: {
      statement: "a's last dimension is as long as b's last but one (or only one)",
      remedy: "transpose or reshape an operand: a is […, M, K], b is […, K, N]",
    },
    C4: {
      statement: "the dimensions before the last two broadcast",
      remedy: "reshape an operand: batch sizes are equal or 1",
    },
  },
  inferTypes([a, b], _, require) {
    const ranked = a.shape.length > 0 && b.shape.length > 0;
    require("C1", a.elementType === b.elementType);
    require("C2", ranked);
    if (!ranked) return [a];
    const product = productOf(a.shape, b.shape);
    require("C3", product.depths[0] === product.depths[1], () => ({
      found: `${product.depths[0]} and ${product.depths[1]}`,
    }));
    require("C4", product.batch !== undefined);
    return [tensorType(a.elementType, resultShape(product))];
  },
  evaluate: ([a, b], _, [result]) => [evaluateMatmul(a, b, result)],
  gradient: gradientUnwritten,
  lowering: {
    kind: "computations",
    lower: ([a, b], _, [result]) => [{ into: 0, computation: matmulComputation(a, b, result) }],
  },
  accuracy: sumAccuracy,
});

/** What a product's shapes say: the batch (undefined where it does not broadcast), the rows and columns there are, both inner sizes. */
interface Product {
  readonly batch: Shape | undefined;
  readonly rows: Shape;
  readonly columns: Shape;
  readonly depths: readonly [number, number];
}

function productOf(a: Shape, b: Shape): Product {
  const isColumn = b.length === 1;
  return {
    batch: broadcastShapes(a.slice(0, -2), b.slice(0, -2)),
    rows: a.slice(-2, -1),
    columns: isColumn ? [] : b.slice(-1),
    depths: [a[a.length - 1], isColumn ? b[0] : b[b.length - 2]],
  };
}

function resultShape({ batch = [], rows, columns }: Product): Shape {
  return [...batch, ...rows, ...columns];
}

function evaluateMatmul(a: Tensor, b: Tensor, { elementType, shape }: TensorType): Tensor {
  const { batch = [], depths, rows, columns } = productOf(a.shape, b.shape);
  const dot = dotOf(a, b, elementType);
  const [aStrides, bStrides] = [batchStrides(a.shape, batch), batchStrides(b.shape, batch)];
  const result = tensor(elementType, shape);
  const write = elementWriter(elementType, result.data);
  const [m, n, depth] = [rows[0] ?? 1, columns[0] ?? 1, depths[0]];
  eachPoint([...batch, m, n], (point, number) => {
    const row = offsetAt(point.slice(0, -2), aStrides) + point[point.length - 2] * depth;
    const column = offsetAt(point.slice(0, -2), bStrides) + point[point.length - 1];
    write(number, dot({ row, column, depth, step: n }));
  });
  return result;
}

/** A row and a column, by the numbers of their first elements; elements of the column are `step` apart. */
interface Pair {
  readonly row: number;
  readonly column: number;
  readonly depth: number;
  readonly step: number;
}

function dotOf(a: Tensor, b: Tensor, elementType: ElementType): (pair: Pair) => Word {
  if (isWide(elementType)) return wideDotOf(a, b, elementType);
  const { add, multiply } = elementType === "i32" ? integerBinaryFunctions : floatBinaryFunctions;
  const [left, right] = [numbers(a), numbers(b)];
  return ({ row, column, depth, step }) => {
    let sum = 0;
    for (let k = 0; k < depth; k++) sum = add(sum, multiply(left[row + k], right[column + k * step]));
    return sum;
  };
}

function wideDotOf(a: Tensor, b: Tensor, elementType: "i64" | "u64"): (pair: Pair) => Word {
  const [add, multiply] = [wordBinaryOf("add", elementType), wordBinaryOf("multiply", elementType)];
  const [left, right] = [wordReader(a), wordReader(b)];
  return ({ row, column, depth, step }) => {
    let sum: Word = 0n;
    for (let k = 0; k < depth; k++) sum = add(sum, multiply(left(row + k), right(column + k * step)));
    return sum;
  };
}

/** Strides of the matrices of an operand along the result's batch; 0 where it stretches. */
function batchStrides(shape: Shape, batch: Shape): number[] {
  const strides = rowMajorStrides(shape);
  const missing = batch.length - Math.max(shape.length - 2, 0);
  return batch.map((size, d) => (d >= missing && shape[d - missing] === size ? strides[d - missing] : 0));
}

function matmulComputation(a: TensorType, b: TensorType, result: TensorType): Computation {
  const { batch = [], depths, rows, columns } = productOf(a.shape, b.shape);
  const outer = result.shape.length;
  const [batchOfA, batchOfB] = [a, b].map(({ shape }) => broadcastIndices(shape.slice(0, -2), batch));
  const depth = axisIndex(outer);
  const row = rows.map((): Affine => axisIndex(batch.length));
  const column = columns.map((): Affine => axisIndex(outer - 1));
  const names = [...batch.map((_, d) => `b${d}`), ...rows.map(() => "m"), ...columns.map(() => "n")];
  return {
    name: `matmul_${shapeName(result.shape)}_k${depths[0]}`,
    operands: [a, b],
    result,
    axes: result.shape.map((extent, d) => ({ name: names[d], extent })),
    sums: [{ name: "k", extent: depths[0] }],
    store: result.shape.map((_, d) => axisIndex(d)),
    reduction: "sum",
    body: applyBinary("multiply", load(0, [...batchOfA, ...row, depth]), load(1, [...batchOfB, depth, ...column])),
    epilogue: accumulator,
  };
}
