/**
 * The spatial part of a convolution, transposed convolution or pooling over n dimensions, and what a convention resolves
 * it to. Every rule is written for one dimension and mapped over them here.
 */
import { checkRank, checkSize } from "./check.js";
import type { Padding, Window } from "./window.js";

/** Sizes and windows of n spatial dimensions, one entry for each. */
export interface Spatial {
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** A convolution or pooling with explicit padding. */
export interface ConvGeometry {
  readonly padding: readonly Padding[];
  readonly output: readonly number[];
}

/**
 * A transposed convolution in explicit terms: `padding` is cropped from the full result, `outputPadding` added at the high
 * end. `output = (input - 1) * stride + effective kernel - low - high + outputPadding`.
 */
export interface ConvTransposeGeometry extends ConvGeometry {
  readonly outputPadding: readonly number[];
}

/** One dimension of a `ConvGeometry`. */
export interface DimensionGeometry {
  readonly padding: Padding;
  readonly output: number;
}

/** One dimension of a `ConvTransposeGeometry`. */
export interface TransposeDimension extends DimensionGeometry {
  readonly outputPadding: number;
}

/** Applies a convention's rule for convolutions or poolings to each dimension. Fails with `geometry/rank`, `geometry/size`. */
export function mapConv(
  spatial: Spatial,
  rule: (input: number, window: Window, dimension: number) => DimensionGeometry,
): ConvGeometry {
  const dimensions = mapWindows(spatial, rule);
  return { padding: dimensions.map(({ padding }) => padding), output: dimensions.map(({ output }) => output) };
}

/** Applies a convention's rule for transposed convolutions to each dimension. Fails with `geometry/rank`, `geometry/size`. */
export function mapConvTranspose(
  spatial: Spatial,
  rule: (input: number, window: Window, dimension: number) => TransposeDimension,
): ConvTransposeGeometry {
  const dimensions = mapWindows(spatial, rule);
  return {
    padding: dimensions.map(({ padding }) => padding),
    outputPadding: dimensions.map(({ outputPadding }) => outputPadding),
    output: dimensions.map(({ output }) => output),
  };
}

/** The windows of each dimension, checked. Fails with `geometry/rank`, `geometry/size`. */
export function mapWindows<Result>(
  spatial: Spatial,
  rule: (input: number, window: Window, dimension: number) => Result,
): readonly Result[] {
  const { input, kernel, strides, dilations } = spatial;
  checkRank(input.length, { kernel, strides, dilations });
  return input.map((size, i) => {
    const window = { kernel: kernel[i] ?? 1, stride: strides[i] ?? 1, dilation: dilations[i] ?? 1 };
    checkSize("input", size);
    checkWindow(window);
    return rule(size, window, i);
  });
}

function checkWindow({ kernel, stride, dilation }: Window): void {
  checkSize("kernel", kernel);
  checkSize("stride", stride);
  checkSize("dilation", dilation);
}
