/**
 * Resizing that mixes more than two neighbours, or that takes a part of its input: along each axis a few elements for every position,
 * times weights that are known. The formulas are those of ONNX's reference implementation.
 */
import { gather } from "../../../ir/ops/indexing/gather.js";
import { scalarTypeOf } from "../../../ir/ops/elementwise.js";
import { reduce } from "../../../ir/ops/reduce.js";
import { algebra } from "../../importing/algebra.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";

/** How one dimension is resized. */
export interface Resampling {
  readonly input: number;
  readonly output: number;
  /** output / input, as coordinates use it. */
  readonly scale: number;
  readonly mode: "nearest" | "linear" | "cubic";
  readonly coordinates: string;
  readonly rounding: string;
  /** Whether weights reach as far as an output position is wide, where that is smaller than the input. */
  readonly antialias: boolean;
  /** The cubic's slope at 1. */
  readonly slope: number;
  /** Whether elements outside the input have weight 0 instead of the value at its end. */
  readonly excludesOutside: boolean;
  /** The part of the input that is taken, from 0 to 1. */
  readonly region: readonly [start: number, end: number];
}

/** For each position the elements it is made of, equally many for all, and what they weigh. */
export interface Taps {
  readonly indices: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
  /** Whether the position lies inside the input, for the part of it that is taken. */
  readonly inside: readonly boolean[];
}

/** The taps of one dimension. */
export function tapsOf(given: Resampling): Taps {
  const positions = Array.from({ length: given.output }, (_, i) => coordinateOf(given, i));
  const each = positions.map((position) => tapsAt(given, position));
  return {
    indices: each.map(({ indices }) => indices.map((index) => Math.min(Math.max(index, 0), given.input - 1))),
    weights: each.map(({ weights }) => weights),
    inside: positions.map((position) => position >= 0 && position <= given.input - 1),
  };
}

function coordinateOf({ input, output, scale, coordinates, region: [start, end] }: Resampling, i: number): number {
  const length = scale * input;
  switch (coordinates) {
    case "align_corners":
      return length === 1 ? 0 : (i * (input - 1)) / (length - 1);
    case "asymmetric":
      return i / scale;
    case "tf_crop_and_resize": {
      const across = output === 1 ? (end - start) / 2 : (i * (end - start)) / (output - 1);
      return (start + across) * (input - 1);
    }
    case "pytorch_half_pixel":
      return output === 1 ? -0.5 : (i + 0.5) / scale - 0.5;
    case "half_pixel_symmetric":
      return (input / 2) * (1 - output / length) + (i + 0.5) / scale - 0.5;
    default:
      return (i + 0.5) / scale - 0.5;
  }
}

interface PositionTaps {
  readonly indices: readonly number[];
  readonly weights: readonly number[];
}

function tapsAt(given: Resampling, position: number): PositionTaps {
  if (given.mode === "nearest") return { indices: [rounded(position, given.rounding)], weights: [1] };
  const below = Math.floor(position);
  const narrowing = given.antialias ? Math.min(given.scale, 1) : 1;
  const radius = given.mode === "linear" ? 1 : 2;
  const first = Math.floor(-radius / narrowing) + 1;
  const indices = Array.from({ length: 2 - 2 * first }, (_, i) => below + first + i);
  const weights = indices.map((index) => {
    const isOutside = index < 0 || index >= given.input;
    return given.excludesOutside && isOutside ? 0 : weightAt(given, (index - position) * narrowing);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { indices, weights: weights.map((weight) => weight / (sum === 0 ? 1 : sum)) };
}

function rounded(position: number, rounding: string): number {
  if (rounding === "floor") return Math.floor(position);
  if (rounding === "ceil") return Math.ceil(position);
  return rounding === "round_prefer_ceil" ? Math.floor(position + 0.5) : Math.ceil(position - 0.5);
}

function weightAt({ mode, slope: a }: Resampling, distance: number): number {
  const x = Math.abs(distance);
  if (mode === "linear") return Math.max(1 - x, 0);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/** One dimension of x resized: its elements side by side for every position, weighted and summed. */
export function resampled(tensors: TensorBuilder, x: Operand, axis: number, { indices, weights }: Taps): Operand {
  const width = indices[0]?.length ?? 1;
  tensors.reserve(2 * indices.length * width);
  const number = tensors.known("i32", [indices.length, width], indices.flat());
  const picked = tensors.apply(gather, [x, number], { axis });
  const ones = x.shape.slice(axis + 1).map(() => 1);
  const weight = tensors.known(scalarTypeOf(x), [indices.length, width, ...ones], weights.flat());
  const terms = algebra(tensors).times(picked, weight);
  return tensors.apply(reduce, [terms], { function: "sum", axes: [axis + 1] }, x.elementType);
}
