/** What a geometry is called in a framework, or why the framework has no words for it. */
import type { Convention } from "../solver/problem.js";
import type { Spatial } from "../spatial.js";
import type { Padding, Window } from "../window.js";

/** An argument of a framework's function: a name in quotes, None, or a list with one entry for each dimension. */
export interface Argument {
  readonly name: string;
  readonly value: string | null | readonly (number | Padding)[];
}

export type Wording =
  | { readonly kind: "exact"; readonly convention: Convention; readonly arguments: readonly Argument[] }
  | {
      readonly kind: "notRepresentable";
      readonly convention: Convention;
      readonly reason: string;
      /** What gives the same result in more than one step. */
      readonly instead: string;
    };

/** One dimension of a geometry; two are the same operation where `low` and `output` agree. */
export interface WordingDimension {
  readonly input: number;
  readonly window: Window;
  /** Padding at the low end: zeros before a convolution, positions cropped from a transposed one. */
  readonly low: number;
  /** The same at the high end, with output padding already taken off. */
  readonly high: number;
  readonly output: number;
}

/** Splits a geometry into dimensions. */
export function wordingDimensions(
  spatial: Spatial,
  padding: readonly Padding[],
  outputPadding: readonly number[],
  output: readonly number[],
): readonly WordingDimension[] {
  return spatial.input.map((input, i) => {
    const [low, high] = padding[i] ?? [0, 0];
    const window = {
      kernel: spatial.kernel[i] ?? 1,
      stride: spatial.strides[i] ?? 1,
      dilation: spatial.dilations[i] ?? 1,
    };
    return { input, window, low, high: high - (outputPadding[i] ?? 0), output: output[i] ?? 0 };
  });
}

/** `1:2, 0:0`, or once where all are alike. */
export function printPairs(pairs: readonly Padding[]): string {
  const texts = pairs.map(([low, high]) => `${low}:${high}`);
  return new Set(texts).size === 1 ? (texts[0] ?? "") : texts.join(", ");
}
