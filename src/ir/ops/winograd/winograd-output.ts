/**
 * `winograd_output`: puts the outputs of F(tile, taps) together along one dimension, from the products of all points.
 *
 *     result[…, tile · t + i, …] = Σ over points p: A[p][i] · products[p, …, t, …]        for i < tile, up to `size` outputs
 *
 * The last of the three steps of a convolution by Winograd's algorithm: see `by-winograd`.
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

export type WinogradOutputAttributes = {
  /** The result's dimension that tiles lie along; the products' is one further. */
  readonly dimension: number;
  /** Outputs of a tile. */
  readonly tile: number;
  /** Taps of the filter along the dimension. */
  readonly taps: number;
  /** Outputs along the dimension; the last tile may make more. */
  readonly size: number;
};

type Labels = "C1" | "C2" | "C3" | "C4";

export const winogradOutput = defineOp<WinogradOutputAttributes, Labels>({
  name: "winograd_output",
  summary: "Winograd's output transform along one dimension: tiles of outputs from the products of all points.",
  operands: [{ name: "products", summary: "products [points, …]", elementTypes: floats }],
  attributes: { dimension: integer, tile: positiveInteger, taps: positiveInteger, size: positiveInteger },
  constraints: {
    C1: {
      statement: "the dimension is one of the result's",
      remedy: "dimensions are counted from 0, without that of the points",
    },
    C2: {
      statement: "there are points for tiles of this size and so many taps",
      remedy: "use tiles and filters of two or more that make at most six points together: F(2, 2) to F(4, 3)",
    },
    C3: { statement: "the first dimension has one entry for each point", remedy: "there are tile + taps − 1 points" },
    C4: {
      statement: "size takes all tiles, of the last at least one output",
      remedy: "with t tiles, size is more than (t − 1) · tile and at most t · tile",
    },
  },
  inferTypes: inferOutput,
  evaluate: ([products], attributes, [result]) => [evaluateOutput(products, attributes, result)],
  gradient: notYet("it is the same sums with the matrix transposed"),
  lowering: {
    kind: "computations",
    lower: ([products], attributes, [result]) =>
      tileRanges(attributes).map((range) => ({
        into: 0,
        computation: tilesComputation(products, attributes, result, range),
      })),
  },
  accuracy: sumAccuracy,
});

function inferOutput(
  [{ elementType, shape }]: readonly TensorType[],
  { dimension, tile, taps, size }: WinogradOutputAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const [points, ...rest] = shape;
  const tiles = dimension >= 0 ? rest[dimension] : undefined;
  require("C1", tiles !== undefined, () => ({ expected: `0 to ${rest.length - 1}`, found: `${dimension}` }));
  require("C2", hasWinograd(tile, taps), () => ({ found: `F(${tile}, ${taps})` }));
  require("C3", points === tile + taps - 1, () => ({ expected: `${tile + taps - 1}`, found: `${points}` }));
  if (tiles === undefined) return [];
  require("C4", Math.ceil(size / tile) === tiles, () => ({
    expected: `${(tiles - 1) * tile + 1} to ${tiles * tile}`,
    found: `${size}`,
  }));
  return [{ elementType, shape: rest.with(dimension, size) }];
}

function evaluateOutput(products: Tensor, attributes: WinogradOutputAttributes, result: TensorType): Tensor {
  const { dimension, tile, taps } = attributes;
  const matrix = winogradMatrices(tile, taps).output;
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const read = elementReader(products);
  const [step, ...strides] = rowMajorStrides(products.shape);
  eachPoint(result.shape, (at, number) => {
    const position = at[dimension];
    const from = offsetAt(at.with(dimension, Math.floor(position / tile)), strides);
    let sum = 0;
    matrix.forEach((row, p) => {
      sum += row[position % tile] * read(from + p * step);
    });
    write(number, sum);
  });
  return output;
}

/** Neighbouring tiles that make equally many outputs. */
interface TileRange {
  readonly start: number;
  readonly count: number;
  readonly outputs: number;
}

/** All whole tiles, and the one that is cut. */
function tileRanges({ tile, size }: WinogradOutputAttributes): readonly TileRange[] {
  const whole = Math.floor(size / tile);
  const main = whole === 0 ? [] : [{ start: 0, count: whole, outputs: tile }];
  return size % tile === 0 ? main : [...main, { start: whole, count: 1, outputs: size % tile }];
}

function tilesComputation(
  products: TensorType,
  { dimension, tile, taps }: WinogradOutputAttributes,
  result: TensorType,
  { start, count, outputs }: TileRange,
): Computation {
  const axes: Axis[] = result.shape.with(dimension, count).map((extent, d) => ({ name: `d${d}`, extent }));
  const output = axes.length;
  const { output: matrix } = winogradMatrices(tile, taps);
  const indices = axes.map((_, d): Affine => axisIndex(d, 1, d === dimension ? start : 0));
  const loads = matrix.map((_, p): Scalar => load(0, [affine(p), ...indices]));
  const rows = Array.from({ length: outputs }, (_, i) => matrix.map((row) => row[i] ?? 0));
  const forms = linearForms(rows, loads, scalarTypeOf(result));
  const along = affine(start * tile, [
    { axis: dimension, coefficient: tile },
    { axis: output, coefficient: 1 },
  ]);
  return {
    name: `winograd_output_${shapeName(result.shape)}_d${dimension}_f${tile}x${taps}`,
    operands: [products],
    result,
    axes: [...axes, { name: "i", extent: outputs }],
    sums: [],
    store: axes.map((_, d) => axisIndex(d)).with(dimension, along),
    reduction: "sum",
    body: oneOf(axisIndex(output), forms),
    epilogue: accumulator,
  };
}
