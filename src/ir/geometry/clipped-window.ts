/** Windows that reach over the ends of the input: which of their taps lie inside. */
import type { Window } from "./window.js";

/** Taps `first` to `end − 1`; none where they are equal. */
export interface TapRange {
  readonly first: number;
  readonly end: number;
}

/**
 * The taps of the window at output `position` that read inside an input of `input` elements with `low` padding:
 * those with 0 ≤ stride · position + dilation · tap − low < input.
 */
export function tapsInside(
  position: number,
  input: number,
  { kernel, stride, dilation }: Window,
  low: number,
): TapRange {
  const start = stride * position - low;
  const first = Math.min(Math.max(Math.ceil(-start / dilation), 0), kernel);
  const end = Math.min(Math.max(Math.ceil((input - start) / dilation), first), kernel);
  return { first, end };
}
