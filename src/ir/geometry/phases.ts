/**
 * The phases of a transposed convolution in one dimension: output positions with equal remainder by the stride.
 *
 * `output[o] = sum over taps of input[(o + low - dilation * tap) / stride] * w[tap]`, over the taps for which the division
 * is exact. All positions of one phase use the same taps at the same offsets, so a phase is a stride-one convolution:
 *
 *     output[firstOutput + j * stride] = sum over taps of input[j + inputOffset] * w[tap]
 *
 * Taps of one phase lie `stride / gcd(stride, dilation)` apart and their offsets `dilation / gcd(stride, dilation)`.
 */
import { checkNatural, checkSize, checkWhole } from "./check.js";
import type { Padding, Window } from "./window.js";

/** One tap of a phase; `input[j + inputOffset]` outside the input counts as zero. */
export interface PhaseTap {
  readonly tap: number;
  readonly inputOffset: number;
}

/** One phase. Without taps, its outputs are zero (the bias alone). Taps stand in order of ascending `inputOffset`. */
export interface Phase {
  readonly phase: number;
  readonly firstOutput: number;
  readonly outputCount: number;
  readonly taps: readonly PhaseTap[];
}

/** A phase as a stride-one convolution over the undilated input. */
export interface PhaseConv {
  /** Number of taps. */
  readonly kernel: number;
  readonly dilation: number;
  /** Padding for which the convolution of `inputSize` has `outputCount` outputs; negative where the input is not all read. */
  readonly padding: Padding;
}

/**
 * The phases that have outputs, in order. `output` is the size after cropping and output padding. Fails with `geometry/size`.
 */
export function transposePhases(window: Window, lowPadding: number, output: number): readonly Phase[] {
  checkSize("stride", window.stride);
  checkSize("kernel", window.kernel);
  checkSize("dilation", window.dilation);
  checkWhole("padding", lowPadding);
  checkNatural("output", output);
  return Array.from({ length: Math.min(window.stride, output) }, (_, phase) => ({
    phase,
    firstOutput: phase,
    outputCount: Math.ceil((output - phase) / window.stride),
    taps: phaseTaps(window, phase + lowPadding),
  }));
}

/** How a phase with taps reads the input: a stride-one convolution. Undefined for a phase without taps. */
export function phaseConv(phase: Phase, inputSize: number): PhaseConv | undefined {
  const first = phase.taps[0];
  const last = phase.taps.at(-1);
  if (!first || !last) return undefined;
  const kernel = phase.taps.length;
  const dilation = kernel === 1 ? 1 : (last.inputOffset - first.inputOffset) / (kernel - 1);
  const high = phase.outputCount - 1 + last.inputOffset - (inputSize - 1);
  return { kernel, dilation, padding: [0 - first.inputOffset, high] };
}

/**
 * How many taps reach an output position away from the borders, for each phase: the overlap pattern. Unequal counts are
 * what is seen as a checkerboard.
 */
export function overlapCounts(window: Window, lowPadding = 0): readonly number[] {
  return transposePhases(window, lowPadding, window.stride).map(({ taps }) => taps.length);
}

/** How many taps really reach each of the `output` positions, borders included. */
export function contributionCounts(
  input: number,
  window: Window,
  lowPadding: number,
  output: number,
): readonly number[] {
  const counts = new Array<number>(output).fill(0);
  for (const { firstOutput, outputCount, taps } of transposePhases(window, lowPadding, output)) {
    for (let j = 0; j < outputCount; j++) {
      const reached = taps.filter(({ inputOffset }) => j + inputOffset >= 0 && j + inputOffset < input);
      counts[firstOutput + j * window.stride] = reached.length;
    }
  }
  return counts;
}

/** Taps with `dilation * tap ≡ position (mod stride)`; the last tap reads the earliest input, so it comes first. */
function phaseTaps({ kernel, stride, dilation }: Window, position: number): readonly PhaseTap[] {
  const step = stride / greatestCommonDivisor(stride, dilation);
  const candidates = Math.min(step, kernel);
  let first = 0;
  while (first < candidates && (position - dilation * first) % stride !== 0) first++;
  if (first === candidates) return [];
  const count = Math.floor((kernel - 1 - first) / step) + 1;
  return Array.from({ length: count }, (_, j) => {
    const tap = first + (count - 1 - j) * step;
    return { tap, inputOffset: (position - dilation * tap) / stride };
  });
}

/** Of two whole numbers from 0; gcd(a, 0) is a. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
