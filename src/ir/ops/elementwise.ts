/**
 * What all elementwise ops share: results by NumPy's broadcasting, the reference loop, and the lowering to one computation
 * whose operands are read at the result's own index, with constant 0 where a dimension stretches.
 */
import type { Attributes } from "../attributes/value.js";
import { accumulator, axesOf, broadcastIndices, load, shapeName } from "../computation/build-scalar.js";
import { axisIndex } from "../computation/affine.js";
import type { Computation, Scalar, ScalarType } from "../computation/computation.js";
import type { Constraint, Lowering, Require } from "../graph/graph.js";
import { elementReader, elementWriter, wordReader, type Word } from "../types/element-access.js";
import { allocate, elementTypes, type ElementType } from "../types/element-type.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { broadcastShapes, elementCount, equalShapes, rowMajorStrides, type Shape } from "../types/shape.js";
import type { Tensor, TensorType } from "../types/tensor.js";

/** For ops without attributes. */
export type NoAttributes = Readonly<Record<string, never>>;

export const floats = ["f32", "f64"] as const satisfies readonly ElementType[];
export const arithmeticTypes = ["f32", "f64", "i32"] as const satisfies readonly ElementType[];
/** What everything but `cast` may take. */
export const computedTypes = ["f32", "f64", "i32", "bool"] as const satisfies readonly ElementType[];

/** What ops that move elements and tell them apart may take: 64-bit integers, too. */
export const movedTypes = [...computedTypes, "i64", "u64"] as const satisfies readonly ElementType[];
/** What arithmetic of whole numbers may take, too. */
export const exactTypes = [...arithmeticTypes, "i64", "u64"] as const satisfies readonly ElementType[];

/** What functions of bits may take. */
export const wholeTypes = ["i32", "i64", "u64"] as const satisfies readonly ElementType[];

/** The type that elements are computed in. */
export function scalarTypeOf({ elementType }: Pick<TensorType, "elementType">): ScalarType {
  return elementTypes[elementType].computedAs;
}

export const sameElementTypes: Constraint = {
  statement: "operands have the same element type",
  remedy: "cast one operand to the element type of the other",
};

export const shapesBroadcast: Constraint = {
  statement: "the operands' shapes broadcast: aligned at the last dimension, sizes are equal or one of them is 1",
  remedy: "reshape or transpose an operand; per-channel values of channels-last data have shape [C] or [1,…,C]",
};

/** The shape all operands broadcast to; requires `shapesBroadcast` under the label `C1`. */
export function inferBroadcast(operands: readonly TensorType[], require: Require<"C1">): Shape {
  return operands.reduce<Shape>((shape, operand) => {
    const next = broadcastShapes(shape, operand.shape);
    require("C1", next !== undefined);
    return next ?? shape;
  }, []);
}

/** The reference: `apply` at every point of the result on the elements that broadcast there. */
export function evaluateElementwise(
  operands: readonly Tensor[],
  { elementType, shape }: TensorType,
  apply: (...values: number[]) => number,
): Tensor {
  const data = allocate(elementType, elementCount(shape));
  const write = elementWriter(elementType, data);
  const at = applyAt(
    operands.map((operand) => broadcastReader(operand, shape, elementReader(operand))),
    apply,
  );
  eachPoint(shape, (point, number) => write(number, at(point, number)));
  return { elementType, shape, data };
}

/** `evaluateElementwise` where there may be 64-bit integers. */
export function evaluateWords(
  operands: readonly Tensor[],
  { elementType, shape }: TensorType,
  apply: (...values: Word[]) => Word,
): Tensor {
  const data = allocate(elementType, elementCount(shape));
  const write = elementWriter(elementType, data);
  const readers = operands.map((operand) => broadcastReader(operand, shape, wordReader(operand)));
  const at = applyAt(readers, apply);
  eachPoint(shape, (point, number) => write(number, at(point, number)));
  return { elementType, shape, data };
}

/** The result's element, or an operand's that broadcasts there. */
type AtPoint<W extends Word> = (point: readonly number[], number: number) => W;

/** One and two operands are spelled out: models have millions of such elements. */
function applyAt<W extends Word>(readers: readonly AtPoint<W>[], apply: (...values: W[]) => W): AtPoint<W> {
  const [a, b] = readers;
  if (readers.length === 1) return (point, number) => apply(a(point, number));
  if (readers.length === 2) return (point, number) => apply(a(point, number), b(point, number));
  return (point, number) => apply(...readers.map((read) => read(point, number)));
}

function broadcastReader<W extends Word>(operand: Tensor, shape: Shape, read: (i: number) => W): AtPoint<W> {
  if (equalShapes(operand.shape, shape)) return (_, number) => read(number);
  const missing = shape.length - operand.shape.length;
  const own = rowMajorStrides(operand.shape);
  const strides = shape.map((_, d) => (operand.shape[d - missing] === 1 ? 0 : (own[d - missing] ?? 0)));
  if (!strides.some((stride) => stride > 0)) return () => read(0);
  return (point) => read(offsetAt(point, strides));
}

/** One computation over the result's dimensions with `body` of the operands' elements. */
export function elementwiseComputation(
  name: string,
  operands: readonly TensorType[],
  result: TensorType,
  body: (...values: Scalar[]) => Scalar,
): Computation {
  const loads = operands.map(({ shape }, i) => load(i, broadcastIndices(shape, result.shape)));
  return {
    name: `${name}_${shapeName(result.shape)}`,
    operands,
    result,
    axes: axesOf(result.shape),
    sums: [],
    store: result.shape.map((_, d) => axisIndex(d)),
    reduction: "sum",
    body: body(...loads),
    epilogue: accumulator,
  };
}

/** The lowering of an elementwise op to one computation. */
export function lowerElementwise<A extends Attributes>(
  name: string,
  body: (values: readonly Scalar[], attributes: A, type: ScalarType) => Scalar,
): Lowering<A> {
  return {
    kind: "computations",
    lower(operands, attributes, [result]) {
      const type = scalarTypeOf(operands[operands.length - 1]);
      const scalars = (...values: Scalar[]) => body(values, attributes, type);
      return [{ into: 0, computation: elementwiseComputation(name, operands, result, scalars) }];
    },
  };
}
