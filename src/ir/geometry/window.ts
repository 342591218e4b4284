/**
 * Window arithmetic of one spatial dimension: what a kernel, stride, dilation and padding do to a size.
 *
 * A convolution reads `input[stride * o + dilation * tap - low]`; a transposed convolution is its adjoint and writes
 * `output[stride * i + dilation * tap - low]`. So the padding of a transposed convolution is what is *cropped* from its
 * full result, and output padding is what is added to the high end afterwards. Padding may be negative.
 */
import { checkSize, checkNatural, checkWhole, exact } from "./check.js";

/** Zeros beside the data of a convolution, or positions cropped from a full transposed result: low end, high end. */
export type Padding = readonly [low: number, high: number];

/** One spatial dimension of a filter: number of taps, step between windows, step between taps. All at least 1. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** Sizes `min` to `max`, both included. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

/** Positions from the first to the last tap: `dilation * (kernel - 1) + 1`. Fails with `geometry/size`. */
export function effectiveKernel(kernel: number, dilation: number): number {
  checkSize("kernel", kernel);
  checkSize("dilation", dilation);
  return exact("effective kernel", dilation * (kernel - 1) + 1);
}

/**
 * Output size of a convolution: `floor((input + low + high - effective kernel) / stride) + 1`, and 0 where the window
 * does not fit. ONNX Conv-22, `pads`; torch.nn.Conv2d. Fails with `geometry/size`.
 */
export function convOutputSize(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  [low, high]: Padding,
): number {
  const room = paddedSize(input, [low, high]) - effectiveKernel(kernel, dilation);
  checkSize("stride", stride);
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/**
 * Output size of a pooling. Without `ceilMode` as a convolution; with it a last window may reach past the padding, if it
 * starts inside the input or the low padding. ONNX MaxPool-22, `ceil_mode`; torch.nn.MaxPool2d. Fails with `geometry/size`.
 */
export function poolOutputSize(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  [low, high]: Padding,
  ceilMode: boolean,
): number {
  const floored = convOutputSize(input, kernel, stride, dilation, [low, high]);
  if (!ceilMode) return floored;
  const room = paddedSize(input, [low, high]) - effectiveKernel(kernel, dilation);
  const windows = Math.max(0, Math.ceil(room / stride) + 1);
  return windows > 0 && (windows - 1) * stride >= input + low ? windows - 1 : windows;
}

/**
 * The high padding that makes a plain convolution window count equal `output`: what the last window really reaches.
 * It exceeds the declared padding where `ceil_mode` added a window; those positions are never counted by an average.
 */
export function reachedHighPadding(input: number, output: number, window: Window, low: number): number {
  const reach = (output - 1) * window.stride + effectiveKernel(window.kernel, window.dilation);
  return exact("high padding", reach - input - low);
}

/**
 * Size of a transposed convolution before anything is cropped: `(input - 1) * stride + effective kernel`.
 * Fails with `geometry/size`, `geometry/overflow`.
 */
export function fullTransposeSize(input: number, kernel: number, stride: number, dilation: number): number {
  checkSize("input", input);
  checkSize("stride", stride);
  return exact("full size", (input - 1) * stride + effectiveKernel(kernel, dilation));
}

/**
 * Output size of a transposed convolution: the full size less both paddings, plus output padding; 0 where nothing is left.
 * ONNX ConvTranspose-22; torch.nn.ConvTranspose2d. Fails with `geometry/size`, `geometry/overflow`.
 */
export function convTransposeOutputSize(
  input: number,
  kernel: number,
  stride: number,
  dilation: number,
  [low, high]: Padding,
  outputPadding: number,
): number {
  checkNatural("output padding", outputPadding);
  checkWhole("padding", low);
  checkWhole("padding", high);
  return Math.max(0, fullTransposeSize(input, kernel, stride, dilation) - low - high + outputPadding);
}

/**
 * The sizes that a convolution with explicit padding maps to `input`, which are the legal outputs of its transpose:
 * `stride` consecutive sizes from the one with output padding 0. Empty (`max < min`) where nothing is left.
 */
export function legalOutputSizes(input: number, window: Window, [low, high]: Padding): SizeRange {
  const smallest = fullTransposeSize(input, window.kernel, window.stride, window.dilation) - low - high;
  return { min: Math.max(1, smallest), max: smallest + window.stride - 1 };
}

function paddedSize(input: number, [low, high]: Padding): number {
  checkSize("input", input);
  checkWhole("padding", low);
  checkWhole("padding", high);
  return input + low + high;
}
