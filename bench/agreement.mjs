/** Contenders must compute the same thing before any of them is timed. */

/** Largest difference that is still rounding, relative to the largest output: sums of a few thousand f32 products. */
export const largestRounding = 2e-5;

/** The largest difference from `expected`, relative to its largest magnitude; infinite where there is none, or no number. */
export function differenceFrom(expected, values) {
  if (expected.length !== values.length) return Infinity;
  let [difference, largest] = [0, Number.MIN_VALUE];
  for (let at = 0; at < expected.length; at++) {
    const distance = Math.abs(expected[at] - values[at]);
    if (Number.isNaN(distance)) return Infinity;
    difference = Math.max(difference, distance);
    largest = Math.max(largest, Math.abs(expected[at]));
  }
  return difference / largest;
}

/** Largest differences from the first output; `outputs` are `{ name, values }`. Throws where one is more than rounding. */
export function requireAgreement(what, [first, ...others], tolerance) {
  const rows = others.map(({ name, values }) => [name, differenceFrom(first.values, values)]);
  for (const [name, difference] of rows) {
    if (difference <= tolerance) continue;
    throw new Error(`${what}: ${name} differs from ${first.name} by ${difference} of the largest output`);
  }
  return Object.fromEntries(rows);
}
