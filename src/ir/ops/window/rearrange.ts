/** Rearrangements that the lowerings of transposed convolutions are written with; views all but the padding. */
import type { Padding } from "../../geometry/window.js";
import type { NodeBuilder, Value } from "../../graph/graph.js";
import { equalShapes, type Shape } from "../../types/shape.js";
import { tensor } from "../../types/tensor.js";
import { broadcast } from "../broadcast.js";
import { pad } from "../pad.js";
import { reshape } from "../reshape.js";
import { slice } from "../slice.js";
import { transpose } from "../transpose.js";
import { insideRange } from "./boxes.js";
import { filterParts } from "./transposed.js";

/** Elements `start`, `start + step`, … of one dimension, `count` of them. */
export interface Picks {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** The picked elements of each dimension; the value itself where that is all of it. */
export function pick(builder: NodeBuilder, value: Value, picks: readonly Picks[]): Value {
  const { shape } = value.type;
  const whole = picks.every(({ start, count, step }, d) => start === 0 && step === 1 && count === shape[d]);
  if (whole) return value;
  return builder.one(slice, [value], {
    starts: picks.map(({ start }) => start),
    sizes: picks.map(({ count }) => count),
    steps: picks.map(({ step }) => step),
  });
}

export function wholeDimension(count: number): Picks {
  return { start: 0, count, step: 1 };
}

/** `value` padded with a constant at the ends of each dimension, and cropped first where padding is negative. */
export function padOrCrop(builder: NodeBuilder, value: Value, padding: readonly Padding[], constant: number): Value {
  const inside = value.type.shape.map((size, d) => insideRange(padding[d], size));
  const kept = inside.map(({ start, extent }, d) => {
    return { start: extent === 0 ? 0 : start - padding[d][0], count: extent, step: 1 };
  });
  const cropped = pick(builder, value, kept);
  const added = inside.map(({ start, extent }, d): Padding => {
    return [start, value.type.shape[d] + padding[d][0] + padding[d][1] - start - extent];
  });
  if (added.every(([low, high]) => low === 0 && high === 0)) return cropped;
  return builder.one(pad, [cropped], { padding: added, mode: "constant", value: constant });
}

/** Zeros that take no memory of their own. */
export function zeros(builder: NodeBuilder, like: Value, shape: Shape): Value {
  const zero = builder.constant(tensor(like.type.elementType, [], [0]));
  return builder.one(broadcast, [zero], { shape });
}

/** The filter of a transposed convolution, [kernel…, O/groups, C], as one of a convolution, [kernel…, C/groups, O]. */
export function convFilter(builder: NodeBuilder, filter: Value, groups: number): Value {
  const { kernel, inPerGroup, outPerGroup } = filterParts(filter.type.shape, groups);
  const rank = kernel.length;
  const taps = kernel.map((_, d) => d);
  if (groups === 1) return builder.one(transpose, [filter], { permutation: [...taps, rank + 1, rank] });
  const split = reshaped(builder, filter, [...kernel, outPerGroup, groups, inPerGroup]);
  const swapped = builder.one(transpose, [split], { permutation: [...taps, rank + 2, rank + 1, rank] });
  return reshaped(builder, swapped, [...kernel, inPerGroup, groups * outPerGroup]);
}

function reshaped(builder: NodeBuilder, value: Value, shape: Shape): Value {
  return equalShapes(value.type.shape, shape) ? value : builder.one(reshape, [value], { shape });
}
