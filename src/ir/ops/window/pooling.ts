/**
 * What the poolings share: one window per output element and channel, reduced to a number.
 * Windows are clipped: positions outside the input do not take part.
 */
import { invariant } from "../../../diagnostics/error.js";
import { positiveIntegers } from "../../attributes/kind.js";
import { accumulator, load } from "../../computation/build-scalar.js";
import type { Computation, Reduction } from "../../computation/computation.js";
import type { Constraint, Require } from "../../graph/graph.js";
import { elementReader, elementWriter } from "../../types/element-access.js";
import { eachPoint } from "../../types/points.js";
import { elementCount } from "../../types/shape.js";
import { tensor, type Tensor, type TensorType } from "../../types/tensor.js";
import {
  dataName,
  hasSpatialDimensions,
  haveEntries,
  indicesOver,
  isSpatial,
  isUnpadded,
  oneEntryPerDimension,
  paddedWords,
  readPosition,
  slidingSizes,
  spatialAxes,
  spatialSizes,
  tapAxes,
  windowAttributes,
  windowIndices,
  windowName,
  windowsFit,
  type WindowAttributes,
} from "./windows.js";

export type PoolAttributes = WindowAttributes & {
  /** One size for each spatial dimension. */
  readonly kernel: readonly number[];
};

export const poolAttributes = { kernel: positiveIntegers, ...windowAttributes };

export const poolConstraints: Readonly<Record<"C1" | "C2" | "C3", Constraint>> = {
  C1: hasSpatialDimensions,
  C2: oneEntryPerDimension,
  C3: windowsFit,
};

/** [N, output sizes…, C]; nothing where the lists do not fit the input. */
export function inferPool(
  [input]: readonly TensorType[],
  attributes: PoolAttributes,
  require: Require<"C1" | "C2" | "C3">,
): readonly TensorType[] {
  const { kernel, strides, dilations, padding } = attributes;
  const { shape, elementType } = input;
  const entries = haveEntries(shape.length - 2, kernel, strides, dilations, padding);
  require("C1", isSpatial(shape));
  require("C2", entries, () => ({ expected: `${shape.length - 2} entries` }));
  if (!isSpatial(shape) || !entries) return [];
  const sizes = slidingSizes(spatialSizes(shape), kernel, attributes);
  require("C3", !sizes.includes(0), () => ({
    expected: `room for a kernel of [${kernel.join(",")}] with dilations [${dilations.join(",")}]`,
    found: paddedWords(spatialSizes(shape), padding),
  }));
  return [{ elementType, shape: [shape[0], ...sizes, shape[shape.length - 1]] }];
}

/** What is in the window of a point: each element inside the input, in row-major order, with its number in [N, spatial…, C]. */
export function eachInWindow(
  point: readonly number[],
  inputShape: readonly number[],
  attributes: PoolAttributes,
  visit: (number: number) => void,
): void {
  const spatial = spatialSizes(inputShape);
  const channels = inputShape[inputShape.length - 1];
  const firstOfBatch = point[0] * elementCount(spatial);
  eachPoint(attributes.kernel, (tap) => {
    const position = readPosition(point, tap, spatial, attributes);
    if (position >= 0) visit((firstOfBatch + position) * channels + point[point.length - 1]);
  });
}

/** Reduces each window with `combine`, from `start` on. */
export function evaluatePool(
  input: Tensor,
  attributes: PoolAttributes,
  result: TensorType,
  start: number,
  combine: (value: number, element: number) => number,
): Tensor {
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const read = elementReader(input);
  eachPoint(result.shape, (point, number) => {
    let value = start;
    eachInWindow(point, input.shape, attributes, (at) => (value = combine(value, read(at))));
    write(number, value);
  });
  return output;
}

/** Axes: batch, space, channel; reduced over the taps. Padding has been materialised. */
export function poolComputation(
  name: string,
  reduction: Reduction,
  operands: readonly TensorType[],
  attributes: PoolAttributes,
  result: TensorType,
): Computation {
  invariant(isUnpadded(attributes.padding), name, "its padding has not been materialised");
  const { kernel } = attributes;
  const channels = { name: "c", extent: result.shape[result.shape.length - 1] };
  const axes = [{ name: "n", extent: result.shape[0] }, ...spatialAxes(result.shape), channels];
  const sums = tapAxes(kernel);
  const index = indicesOver([...axes, ...sums]);
  return {
    name: `${name}_${dataName(result.shape)}${windowName(kernel, attributes)}`,
    operands,
    result,
    axes,
    sums,
    store: axes.map((axis) => index({ [axis.name]: 1 })),
    reduction,
    body: load(0, [index({ n: 1 }), ...windowIndices(index, attributes), index({ c: 1 })]),
    epilogue: accumulator,
  };
}
