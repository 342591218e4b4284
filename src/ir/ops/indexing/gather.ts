/** `gather`: slices of a tensor along one dimension, chosen by indices known at run time. */
import { integer } from "../../attributes/kind.js";
import { affine, axisIndex } from "../../computation/affine.js";
import { accumulator, axesOf, load, loadedIndex, shapeName } from "../../computation/build-scalar.js";
import type { Computation, Index } from "../../computation/computation.js";
import { defineOp, exact, gradientUnwritten } from "../../graph/define-op.js";
import { offsetAt } from "../../types/points.js";
import { elementCount, rowMajorStrides } from "../../types/shape.js";
import { numbers, tensorType, type Tensor, type TensorType } from "../../types/tensor.js";
import { movedTypes } from "../elementwise.js";
import { axisFound, axisIsDimension, copyElements, hasAxis } from "../movement.js";

type GatherAttributes = {
  readonly axis: number;
};

export const gather = defineOp<GatherAttributes, "C1" | "C2">({
  name: "gather",
  summary:
    "Slices of data along the axis, one for each index: [data before the axis, indices' shape, data after it]. Negative indices count from the end; those outside take the nearest element, so that no run time value leads out of memory.",
  operands: [
    { name: "data", summary: "any shape of rank 1 or more", elementTypes: movedTypes },
    { name: "indices", summary: "any shape", elementTypes: ["i32"] },
  ],
  attributes: { axis: integer },
  constraints: {
    C1: axisIsDimension,
    C2: {
      statement: "there is something to gather from: data is not empty along the axis, unless there are no indices",
      remedy: "leave out the empty operand",
    },
  },
  inferTypes([data, indices], { axis }, require) {
    require("C1", hasAxis(data.shape, axis), axisFound(data.shape, axis));
    if (!hasAxis(data.shape, axis)) return [data];
    require("C2", data.shape[axis] > 0 || elementCount(indices.shape) === 0);
    return [tensorType(data.elementType, data.shape.toSpliced(axis, 1, ...indices.shape))];
  },
  evaluate: ([data, indices], { axis }, [result]) => [evaluateGather(data, indices, axis, result)],
  gradient: gradientUnwritten,
  lowering: {
    kind: "computations",
    lower: ([data, indices], { axis }, [result]) => [
      { into: 0, computation: gatherComputation(data, indices, axis, result) },
    ],
  },
  accuracy: exact,
});

function evaluateGather(data: Tensor, indices: Tensor, axis: number, result: TensorType): Tensor {
  const chosen = numbers(indices);
  const [dataStrides, indexStrides] = [rowMajorStrides(data.shape), rowMajorStrides(indices.shape)];
  const size = data.shape[axis];
  const end = axis + indices.shape.length;
  return copyElements(data, result, (point) => {
    const index = chosen[offsetAt(point.slice(axis, end), indexStrides)];
    const inside = Math.min(Math.max(index < 0 ? index + size : index, 0), size - 1);
    return offsetAt([...point.slice(0, axis), inside, ...point.slice(end)], dataStrides);
  });
}

/** The index is clamped to −size … size − 1 first; the remainder by size then resolves the negative ones. */
function gatherComputation(data: TensorType, indices: TensorType, axis: number, result: TensorType): Computation {
  const size = data.shape[axis];
  const end = axis + indices.shape.length;
  const axes = axesOf(result.shape);
  const all = axes.map((_, d) => axisIndex(d));
  const index = loadedIndex({ operand: 1, indices: all.slice(axis, end) });
  const clamped: Index = {
    kind: "minimum",
    left: { kind: "maximum", left: index, right: affine(-size) },
    right: affine(size - 1),
  };
  const inside: Index = { kind: "modulo", of: clamped, by: size };
  return {
    name: `gather_${shapeName(result.shape)}`,
    operands: [data, indices],
    result,
    axes,
    sums: [],
    store: all,
    reduction: "sum",
    body: load(0, [...all.slice(0, axis), inside, ...all.slice(end)]),
    epilogue: accumulator,
  };
}
