/**
 * Keras' words: `padding` "same" or "valid", and an `output_padding` that is None (not 0) by default.
 * Source: Keras 3, `compute_conv_transpose_output_shape`; layers Conv2DTranspose, Conv2D, MaxPooling2D.
 */
import { fail } from "../../../diagnostics/error.js";
import { checkNatural, checkRank } from "../check.js";
import type { ConvTransposeGeometry, Spatial } from "../spatial.js";
import { mapWindows } from "../spatial.js";
import { effectiveKernel, type Window } from "../window.js";
import { tensorflowConvTranspose } from "./tensorflow.js";

/** Keras' padding of layers; convolutions and poolings resolve as TensorFlow's SAME and VALID. */
export type KerasPadding = "same" | "valid";

/**
 * The output size Keras computes for one dimension. With None: `input * stride` for same,
 * `input * stride + max(effective kernel - stride, 0)` for valid. With a number Keras takes pad = effective kernel // 2
 * for same, which for an even kernel is one less than SAME needs.
 */
export function kerasTransposeSize(
  input: number,
  window: Window,
  padding: KerasPadding,
  outputPadding: number | undefined,
): number {
  const reach = effectiveKernel(window.kernel, window.dilation);
  if (outputPadding === undefined) {
    return padding === "same" ? input * window.stride : input * window.stride + Math.max(reach - window.stride, 0);
  }
  checkNatural("output padding", outputPadding);
  const pad = padding === "same" ? Math.floor(reach / 2) : 0;
  return (input - 1) * window.stride + reach - 2 * pad + outputPadding;
}

/**
 * Conv1DTranspose, Conv2DTranspose, Conv3DTranspose: Keras' size, then TensorFlow's crop of it.
 * Fails with `geometry/output-padding` unless every one is below its stride, with `geometry/output-shape` where the size is
 * one TensorFlow refuses (Keras' other back ends compute something there), `geometry/rank`, `geometry/size`.
 */
export function kerasConvTranspose(
  spatial: Spatial,
  padding: KerasPadding,
  outputPadding: readonly number[] | undefined,
): ConvTransposeGeometry {
  if (outputPadding !== undefined) checkRank(spatial.input.length, { output_padding: outputPadding });
  const output = mapWindows(spatial, (input, window, i) => {
    checkBelowStride(outputPadding?.[i], window);
    return kerasTransposeSize(input, window, padding, outputPadding?.[i]);
  });
  return tensorflowConvTranspose(spatial, output, padding === "same" ? "SAME" : "VALID");
}

function checkBelowStride(outputPadding: number | undefined, { stride }: Window): void {
  if (outputPadding === undefined || outputPadding < stride) return;
  fail("geometry/output-padding", {
    expected: `output_padding below the stride ${stride} (Keras)`,
    found: `${outputPadding}`,
  });
}
