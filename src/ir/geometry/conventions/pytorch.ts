/**
 * PyTorch's words: one symmetric padding for each dimension, "same" and "valid" for convolutions of stride one,
 * `output_padding` or `output_size` for transposed convolutions, `ceil_mode` for poolings.
 * Source: torch.nn.Conv2d, torch.nn.ConvTranspose2d, torch.nn.MaxPool2d.
 */
import { fail } from "../../../diagnostics/error.js";
import { checkNatural, checkRank } from "../check.js";
import { explicitConv, explicitConvTranspose, explicitPool, splitPadding } from "../explicit.js";
import { mapConv, mapConvTranspose, type ConvGeometry, type ConvTransposeGeometry, type Spatial } from "../spatial.js";
import { effectiveKernel, fullTransposeSize, type Window } from "../window.js";

/** "same", "valid", or one padding for each spatial dimension, meant for both ends. */
export type PytorchPadding = "same" | "valid" | readonly number[];

/** Output padding, or the wanted output size; neither means output padding 0. */
export interface PytorchTransposeOutput {
  readonly outputPadding?: readonly number[];
  readonly outputSize?: readonly number[];
}

/**
 * torch.nn.Conv1d, Conv2d, Conv3d. "same" pads `dilation * (kernel - 1)` in all, the odd one at the high end.
 * Fails with `geometry/convention` for "same" with a stride, `geometry/window`, `geometry/rank`, `geometry/size`.
 */
export function pytorchConv(spatial: Spatial, padding: PytorchPadding): ConvGeometry {
  if (typeof padding !== "string") checkRank(spatial.input.length, { padding });
  return mapConv(spatial, (input, window, i) => {
    if (padding !== "same") return explicitConv(input, window, symmetric(padding, i));
    if (window.stride !== 1) refuseStridedSame(window.stride);
    return explicitConv(input, window, splitPadding(effectiveKernel(window.kernel, window.dilation) - 1, "high"));
  });
}

/**
 * torch.nn.ConvTranspose1d, 2d, 3d: `(input - 1) * stride - 2 * padding + effective kernel + output_padding`.
 * Fails with `geometry/convention` for "same", `geometry/output-shape` for an `output_size` out of range,
 * `geometry/output-padding`, `geometry/crop`, `geometry/rank`, `geometry/size`.
 */
export function pytorchConvTranspose(
  spatial: Spatial,
  padding: PytorchPadding,
  wanted: PytorchTransposeOutput = {},
): ConvTransposeGeometry {
  if (padding === "same") refuseTransposedSame();
  checkLists(spatial, padding, wanted);
  return mapConvTranspose(spatial, (input, window, i) => {
    const pad = symmetric(padding, i);
    const size = wanted.outputSize?.[i];
    const extra =
      size === undefined ? (wanted.outputPadding?.[i] ?? 0) : outputPaddingOf(size, input, window, 2 * pad[0]);
    return explicitConvTranspose(input, window, pad, extra);
  });
}

/**
 * torch.nn.MaxPool2d, AvgPool2d: padding is at most half the effective kernel. The padding of the result is what windows
 * really reach (see `explicitPool`). Fails with `geometry/convention`, `geometry/window`, `geometry/rank`, `geometry/size`.
 */
export function pytorchPool(spatial: Spatial, padding: readonly number[], ceilMode: boolean): ConvGeometry {
  checkRank(spatial.input.length, { padding });
  return mapConv(spatial, (input, window, i) => {
    const pad = symmetric(padding, i);
    const most = Math.floor(effectiveKernel(window.kernel, window.dilation) / 2);
    if (pad[0] > most) {
      fail("geometry/convention", {
        expected: `padding of at most half the kernel, ${most} (PyTorch)`,
        found: `${pad[0]}`,
      });
    }
    return explicitPool(input, window, pad, ceilMode);
  });
}

/** `output_size` minus the smallest size; PyTorch takes `stride` sizes from the smallest on. */
function outputPaddingOf(size: number, input: number, window: Window, crop: number): number {
  const smallest = fullTransposeSize(input, window.kernel, window.stride, window.dilation) - crop;
  const extra = size - smallest;
  if (extra >= 0 && extra < window.stride) return extra;
  fail("geometry/output-shape", {
    expected: `output_size from ${smallest} to ${smallest + window.stride - 1}`,
    found: String(size),
  });
}

function symmetric(padding: "valid" | readonly number[], dimension: number): readonly [number, number] {
  const pad = padding === "valid" ? 0 : (padding[dimension] ?? 0);
  checkNatural("padding", pad);
  return [pad, pad];
}

function checkLists(spatial: Spatial, padding: "valid" | readonly number[], wanted: PytorchTransposeOutput): void {
  const rank = spatial.input.length;
  if (padding !== "valid") checkRank(rank, { padding });
  if (wanted.outputPadding) checkRank(rank, { output_padding: wanted.outputPadding });
  if (wanted.outputSize) checkRank(rank, { output_size: wanted.outputSize });
}

/** PyTorch pads "same" only where the stride is 1. */
export function refuseStridedSame(stride: number): never {
  fail("geometry/convention", { expected: 'padding="same" with stride 1 only (PyTorch)', found: `stride ${stride}` });
}

/** PyTorch's transposed convolutions know no padding by name. */
export function refuseTransposedSame(): never {
  fail("geometry/convention", {
    expected: "a number: PyTorch's ConvTranspose has no padding names, though its constructor takes them in silence",
    found: '"same"',
    remedy: "padding p and output_padding q with 2p - q = kernel - stride give output = input * stride",
  });
}
