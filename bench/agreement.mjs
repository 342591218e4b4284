/** Contenders must compute the same thing before any of them is timed. */
import { differencesOf, largestRounding } from "../dist/cli/bench/agreement.js";

/** Largest differences from the first output, relative to its largest value; `outputs` are `{ name, values }`. Throws where one is more than rounding. */
export function requireAgreement(what, outputs, tolerance = largestRounding) {
  const differences = differencesOf(outputs);
  for (const [name, difference] of Object.entries(differences)) {
    if (difference <= tolerance) continue;
    throw new Error(`${what}: ${name} differs from ${outputs[0].name} by ${difference} of the largest output`);
  }
  return differences;
}
