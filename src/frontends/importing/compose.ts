/** What several families of operators are composed of: movement, scalars, and the way to and from channels last. */
import { bitCast } from "../../ir/ops/bit-cast.js";
import { broadcast } from "../../ir/ops/broadcast.js";
import { scalarTypeOf } from "../../ir/ops/elementwise.js";
import { reduce } from "../../ir/ops/reduce.js";
import { reshape } from "../../ir/ops/reshape.js";
import { slice } from "../../ir/ops/slice.js";
import { transpose } from "../../ir/ops/transpose.js";
import type { Value } from "../../ir/graph/graph.js";
import { inferNodeTypes } from "../../ir/graph/verify-node.js";
import { elementTypes, isWide, seenAs, type ElementType } from "../../ir/types/element-type.js";
import { elementCount, equalShapes, type Shape } from "../../ir/types/shape.js";
import { convertTensor } from "./convert-tensor.js";
import { largestKnown } from "./fold.js";
import { fitsI32, rangeOf } from "./integer-ranges.js";
import { knownOperand, type Operand } from "./operand.js";
import type { TensorBuilder } from "./tensor-builder.js";

/** The value in another shape. Fails with `reshape/C1` where that has another number of elements. */
export function reshaped(tensors: TensorBuilder, x: Operand, shape: Shape): Operand {
  if (equalShapes(x.shape, shape)) return x;
  if (x.known?.data.length === elementCount(shape)) return knownOperand({ ...x.known, shape }, x.label);
  return tensors.apply(reshape, [x], { shape });
}

/** Dimension d of the result is dimension permutation[d] of x. */
export function transposed(tensors: TensorBuilder, x: Operand, permutation: readonly number[]): Operand {
  if (permutation.every((d, i) => d === i)) return x;
  return tensors.apply(transpose, [x], { permutation });
}

/** The value repeated to a larger shape. */
export function broadcastTo(tensors: TensorBuilder, x: Operand, shape: Shape): Operand {
  return equalShapes(x.shape, shape) ? x : tensors.apply(broadcast, [x], { shape });
}

/** [N, C, spatial…] → [N, spatial…, C]. */
export function channelsLast(tensors: TensorBuilder, x: Operand): Operand {
  const spatial = x.shape.slice(2).map((_, d) => d + 2);
  return x.shape.length < 3 ? x : transposed(tensors, x, [0, ...spatial, 1]);
}

/** [N, spatial…, C] → [N, C, spatial…]. */
export function channelsFirst(tensors: TensorBuilder, x: Operand): Operand {
  const spatial = x.shape.slice(2).map((_, d) => d + 1);
  return x.shape.length < 3 ? x : transposed(tensors, x, [0, x.shape.length - 1, ...spatial]);
}

/** A scalar to compute with `like`: an integer of its type, or a float of the type that it is computed in, which rounds less. */
export function scalarLike(tensors: TensorBuilder, { elementType }: Operand, value: number): Operand {
  const isFloat = elementTypes[elementType].family === "float";
  return tensors.known(isFloat ? scalarTypeOf({ elementType }) : elementType, [], [value]);
}

/** 0, 1, … count − 1 along `axis` of a shape of that rank which is 1 elsewhere; i32. */
export function iota(tensors: TensorBuilder, count: number, rank: number, axis: number): Operand {
  tensors.reserve(count);
  const shape = Array.from({ length: rank }, (_, d) => (d === axis ? count : 1));
  return tensors.known(
    "i32",
    shape,
    Array.from({ length: count }, (_, i) => i),
  );
}

/** Elements start, start + step, … along one dimension, `size` of them. */
export function sliced(
  tensors: TensorBuilder,
  x: Operand,
  axis: number,
  start: number,
  size: number,
  step = 1,
): Operand {
  const starts = x.shape.map((_, d) => (d === axis ? start : 0));
  const steps = x.shape.map((_, d) => (d === axis ? step : 1));
  return tensors.apply(slice, [x], { starts, sizes: x.shape.with(axis, size), steps });
}

/** ONNX's Cast. Small known values are converted exactly; casts to types that are not computed in round or wrap all the same. */
export function convert(tensors: TensorBuilder, x: Operand, elementType: ElementType): Operand {
  if (x.elementType === elementType) return x;
  if (x.known !== undefined && x.known.data.length <= largestKnown && tensors.spend(x.known.data.length))
    return knownOperand(convertTensor(x.known, elementType), x.label);
  const { shape } = x;
  const range = isWide(elementType) ? rangeOf(x) : undefined;
  const held = fitsI32(range, elementType) ? { range } : {};
  return { elementType, shape, computed: convertedValue(tensors, x, elementType), label: "", ...held };
}

/**
 * The same bits as elements of another type of the same size. Fails as the constraints of `bit_cast` say.
 * Between whole numbers a cast keeps the bits, and is merged with what is around it.
 */
export function bitsAs(tensors: TensorBuilder, x: Operand, to: ElementType): Operand {
  const { shape, elementType, known } = x;
  inferNodeTypes(bitCast, [x], { to }, tensors.location);
  if ([elementType, to].every((type) => elementTypes[type].family !== "float")) return convert(tensors, x, to);
  if (known !== undefined && known.data.length <= largestKnown)
    return knownOperand({ elementType: to, shape, data: seenAs(to, known.data) });
  return { elementType: to, shape, label: "", stored: tensors.withBits(x, to) };
}

function convertedValue(tensors: TensorBuilder, x: Operand, to: ElementType): Value {
  const value = tensors.value(x);
  const target = elementTypes[to];
  const isUnsigned = x.elementType === "u32" && target.family !== "integer";
  const source = isUnsigned || (x.elementType === "u32" && isWide(to)) ? tensors.castTo(value, "u32") : value;
  const { elementType } = source.type;
  if (isWide(to)) return tensors.castTo(source, isNarrow(x, to) && source === value ? "i32" : to);
  if (to === "u32" && (elementType === "i32" || isWide(elementType))) return tensors.castTo(source, "i32");
  return target.computes ? tensors.castTo(source, to) : tensors.rounded(source, to);
}

/** Whether i32 holds the operand's values, and they are the same as 64-bit integers. */
function isNarrow(x: Operand, to: "i64" | "u64"): boolean {
  return fitsI32(rangeOf(x), to);
}

/** Σ, mean, … along axes, which stay with size 1. */
export function reducedAlong(
  tensors: TensorBuilder,
  x: Operand,
  name: "sum" | "mean" | "max" | "min" | "prod",
  axes: readonly number[],
): Operand {
  return axes.length === 0 ? x : tensors.apply(reduce, [x], { function: name, axes, keep_dimensions: true });
}
