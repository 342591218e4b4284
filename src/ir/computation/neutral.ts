/** Reductions of nothing. */
import type { Reduction, ScalarType } from "./computation.js";

/** The value a reduction of nothing has, and that no reduction is changed by. */
export function neutralElement(reduction: Reduction, type: ScalarType): number {
  if (reduction === "sum") return 0;
  if (reduction === "product") return 1;
  if (type === "bool") return Number(reduction === "minimum");
  // What lies beyond the type means its end: no double is 2^63 − 1.
  if (type === "i64") return reduction === "minimum" ? 2 ** 63 : -(2 ** 63);
  if (type === "u64") return reduction === "minimum" ? 2 ** 64 : 0;
  if (type === "i32") return reduction === "minimum" ? 2 ** 31 - 1 : -(2 ** 31);
  return reduction === "minimum" ? Infinity : -Infinity;
}
