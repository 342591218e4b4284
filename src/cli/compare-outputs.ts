/** How far apart two executors' outputs are. */
import { elementReader } from "../ir/types/element-access.js";
import { isBigIntArray } from "../ir/types/element-type.js";
import type { Tensor } from "../ir/types/tensor.js";

export interface Comparison {
  readonly executor: string;
  readonly output: string;
  /** Largest difference, relative to the largest finite element of the reference; infinite where one has no number. */
  readonly difference: number;
  readonly agrees: boolean;
}

/** Compares an output with the reference's. */
export function compareOutputs(
  executor: string,
  output: string,
  wanted: Tensor,
  found: Tensor | undefined,
  tolerance: number,
): Comparison {
  const difference = found === undefined ? Infinity : relativeDifference(wanted, found);
  return { executor, output, difference, agrees: difference <= tolerance };
}

function relativeDifference(wanted: Tensor, found: Tensor): number {
  if (wanted.data.length !== found.data.length) return Infinity;
  const [readWanted, readFound] = [numberReader(wanted), numberReader(found)];
  let [difference, largest] = [0, 0];
  for (let i = 0; i < wanted.data.length; i++) {
    const [a, b] = [readWanted(i), readFound(i)];
    if (Number.isFinite(a)) largest = Math.max(largest, Math.abs(a));
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    difference = Math.max(difference, Number.isFinite(a - b) ? Math.abs(a - b) : Infinity);
  }
  return difference === 0 ? 0 : difference / Math.max(largest, Number.MIN_VALUE);
}

/** Elements as numbers; unlike a scalar of the compiler, a 64-bit integer keeps its upper half. */
function numberReader(tensor: Tensor): (i: number) => number {
  const { data, elementType } = tensor;
  if (isBigIntArray(data)) return (i) => Number(data[i]);
  return elementType === "u32" ? (i) => data[i] ?? 0 : elementReader(tensor);
}
