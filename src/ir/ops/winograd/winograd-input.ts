/**
 * `winograd_input`: what the points of F(tile, taps) see of a tensor along one dimension, cut into overlapping tiles.
 *
 *     result[p, …, t, …] = Σ over j < points: B[p][j] · input[…, tile · t + j − low, …]
 *
 * where positions outside the input count as zero. Tiles begin `tile` elements apart and are tile + taps − 1 elements long.
 * The first of the three steps of a convolution by Winograd's algorithm: see `by-winograd`.
 */
import { integer, positiveInteger } from "../../attributes/kind.js";
import { affine, axisIndex } from "../../computation/affine.js";
import { accumulator, load, oneOf, shapeName } from "../../computation/build-scalar.js";
import type { Affine, Axis, Computation, Scalar } from "../../computation/computation.js";
import { defineOp, notYet, sumAccuracy } from "../../graph/define-op.js";
import type { Require } from "../../graph/graph.js";
import { elementReader, elementWriter } from "../../types/element-access.js";
import { eachPoint, offsetAt } from "../../types/points.js";
import { rowMajorStrides } from "../../types/shape.js";
import { tensor, type Tensor, type TensorType } from "../../types/tensor.js";
import { floats, scalarTypeOf } from "../elementwise.js";
import { linearForms } from "./linear-forms.js";
import { hasWinograd, winogradMatrices } from "./matrices.js";

export type WinogradInputAttributes = {
  /** The dimension that is cut into tiles. */
  readonly dimension: number;
  /** Outputs of a tile. */
  readonly tile: number;
  /** Taps of the filter along the dimension. */
  readonly taps: number;
  /** Zeros before the first element and after the last. */
  readonly low: number;
  readonly high: number;
};

type Labels = "C1" | "C2" | "C3" | "C4";

export const winogradInput = defineOp<WinogradInputAttributes, Labels>({
  name: "winograd_input",
  summary: "Winograd's input transform along one dimension: for each point a weighted sum of each tile.",
  operands: [{ name: "input", summary: "input, of any rank", elementTypes: floats }],
  attributes: { dimension: integer, tile: positiveInteger, taps: positiveInteger, low: integer, high: integer },
  constraints: {
    C1: { statement: "the dimension is one of the input's", remedy: "dimensions are counted from 0" },
    C2: {
      statement: "there are points for tiles of this size and so many taps",
      remedy: "use tiles and filters of two or more that make at most six points together: F(2, 2) to F(4, 3)",
    },
    C3: { statement: "low and high are not negative", remedy: "slice the input first" },
    C4: {
      statement: "the padded dimension is whole tiles and taps − 1 elements",
      remedy: "choose high so that low + size + high − taps + 1 is a multiple of the tile",
    },
  },
  inferTypes: inferInput,
  evaluate: ([input], attributes, [result]) => [evaluateInput(input, attributes, result)],
  gradient: notYet("it is the same sums with the matrix transposed, added up where tiles overlap"),
  lowering: {
    kind: "computations",
    lower: ([input], attributes, [result]) =>
      tileRanges(input, attributes, result).map((range) => ({
        into: 0,
        computation: tilesComputation(input, attributes, result, range),
      })),
  },
  accuracy: sumAccuracy,
});

function inferInput(
  [{ elementType, shape }]: readonly TensorType[],
  { dimension, tile, taps, low, high }: WinogradInputAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const size = shape[dimension];
  require("C1", size !== undefined, () => ({ expected: `0 to ${shape.length - 1}`, found: `${dimension}` }));
  require("C2", hasWinograd(tile, taps), () => ({ found: `F(${tile}, ${taps})` }));
  require("C3", low >= 0 && high >= 0, () => ({ found: `${low} and ${high}` }));
  if (size === undefined) return [];
  const made = low + size + high - taps + 1;
  require("C4", made > 0 && made % tile === 0, () => ({
    expected: `a multiple of ${tile} outputs`,
    found: `${made} outputs`,
  }));
  const tiles = Math.max(0, Math.floor(made / tile));
  return [{ elementType, shape: [tile + taps - 1, ...shape.with(dimension, tiles)] }];
}

function evaluateInput(input: Tensor, attributes: WinogradInputAttributes, result: TensorType): Tensor {
  const { dimension, tile, taps, low } = attributes;
  const matrix = winogradMatrices(tile, taps).input;
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const read = elementReader(input);
  const strides = rowMajorStrides(input.shape);
  eachPoint(result.shape, ([point, ...at], number) => {
    const first = at[dimension] * tile - low;
    let sum = 0;
    matrix[point].forEach((by, j) => {
      const position = first + j;
      const inside = position >= 0 && position < input.shape[dimension];
      if (inside) sum += by * read(offsetAt(at.with(dimension, position), strides));
    });
    write(number, sum);
  });
  return output;
}

/** Neighbouring tiles. */
interface TileRange {
  readonly start: number;
  readonly count: number;
}

/** The tiles that lie inside the input together, each other one by itself. */
function tileRanges(
  input: TensorType,
  { dimension, tile, low }: WinogradInputAttributes,
  result: TensorType,
): readonly TileRange[] {
  const [points, tiles, size] = [result.shape[0], result.shape[dimension + 1], input.shape[dimension]];
  const start = Math.min(Math.ceil(low / tile), tiles);
  const end = Math.max(start, Math.min(tiles, Math.floor((size + low - points) / tile) + 1));
  const alone = (first: number, count: number) =>
    Array.from({ length: count }, (_, i): TileRange => ({ start: first + i, count: 1 }));
  const inside = end > start ? [{ start, count: end - start }] : [];
  return [...alone(0, start), ...inside, ...alone(end, tiles - end)];
}

function tilesComputation(
  input: TensorType,
  { dimension, tile, taps, low }: WinogradInputAttributes,
  result: TensorType,
  { start, count }: TileRange,
): Computation {
  const points = result.shape[0];
  const axes = [points, ...result.shape.slice(1).with(dimension, count)].map(namedAxis);
  const loads = Array.from({ length: points }, (_, j): Scalar | undefined => {
    const first = start * tile + j - low;
    if (first < 0 || first + (count - 1) * tile >= input.shape[dimension]) return undefined;
    const indices = input.shape.map((_, d): Affine => axisIndex(d + 1));
    return load(0, indices.with(dimension, count === 1 ? affine(first) : axisIndex(dimension + 1, tile, first)));
  });
  const forms = linearForms(winogradMatrices(tile, taps).input, loads, scalarTypeOf(result));
  return {
    name: `winograd_input_${shapeName(input.shape)}_d${dimension}_f${tile}x${taps}`,
    operands: [input],
    result,
    axes,
    sums: [],
    store: axes.map((_, d) => axisIndex(d, 1, d === dimension + 1 ? start : 0)),
    reduction: "sum",
    body: oneOf(axisIndex(0), forms),
    epilogue: accumulator,
  };
}

function namedAxis(extent: number, d: number): Axis {
  return { name: d === 0 ? "p" : `d${d - 1}`, extent };
}
