/** Contenders must compute the same thing before any of them is timed. */

/** Largest difference that is still rounding, relative to the largest output: sums of a few thousand f32 products. */
const tolerance = 2e-5;

/** Throws where an output is far from the first one; `outputs` are `{ name, values }`. */
export function requireAgreement(what, [first, ...others]) {
  const largest = largestMagnitude(first.values);
  for (const { name, values } of others) {
    const difference = largestDifference(first.values, values);
    if (difference <= tolerance * largest) continue;
    throw new Error(
      `${what}: ${name} differs from ${first.name} by ${difference}, where the largest output is ${largest}`,
    );
  }
}

function largestMagnitude(values) {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Infinity where lengths differ; NaN counts as infinitely far. */
function largestDifference(a, b) {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at] - b[at]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
