/** Window arithmetic by counting positions one by one, from the definitions and independent of the product's formulas. */
import type { Padding, Window } from "../../src/ir/geometry/window.js";

/** Windows of a convolution that lie within the padded input. */
export function convCount(input: number, { kernel, stride, dilation }: Window, [low, high]: Padding): number {
  let count = 0;
  for (let start = -low; start + dilation * (kernel - 1) <= input - 1 + high; start += stride) count++;
  return count;
}

/**
 * Windows of a pooling that rounds up: one more where the last one leaves something of the padded input unread, and one
 * less where the last one would start in the high padding.
 */
export function ceilPoolCount(input: number, window: Window, padding: Padding): number {
  const { kernel, stride, dilation } = window;
  const [low, high] = padding;
  const whole = convCount(input, window, padding);
  const read = -low + (whole - 1) * stride + dilation * (kernel - 1);
  const count = read < input - 1 + high ? whole + 1 : whole;
  return count > 0 && -low + (count - 1) * stride >= input ? count - 1 : count;
}

/** The result of a transposed convolution by scattering, before cropping. */
export function scatter(
  x: readonly number[],
  weights: readonly number[],
  { stride, dilation }: Window,
): readonly number[] {
  const size = (x.length - 1) * stride + dilation * (weights.length - 1) + 1;
  const result = new Array<number>(size).fill(0);
  x.forEach((value, i) => {
    weights.forEach((weight, tap) => {
      result[stride * i + dilation * tap] += value * weight;
    });
  });
  return result;
}

/** The scattered result, cropped and with output padding. */
export function transposed(
  x: readonly number[],
  weights: readonly number[],
  window: Window,
  [low, high]: Padding,
  outputPadding: number,
): readonly number[] {
  const full = scatter(x, weights, window);
  const end = full.length - high + outputPadding;
  return Array.from({ length: Math.max(0, end - low) }, (_, i) => full[i + low] ?? 0);
}

/** The number of windows TensorFlow's SAME lays over a size: one for each stride begun. */
export function sameCount(input: number, stride: number): number {
  let count = 0;
  for (let start = 0; start < input; start += stride) count++;
  return count;
}

/** All sizes up to `limit` with a property. */
export function sizesWith(limit: number, holds: (size: number) => boolean): readonly number[] {
  return Array.from({ length: limit }, (_, i) => i + 1).filter(holds);
}
