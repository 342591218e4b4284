/**
 * TensorFlow's words for windows: SAME, VALID, or explicit pads, and an `output_shape` that transposed convolutions must
 * be given. SAME puts the odd pad at the high end. Source: tf.nn.convolution, tf.nn.conv2d_transpose.
 */
import { fail } from "../../../diagnostics/error.js";
import { checkRank } from "../check.js";
import { convTransposeTo, explicitConv, explicitConvTranspose, sameConv } from "../explicit.js";
import {
  mapConv,
  mapConvTranspose,
  type ConvGeometry,
  type ConvTransposeGeometry,
  type DimensionGeometry,
  type Spatial,
  type TransposeDimension,
} from "../spatial.js";
import {
  effectiveKernel,
  fullTransposeSize,
  legalOutputSizes,
  type Padding,
  type SizeRange,
  type Window,
} from "../window.js";

/** SAME, VALID, or explicit pads for each spatial dimension (TensorFlow's `explicit_paddings`). */
export type TensorflowPadding = "SAME" | "VALID" | readonly Padding[];

/** tf.nn.convolution. Fails with `geometry/window`, `geometry/rank`, `geometry/size`. */
export function tensorflowConv(spatial: Spatial, padding: TensorflowPadding): ConvGeometry {
  checkExplicit(spatial, padding);
  return mapConv(spatial, (input, window, i) => convDimension(input, window, dimensionPadding(padding, i)));
}

/** tf.nn.max_pool and tf.nn.avg_pool: as a convolution, with the dilated kernel. Averages never count the padding. */
export function tensorflowPool(spatial: Spatial, padding: TensorflowPadding): ConvGeometry {
  return tensorflowConv(spatial, padding);
}

/**
 * tf.nn.conv2d_transpose: `output` holds the spatial sizes of `output_shape`, and each must satisfy conv(output) = input.
 * Fails with `geometry/output-shape` and the legal sizes, `geometry/rank`, `geometry/size`.
 */
export function tensorflowConvTranspose(
  spatial: Spatial,
  output: readonly number[],
  padding: TensorflowPadding,
): ConvTransposeGeometry {
  checkExplicit(spatial, padding);
  checkRank(spatial.input.length, { output_shape: output });
  return mapConvTranspose(spatial, (input, window, i) => {
    const rule = dimensionPadding(padding, i);
    const size = output[i] ?? 0;
    checkOutputSize(size, input, window, rule);
    return transposeDimension(size, input, window, rule);
  });
}

/** The output sizes that conv maps to `input` under a padding: what `output_shape` may say in one dimension. */
export function tensorflowOutputSizes(input: number, window: Window, padding: "SAME" | "VALID" | Padding): SizeRange {
  if (padding === "SAME") return { min: (input - 1) * window.stride + 1, max: input * window.stride };
  return legalOutputSizes(input, window, padding === "VALID" ? [0, 0] : padding);
}

/** What TensorFlow's error calls "computed": the size that conv gives for an output size, by its own formulas; may be ≤ 0. */
export function tensorflowForwardSize(output: number, window: Window, padding: "SAME" | "VALID" | Padding): number {
  if (padding === "SAME") return Math.ceil(output / window.stride);
  const [low, high] = padding === "VALID" ? [0, 0] : padding;
  return Math.ceil((output + low + high - effectiveKernel(window.kernel, window.dilation) + 1) / window.stride);
}

function convDimension(input: number, window: Window, padding: "SAME" | "VALID" | Padding): DimensionGeometry {
  if (padding === "SAME") return sameConv(input, window, "high");
  return explicitConv(input, window, padding === "VALID" ? [0, 0] : padding);
}

function transposeDimension(
  output: number,
  input: number,
  window: Window,
  padding: "SAME" | "VALID" | Padding,
): TransposeDimension {
  if (padding === "SAME") return convTransposeTo(output, input, window, "high");
  const explicit: Padding = padding === "VALID" ? [0, 0] : padding;
  const full = fullTransposeSize(input, window.kernel, window.stride, window.dilation);
  return explicitConvTranspose(input, window, explicit, output - (full - explicit[0] - explicit[1]));
}

function checkOutputSize(output: number, input: number, window: Window, padding: "SAME" | "VALID" | Padding): void {
  const { min, max } = tensorflowOutputSizes(input, window, padding);
  if (output >= min && output <= max) return;
  const name = typeof padding === "string" ? padding : `padding ${padding.join(":")}`;
  const legal = min === max ? `${min}` : `${min} to ${max}`;
  fail("geometry/output-shape", {
    expected: `${legal}: what a convolution with ${name}, kernel ${window.kernel}, stride ${window.stride} maps to ${input}`,
    found: `${output}, which it maps to ${tensorflowForwardSize(output, window, padding)}`,
  });
}

function checkExplicit(spatial: Spatial, padding: TensorflowPadding): void {
  if (typeof padding !== "string") checkRank(spatial.input.length, { padding });
}

function dimensionPadding(padding: TensorflowPadding, dimension: number): "SAME" | "VALID" | Padding {
  return typeof padding === "string" ? padding : (padding[dimension] ?? [0, 0]);
}
