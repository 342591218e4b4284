/** Reductions of nothing. */
import type { Reduction, ScalarType } from "./computation.js";

/** The value a reduction of nothing has, and that no reduction is changed by. */
export function neutralElement(reduction: Reduction, type: ScalarType): number {
  if (reduction === "sum") return 0;
  if (reduction === "product") return 1;
  if (type === "bool") return Number(reduction === "minimum");
  if (type === "i32") return reduction === "minimum" ? 2 ** 31 - 1 : -(2 ** 31);
  return reduction === "minimum" ? Infinity : -Infinity;
}
