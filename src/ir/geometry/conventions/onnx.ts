/**
 * ONNX's words: `auto_pad`, `pads` (all low ends, then all high ends), `output_shape`, `output_padding`, `ceil_mode`.
 * Where the run times disagree with the text, the text decides. Source: ONNX Conv-22, ConvTranspose-22, MaxPool-22.
 */
import { checkRank } from "../check.js";
import {
  checkOutputPadding,
  convTransposeTo,
  explicitConv,
  explicitConvTranspose,
  explicitPool,
  sameConv,
  type OddEnd,
} from "../explicit.js";
import { mapConv, mapConvTranspose, type ConvGeometry, type ConvTransposeGeometry, type Spatial } from "../spatial.js";
import type { Padding } from "../window.js";

export type OnnxAutoPad = "NOTSET" | "VALID" | "SAME_UPPER" | "SAME_LOWER";

/** `pads` as ONNX writes it, `[low…, high…]`; left out, all 0. It counts only where `autoPad` is NOTSET. */
export interface OnnxPadding {
  readonly autoPad: OnnxAutoPad;
  readonly pads?: readonly number[];
}

export interface OnnxTransposePadding extends OnnxPadding {
  readonly outputPadding?: readonly number[];
  /** Spatial sizes; a batch and a channel entry before them, as old exporters write, are passed over. */
  readonly outputShape?: readonly number[];
}

/** ONNX Conv. Fails with `geometry/window`, `geometry/rank`, `geometry/size`. */
export function onnxConv(spatial: Spatial, padding: OnnxPadding): ConvGeometry {
  const explicit = onnxPads(spatial, padding);
  return mapConv(spatial, (input, window, i) => {
    const oddEnd = sameEnd(padding.autoPad);
    return oddEnd ? sameConv(input, window, oddEnd) : explicitConv(input, window, explicit[i] ?? [0, 0]);
  });
}

/**
 * ONNX MaxPool, AveragePool, LpPool. SAME counts the dilated kernel, as the text does; `ceil_mode` changes nothing unless
 * `auto_pad` is NOTSET. The padding of the result is what windows really reach (see `explicitPool`).
 * Fails with `geometry/window`, `geometry/rank`, `geometry/size`.
 */
export function onnxPool(spatial: Spatial, padding: OnnxPadding, ceilMode: boolean): ConvGeometry {
  const explicit = onnxPads(spatial, padding);
  return mapConv(spatial, (input, window, i) => {
    const oddEnd = sameEnd(padding.autoPad);
    if (oddEnd) return sameConv(input, window, oddEnd);
    return explicitPool(input, window, explicit[i] ?? [0, 0], ceilMode && padding.autoPad === "NOTSET");
  });
}

/**
 * ONNX ConvTranspose. With `output_shape` the pads are what remains, the odd one at the high end for SAME_UPPER and at the
 * low end otherwise. SAME without it: output = input * stride. Where that exceeds the full result, the rest is output
 * padding. Fails with `geometry/output-padding`, `geometry/crop`, `geometry/rank`, `geometry/size`.
 */
export function onnxConvTranspose(spatial: Spatial, padding: OnnxTransposePadding): ConvTransposeGeometry {
  const explicit = onnxPads(spatial, padding);
  const rank = spatial.input.length;
  const outputShape = padding.outputShape?.slice(-rank);
  if (padding.outputPadding) checkRank(rank, { output_padding: padding.outputPadding });
  if (outputShape) checkRank(rank, { output_shape: outputShape });
  return mapConvTranspose(spatial, (input, window, i) => {
    const extra = padding.outputPadding?.[i] ?? 0;
    checkOutputPadding(extra, window);
    const same = sameEnd(padding.autoPad);
    const size = outputShape?.[i] ?? (same ? input * window.stride : undefined);
    if (size !== undefined) return convTransposeTo(size, input, window, same ?? "low", extra);
    return explicitConvTranspose(input, window, explicit[i] ?? [0, 0], extra);
  });
}

/** The explicit pads of each dimension: `pads` under NOTSET, none under VALID and SAME. Fails with `geometry/rank`. */
function onnxPads(spatial: Spatial, { autoPad, pads }: OnnxPadding): readonly Padding[] {
  const rank = spatial.input.length;
  if (autoPad !== "NOTSET" || !pads) return spatial.input.map(() => [0, 0]);
  checkRank(2 * rank, { pads });
  return spatial.input.map((_, i) => [pads[i] ?? 0, pads[rank + i] ?? 0]);
}

function sameEnd(autoPad: OnnxAutoPad): OddEnd | undefined {
  if (autoPad === "SAME_UPPER") return "high";
  return autoPad === "SAME_LOWER" ? "low" : undefined;
}
