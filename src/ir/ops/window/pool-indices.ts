/** What the indices of `max_pool_with_argmax` and `max_unpool` count: a number for each position of [N, spatial…, C]. */
import { choice } from "../../attributes/kind.js";
import { elementCount, rowMajorStrides, type Shape } from "../../types/shape.js";
import { spatialSizes } from "./windows.js";

/**
 * - `tensorflow`: (y · width + x) · channels + c, within one image; tf.nn.max_pool_with_argmax.
 * - `tensorflow_with_batch`: the same with the image's number, include_batch_in_index.
 * - `onnx`: row-major in [N, C, spatial…]; ONNX MaxPool with storage_order 0.
 * - `onnx_column_major`: as `onnx` with the first spatial dimension fastest, storage_order 1.
 * - `pytorch`: y · width + x within one channel of one image; torch.nn.MaxPool2d with return_indices.
 */
export type IndexConvention = "tensorflow" | "tensorflow_with_batch" | "onnx" | "onnx_column_major" | "pytorch";

export const indexConvention = choice<IndexConvention>(
  "tensorflow",
  "tensorflow_with_batch",
  "onnx",
  "onnx_column_major",
  "pytorch",
);

/**
 * How far apart neighbours of each dimension of [N, spatial…, C] are in the numbering; undefined where the numbering
 * starts again for each position of the dimension. The others are the digits of a mixed-radix number.
 */
export function indexStrides(convention: IndexConvention, shape: Shape): readonly (number | undefined)[] {
  const spatial = spatialSizes(shape);
  const plane = elementCount(spatial);
  switch (convention) {
    case "tensorflow":
      return [undefined, ...rowMajorStrides(shape).slice(1)];
    case "tensorflow_with_batch":
      return rowMajorStrides(shape);
    case "onnx":
      return [plane * shape[shape.length - 1], ...rowMajorStrides(spatial), plane];
    case "onnx_column_major":
      return [plane * shape[shape.length - 1], ...columnMajorStrides(spatial), plane];
    case "pytorch":
      return [undefined, ...rowMajorStrides(spatial), undefined];
  }
}

function columnMajorStrides(shape: Shape): number[] {
  return shape.map((_, d) => elementCount(shape.slice(0, d)));
}

/** The position an index means, the dimensions it does not count taken from `point`; undefined where it is no position. */
export function positionOfIndex(
  index: number,
  strides: readonly (number | undefined)[],
  shape: Shape,
  point: readonly number[],
): number[] | undefined {
  if (index < 0 || index >= indexCount(strides, shape)) return undefined;
  return strides.map((stride, d) => (stride === undefined ? point[d] : Math.floor(index / stride) % shape[d]));
}

/** How many positions the numbering tells apart. */
export function indexCount(strides: readonly (number | undefined)[], shape: Shape): number {
  return elementCount(shape.filter((_, d) => strides[d] !== undefined));
}
