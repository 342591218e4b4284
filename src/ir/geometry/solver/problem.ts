/**
 * What is known of a convolution, transposed convolution or pooling, and in whose words it is asked. Everything may be
 * missing: an undefined size is unknown, a `Linear` one may be a name such as `T`.
 */
import type { OddEnd } from "../explicit.js";
import type { Linear } from "../linear.js";
import type { Padding } from "../window.js";

export type Operation = "conv" | "conv_transpose" | "max_pool" | "avg_pool";

/** Whose rules decide where frameworks differ. */
export type Convention = "tensorflow" | "keras" | "pytorch" | "onnx" | "jax";

/** A padding that was asked for. Explicit pairs are crops for a transposed convolution, pads otherwise. */
export type PaddingChoice =
  | { readonly kind: "same"; readonly oddEnd: OddEnd }
  | { readonly kind: "valid" }
  | { readonly kind: "explicit"; readonly padding: readonly Padding[] };

/** The window of one spatial dimension as far as it is known. */
export interface WindowFacts {
  readonly kernel: number | undefined;
  readonly stride: number | undefined;
  readonly dilation: number;
}

/** One spatial dimension: everything but the padding. */
export interface DimensionFacts extends WindowFacts {
  readonly input: Linear | undefined;
  readonly output: Linear | undefined;
  /** A number only where it was asked for: Keras tells 0 from None. */
  readonly outputPadding: number | undefined;
}

/** The spatial question. Channels are the business of `filter.ts`, since they do not interact with sizes. */
export interface Problem {
  readonly operation: Operation;
  readonly convention: Convention;
  readonly dimensions: readonly DimensionFacts[];
  /** Undefined: the answer says which padding would do. */
  readonly padding: PaddingChoice | undefined;
  readonly ceilMode: boolean;
}

/** Whether the convention's paddings are the names SAME and VALID rather than numbers. */
export function namesPadding(convention: Convention): boolean {
  return convention === "tensorflow" || convention === "keras" || convention === "jax";
}
