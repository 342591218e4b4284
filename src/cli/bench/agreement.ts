/** Contenders must compute the same thing before any of them is timed. */

/** What a contender gave. */
export interface Output {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** Largest difference that is still rounding, relative to the largest output: sums of a few thousand f32 products. */
export const largestRounding = 2e-5;

/** Largest differences from the first output, relative to its largest magnitude, by contender. */
export function differencesOf([first, ...others]: readonly Output[]): Readonly<Record<string, number>> {
  if (first === undefined) return {};
  return Object.fromEntries(others.map(({ name, values }) => [name, differenceFrom(first.values, values)]));
}

/** The largest difference from `expected`, relative to its largest magnitude. */
export function differenceFrom(expected: ArrayLike<number>, values: ArrayLike<number>): number {
  return largestDifference(expected, values) / Math.max(largestMagnitude(expected), Number.MIN_VALUE);
}

function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let at = 0; at < values.length; at++) largest = Math.max(largest, Math.abs(values[at] ?? NaN));
  return largest;
}

/** Infinity where lengths differ; NaN counts as infinitely far. */
function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs((a[at] ?? NaN) - (b[at] ?? NaN));
    if (Number.isNaN(difference)) return Infinity;
    largest = Math.max(largest, difference);
  }
  return largest;
}
