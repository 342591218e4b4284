/**
 * `max_unpool`: puts the results of a max_pool_with_argmax back where they came from.
 *
 *     result = 0; result[position of indices[i]] = values[i]        for every i in row-major order, the last one counting
 *
 * `index_convention` says how positions of the result are numbered. An index that is no position is passed over.
 */
import { sizes } from "../attributes/kind.js";
import { defineOp, exact, notYet } from "../graph/define-op.js";
import type { Require } from "../graph/graph.js";
import { binary, compare, define, integer, literal, load, store, variable, when } from "../loops/build.js";
import type { Expression, Kernel } from "../loops/kernel.js";
import { elementReader, elementWriter } from "../types/element-access.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { elementCount, equalShapes, formatShape, rowMajorStrides, type Shape } from "../types/shape.js";
import { numbers, tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { arithmeticTypes, scalarTypeOf } from "./elementwise.js";
import {
  indexConvention,
  indexCount,
  indexStrides,
  positionOfIndex,
  type IndexConvention,
} from "./window/pool-indices.js";
import { axisVariables, dimensionAxes, nest, tensorParameter, weightedSum } from "./window/pool-kernels.js";
import { dataName, hasSpatialDimensions, isSpatial } from "./window/windows.js";

export type MaxUnpoolAttributes = {
  /** The shape of the result, [N, spatial…, C]. */
  readonly shape: readonly number[];
  readonly index_convention: IndexConvention;
};

type Labels = "C1" | "C2" | "C3";

export const maxUnpool = defineOp<MaxUnpoolAttributes, Labels>({
  name: "max_unpool",
  summary: "Puts values at the positions that max_pool_with_argmax found, and zero elsewhere.",
  operands: [
    { name: "values", summary: "values [N, spatial…, C]", elementTypes: arithmeticTypes },
    { name: "indices", summary: "a position's number for each value", elementTypes: ["i32"] },
  ],
  attributes: { shape: sizes, index_convention: indexConvention },
  constraints: {
    C1: hasSpatialDimensions,
    C2: {
      statement: "values and indices have the same shape",
      remedy: "both are results of one max_pool_with_argmax",
    },
    C3: {
      statement: "the result has the rank, batch and channels of the values, and no empty spatial dimension",
      remedy: "give the shape of the max_pool_with_argmax's input",
    },
  },
  inferTypes: inferMaxUnpool,
  evaluate: (operands, attributes, [result]) => [evaluateMaxUnpool(operands, attributes, result)],
  gradient: notYet("it gathers the cotangent at the indices"),
  lowering: { kind: "loops", lower: maxUnpoolKernel },
  accuracy: exact,
});

function inferMaxUnpool(
  [values, indices]: readonly TensorType[],
  { shape }: MaxUnpoolAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const from = values.shape;
  const keeps = shape.length === from.length && shape[0] === from[0] && shape.at(-1) === from.at(-1);
  require("C1", isSpatial(from));
  require("C2", equalShapes(from, indices.shape));
  require("C3", keeps && isSpatial(shape), () => ({
    expected: `[${from[0]}, …, ${from.at(-1)}]`,
    found: formatShape(shape),
  }));
  return [{ elementType: values.elementType, shape }];
}

function evaluateMaxUnpool(
  [values, indices]: readonly Tensor[],
  { index_convention }: MaxUnpoolAttributes,
  result: TensorType,
): Tensor {
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const [read, index] = [elementReader(values), numbers(indices)];
  const strides = indexStrides(index_convention, result.shape);
  eachPoint(values.shape, (point, number) => {
    const position = positionOfIndex(index[number], strides, result.shape, point);
    if (position !== undefined) write(offsetAt(position, rowMajorStrides(result.shape)), read(number));
  });
  return output;
}

/** Zeros everywhere, then one store for each value whose index is a position. */
function maxUnpoolKernel(
  [values, indices]: readonly TensorType[],
  { index_convention }: MaxUnpoolAttributes,
  [result]: readonly TensorType[],
): Kernel {
  const strides = indexStrides(index_convention, result.shape);
  const axes = dimensionAxes(values.shape);
  const index = variable("index");
  const [x, at, y] = [
    tensorParameter("values", values, "read"),
    tensorParameter("indices", indices, "read"),
    tensorParameter("result", result, "write"),
  ];
  const within = binary(
    "and",
    compare("greater_equal", index, integer(0)),
    compare("less", index, integer(indexCount(strides, result.shape))),
  );
  const zero = literal(scalarTypeOf(result), 0);
  const scatter = nest(axes, [
    define("from", weightedSum(axisVariables(axes), rowMajorStrides(values.shape))),
    define("index", load(at, variable("from"))),
    when(within, [store(y, resultOffset(index, strides, result.shape), load(x, variable("from")))]),
  ]);
  const zeros = nest([{ name: "i", extent: elementCount(result.shape) }], [store(y, variable("i"), zero)]);
  return { name: `max_unpool_${dataName(result.shape)}`, parameters: [x, at, y], body: [...zeros, ...scatter] };
}

/** Where the element at `index` lies in the dense result: the index's digits times the row-major strides. */
function resultOffset(index: Expression, strides: readonly (number | undefined)[], shape: Shape): Expression {
  const digits = strides.map((stride, d) => {
    if (stride === undefined) return variable(`d${d}`);
    return binary("modulo", binary("divide", index, integer(stride)), integer(shape[d]));
  });
  return weightedSum(digits, rowMajorStrides(shape));
}
