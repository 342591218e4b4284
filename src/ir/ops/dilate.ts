/**
 * `dilate`: spreads elements apart by inserting zeros between them.
 *
 *     result[stride · i] = input[i], zero elsewhere; a dimension of n elements becomes (n − 1) · stride + 1
 *
 * It is the first step of a transposed convolution through zero insertion.
 */
import { positiveIntegers } from "../attributes/kind.js";
import { affine, axisIndex } from "../computation/affine.js";
import { accumulator, scalarConstant, shapeName } from "../computation/build-scalar.js";
import type { Affine, Axis, Computation } from "../computation/computation.js";
import { defineOp, exact, notYet } from "../graph/define-op.js";
import type { Require } from "../graph/graph.js";
import { elementReader, elementWriter } from "../types/element-access.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { rowMajorStrides, type Shape } from "../types/shape.js";
import { tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { computedTypes, scalarTypeOf } from "./elementwise.js";

export type DilateAttributes = {
  /** One stride for each dimension; 1 leaves it as it is. */
  readonly strides: readonly number[];
};

export const dilate = defineOp<DilateAttributes, "C1">({
  name: "dilate",
  summary: "Inserts stride − 1 zeros between neighbouring elements of each dimension.",
  operands: [{ name: "input", summary: "input, of any rank", elementTypes: computedTypes }],
  attributes: { strides: positiveIntegers },
  constraints: {
    C1: {
      statement: "strides has one entry for each dimension",
      remedy: "give 1 for dimensions that stay, the batch and the channels included",
    },
  },
  inferTypes: inferDilate,
  evaluate: ([input], { strides }, [result]) => [evaluateDilate(input, strides, result)],
  gradient: notYet("it slices the cotangent with the strides as steps"),
  lowering: {
    kind: "placement",
    place: (_, { strides }) => [{ operand: 0, indices: strides.map((stride, d) => axisIndex(d, stride)) }],
    fill: fillDilate,
  },
  accuracy: exact,
});

function inferDilate(
  [{ elementType, shape }]: readonly TensorType[],
  { strides }: DilateAttributes,
  require: Require<"C1">,
): readonly TensorType[] {
  const matches = strides.length === shape.length;
  require("C1", matches, () => ({ expected: `${shape.length}`, found: `${strides.length}` }));
  if (!matches) return [];
  return [{ elementType, shape: shape.map((size, d) => (size === 0 ? 0 : (size - 1) * strides[d] + 1)) }];
}

function evaluateDilate(input: Tensor, strides: readonly number[], result: TensorType): Tensor {
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const read = elementReader(input);
  const apart = rowMajorStrides(result.shape).map((step, d) => step * strides[d]);
  eachPoint(input.shape, (point, number) => write(offsetAt(point, apart), read(number)));
  return output;
}

/** For each spread dimension: the zeros between its elements, at the elements of the dimensions before and everywhere in those after it. */
function fillDilate(
  [{ shape }]: readonly TensorType[],
  { strides }: DilateAttributes,
  result: TensorType,
): readonly Computation[] {
  if (shape.includes(0)) return [];
  return shape.flatMap((size, d) => (strides[d] > 1 && size > 1 ? [zerosBetween(d, shape, strides, result)] : []));
}

function zerosBetween(spread: number, shape: Shape, strides: readonly number[], result: TensorType): Computation {
  const rank = shape.length;
  const axes: Axis[] = shape.map((size, d) => {
    return { name: `d${d}`, extent: d < spread ? size : d === spread ? size - 1 : result.shape[d] };
  });
  const store: Affine[] = shape.map((_, d) => {
    if (d !== spread) return axisIndex(d, d < spread ? strides[d] : 1);
    return affine(1, [
      { axis: d, coefficient: strides[d] },
      { axis: rank, coefficient: 1 },
    ]);
  });
  return {
    name: `zeros_${shapeName(result.shape)}`,
    operands: [],
    result,
    axes: [...axes, { name: "gap", extent: strides[spread] - 1 }],
    sums: [],
    store,
    reduction: "sum",
    body: scalarConstant(scalarTypeOf(result), 0),
    epilogue: accumulator,
  };
}
