/** Rules of one dimension that all conventions share: explicit padding, SAME, and a chosen output size. */
import { fail } from "../../diagnostics/error.js";
import { checkNatural, checkSize, exact } from "./check.js";
import type { DimensionGeometry, TransposeDimension } from "./spatial.js";
import {
  convOutputSize,
  convTransposeOutputSize,
  effectiveKernel,
  fullTransposeSize,
  poolOutputSize,
  reachedHighPadding,
  type Padding,
  type Window,
} from "./window.js";

/** Which end gets the odd one of a padding that is split in halves. */
export type OddEnd = "low" | "high";

/** Splits a total of padding, at least 0, in halves. */
export function splitPadding(total: number, oddEnd: OddEnd): Padding {
  const half = Math.floor(total / 2);
  return oddEnd === "high" ? [half, total - half] : [total - half, half];
}

/** A convolution with explicit padding. Fails with `geometry/window` where the window does not fit. */
export function explicitConv(input: number, window: Window, padding: Padding): DimensionGeometry {
  const output = convOutputSize(input, window.kernel, window.stride, window.dilation, padding);
  if (output === 0) refuseWindow(input, window, padding);
  return { padding, output };
}

/**
 * A pooling with explicit padding. With `ceilMode` the high padding of the result is what the last window really reaches
 * (`reachedHighPadding`), so that the plain formula gives the same output. Fails with `geometry/window`.
 */
export function explicitPool(input: number, window: Window, padding: Padding, ceilMode: boolean): DimensionGeometry {
  const output = poolOutputSize(input, window.kernel, window.stride, window.dilation, padding, ceilMode);
  if (output === 0) refuseWindow(input, window, padding);
  const plain = convOutputSize(input, window.kernel, window.stride, window.dilation, padding);
  const high = plain === output ? padding[1] : reachedHighPadding(input, output, window, padding[0]);
  return { padding: [padding[0], high], output };
}

/** SAME of a convolution or pooling: `output = ceil(input / stride)`, with as little padding as that needs. */
export function sameConv(input: number, window: Window, oddEnd: OddEnd): DimensionGeometry {
  const output = Math.ceil(input / window.stride);
  const total = Math.max(0, reachedHighPadding(input, output, window, 0));
  return { padding: splitPadding(total, oddEnd), output };
}

/** A transposed convolution with explicit padding and output padding. Fails with `geometry/crop`, `geometry/output-padding`. */
export function explicitConvTranspose(
  input: number,
  window: Window,
  padding: Padding,
  outputPadding: number,
): TransposeDimension {
  checkOutputPadding(outputPadding, window);
  const { kernel, stride, dilation } = window;
  const output = convTransposeOutputSize(input, kernel, stride, dilation, padding, outputPadding);
  if (output === 0) refuseCrop(input, window, padding);
  return { padding, outputPadding, output };
}

/**
 * The transposed convolution of a given output size whose crop is split in halves. Where the full result (with
 * `outputPadding` already added) is too small for it, output padding makes up the rest.
 * Fails with `geometry/output-shape` where that would take more than output padding can be.
 */
export function convTransposeTo(
  output: number,
  input: number,
  window: Window,
  oddEnd: OddEnd,
  outputPadding = 0,
): TransposeDimension {
  checkSize("output", output);
  checkNatural("output padding", outputPadding);
  const full = fullTransposeSize(input, window.kernel, window.stride, window.dilation);
  const total = exact("total padding", full + outputPadding - output);
  if (total >= 0) return { padding: splitPadding(total, oddEnd), outputPadding, output };
  const most = full + Math.max(window.stride, window.dilation) - 1;
  if (output > most) fail("geometry/output-shape", { expected: `at most ${most}`, found: String(output) });
  return { padding: [0, 0], outputPadding: outputPadding - total, output };
}

/** Output padding chooses among sizes; from `max(stride, dilation)` on it repeats them. PyTorch's rule, torch.nn.ConvTranspose2d. */
export function checkOutputPadding(outputPadding: number, { stride, dilation }: Window): void {
  checkNatural("output padding", outputPadding);
  const limit = Math.max(stride, dilation);
  if (outputPadding < limit) return;
  fail("geometry/output-padding", {
    expected: `output padding below max(stride ${stride}, dilation ${dilation}) = ${limit}`,
    found: String(outputPadding),
  });
}

function refuseWindow(input: number, window: Window, [low, high]: Padding): never {
  fail("geometry/window", {
    expected: `padded input of at least ${effectiveKernel(window.kernel, window.dilation)}, the reach of the kernel`,
    found: `${input} + ${low} + ${high} = ${input + low + high}`,
  });
}

function refuseCrop(input: number, window: Window, [low, high]: Padding): never {
  const full = fullTransposeSize(input, window.kernel, window.stride, window.dilation);
  fail("geometry/crop", { expected: `low + high padding below the full size ${full}`, found: `${low} + ${high}` });
}
