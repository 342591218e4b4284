/** `gather_nd`: slices of a tensor at positions known at run time, one index for each dimension that is looked up. */
import { integer, optional } from "../../attributes/kind.js";
import { affine, axisIndex } from "../../computation/affine.js";
import { accumulator, axesOf, load, loadedIndex, shapeName } from "../../computation/build-scalar.js";
import type { Computation, Index } from "../../computation/computation.js";
import { defineOp, exact, gradientUnwritten } from "../../graph/define-op.js";
import type { Require } from "../../graph/graph.js";
import { offsetAt } from "../../types/points.js";
import { elementCount, equalShapes, formatShape, rowMajorStrides } from "../../types/shape.js";
import { numbers, tensorType, type Tensor, type TensorType } from "../../types/tensor.js";
import { movedTypes } from "../elementwise.js";
import { copyElements } from "../movement.js";
import { fromStart } from "./positions.js";

export type GatherNdAttributes = {
  /** How many leading dimensions data and indices share: each position is looked up in the part of data that stands at its own. */
  readonly batch_dimensions: number;
};

type Labels = "C1" | "C2" | "C3";

export const gatherNd = defineOp<GatherNdAttributes, Labels>({
  name: "gather_nd",
  summary:
    "Slices at positions: the last dimension of the indices has a position in data's dimensions after the batch ones. Negative indices count from the end; those outside take the nearest element.",
  operands: [
    { name: "data", summary: "data [batch…, looked up…, rest…]", elementTypes: movedTypes },
    { name: "indices", summary: "positions [batch…, …, K]", elementTypes: ["i32"] },
  ],
  attributes: { batch_dimensions: optional(integer, 0) },
  constraints: {
    C1: {
      statement:
        "indices have a dimension after the batch ones, of at most as many indices as data has dimensions there",
      remedy: "give each position as one index for every dimension that is looked up",
    },
    C2: { statement: "data and indices have the same batch dimensions", remedy: "broadcast one of them" },
    C3: {
      statement:
        "there is something to gather from: no dimension that is looked up is empty, unless there are no positions",
      remedy: "leave out the empty operand",
    },
  },
  inferTypes: inferGatherNd,
  evaluate: ([data, indices], { batch_dimensions }, [result]) => [
    evaluateGatherNd(data, indices, batch_dimensions, result),
  ],
  gradient: gradientUnwritten,
  lowering: {
    kind: "computations",
    lower: ([data, indices], { batch_dimensions }, [result]) => [
      { into: 0, computation: gatherNdComputation(data, indices, batch_dimensions, result) },
    ],
  },
  accuracy: exact,
});

function inferGatherNd(
  [data, indices]: readonly TensorType[],
  { batch_dimensions: batch }: GatherNdAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const depth = indices.shape.at(-1) ?? 0;
  const fits = batch >= 0 && batch < indices.shape.length && batch + depth <= data.shape.length;
  require("C1", fits, () => ({
    found: `${formatShape(indices.shape)} into ${formatShape(data.shape)}, ${batch} batch dimensions`,
  }));
  if (!fits) return [data];
  const [own, theirs] = [data.shape.slice(0, batch), indices.shape.slice(0, batch)];
  require("C2", equalShapes(own, theirs), () => ({ expected: formatShape(own), found: formatShape(theirs) }));
  const places = indices.shape.slice(0, -1);
  require("C3", elementCount(places) === 0 || !data.shape.slice(batch, batch + depth).includes(0));
  return [tensorType(data.elementType, [...places, ...data.shape.slice(batch + depth)])];
}

function evaluateGatherNd(data: Tensor, indices: Tensor, batch: number, result: TensorType): Tensor {
  const all = numbers(indices);
  const [dataStrides, indexStrides] = [rowMajorStrides(data.shape), rowMajorStrides(indices.shape)];
  const places = indices.shape.length - 1;
  return copyElements(data, result, (point) => {
    const first = offsetAt(point.slice(0, places), indexStrides.slice(0, -1));
    const looked = data.shape.slice(batch, batch + indices.shape[places]).map((size, c) => {
      return Math.min(Math.max(fromStart(all[first + c], size), 0), size - 1);
    });
    return offsetAt([...point.slice(0, batch), ...looked, ...point.slice(places)], dataStrides);
  });
}

/** Each index is clamped to −size … size − 1 first; the remainder by size then resolves the negative ones. */
function gatherNdComputation(data: TensorType, indices: TensorType, batch: number, result: TensorType): Computation {
  const axes = axesOf(result.shape);
  const all = axes.map((_, d) => axisIndex(d));
  const places = indices.shape.length - 1;
  const looked = data.shape.slice(batch, batch + indices.shape[places]).map((size, c): Index => {
    const raw = loadedIndex({ operand: 1, indices: [...all.slice(0, places), affine(c)] });
    const above: Index = { kind: "maximum", left: raw, right: affine(-size) };
    return { kind: "modulo", of: { kind: "minimum", left: above, right: affine(size - 1) }, by: size };
  });
  return {
    name: `gather_nd_${shapeName(result.shape)}`,
    operands: [data, indices],
    result,
    axes,
    sums: [],
    store: all,
    reduction: "sum",
    body: load(0, [...all.slice(0, batch), ...looked, ...all.slice(places)]),
    epilogue: accumulator,
  };
}
