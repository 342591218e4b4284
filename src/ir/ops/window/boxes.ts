/** Boxes in index space: the disjoint parts of a result that a lowering fills. */
import { accumulator } from "../../computation/build-scalar.js";
import { axisIndex } from "../../computation/affine.js";
import type { Affine, Axis, Computation, Scalar } from "../../computation/computation.js";
import type { Padding } from "../../geometry/window.js";
import type { Shape } from "../../types/shape.js";
import type { TensorType } from "../../types/tensor.js";

/** Positions `start` to `start + extent − 1` of one dimension. */
export interface Range {
  readonly start: number;
  readonly extent: number;
}

/** One range for each dimension. */
export type Box = readonly Range[];

/** Positions of a padded dimension that come from the `size` elements inside; padding may be negative. */
export function insideRange([low, high]: Padding, size: number): Range {
  const padded = size + low + high;
  const start = Math.min(Math.max(low, 0), padded);
  const end = Math.min(Math.max(low + size, start), padded);
  return { start, extent: end - start };
}

/** Disjoint boxes that make up everything of `shape` outside `inner`, which lies inside it; empty ones are left out. */
export function boxesAround(inner: Box, shape: Shape): Box[] {
  const beside = inner.flatMap(({ start, extent }, d) => [
    { d, range: { start: 0, extent: start } },
    { d, range: { start: start + extent, extent: shape[d] - start - extent } },
  ]);
  const boxes = beside.map(({ d, range }) => [
    ...inner.slice(0, d),
    range,
    ...shape.slice(d + 1).map((extent) => ({ start: 0, extent })),
  ]);
  return boxes.filter((box) => box.every(({ extent }) => extent > 0));
}

/** One axis for each dimension of the box. */
function boxAxes(box: Box): Axis[] {
  return box.map(({ extent }, d) => ({ name: `d${d}`, extent }));
}

/** The positions of the box as indices over its axes. */
function boxIndices(box: Box): Affine[] {
  return box.map(({ start }, d) => axisIndex(d, 1, start));
}

/** Writes `body`, over the box's axes, to the box. */
export function boxComputation(
  name: string,
  operands: readonly TensorType[],
  result: TensorType,
  box: Box,
  body: Scalar,
): Computation {
  return {
    name,
    operands,
    result,
    axes: boxAxes(box),
    sums: [],
    store: boxIndices(box),
    reduction: "sum",
    body,
    epilogue: accumulator,
  };
}
