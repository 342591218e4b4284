/**
 * JAX's words for transposed convolutions: explicit pairs pad the stride-dilated *input* of the ordinary convolution that
 * computes it, so they are `effective kernel - 1 - crop`. Source: jax.lax.conv_transpose (`use_consistent_padding=False`).
 */
import { convTransposeTo, explicitConvTranspose } from "../explicit.js";
import { mapConvTranspose, type ConvTransposeGeometry, type Spatial } from "../spatial.js";
import { effectiveKernel, type Padding, type Window } from "../window.js";
import { kerasTransposeSize } from "./keras.js";

/** "SAME", "VALID", or a pair for each spatial dimension. */
export type JaxPadding = "SAME" | "VALID" | readonly Padding[];

/** The crop that a pair of JAX's pads means; the same subtraction turns a crop into JAX's pads. */
export function jaxCrop(window: Window, [low, high]: Padding): Padding {
  const reach = effectiveKernel(window.kernel, window.dilation);
  return [reach - 1 - low, reach - 1 - high];
}

/**
 * jax.lax.conv_transpose. SAME gives `input * stride`, VALID `input * stride + max(effective kernel - stride, 0)`.
 * Fails with `geometry/crop`, `geometry/rank`, `geometry/size`.
 */
export function jaxConvTranspose(spatial: Spatial, padding: JaxPadding): ConvTransposeGeometry {
  return mapConvTranspose(spatial, (input, window, i) => {
    if (typeof padding !== "string")
      return explicitConvTranspose(input, window, jaxCrop(window, padding[i] ?? [0, 0]), 0);
    const size = kerasTransposeSize(input, window, padding === "SAME" ? "same" : "valid", undefined);
    return convTransposeTo(size, input, window, "high");
  });
}
