/** Refuses sizes that are no sizes, before any arithmetic is done with them. */
import { fail } from "../../diagnostics/error.js";

/** The largest size, kernel, stride, dilation or padding that is taken; sums and products are checked by `exact`. */
export const largestSize = 2 ** 31 - 1;

/** Fails with `geometry/size` unless `value` is a whole number from 1. */
export function checkSize(name: string, value: number): void {
  checkRange(name, value, 1);
}

/** Fails with `geometry/size` unless `value` is a whole number from 0. */
export function checkNatural(name: string, value: number): void {
  checkRange(name, value, 0);
}

/** Fails with `geometry/size` unless `value` is a whole number, possibly negative. */
export function checkWhole(name: string, value: number): void {
  checkRange(name, value, -largestSize);
}

/** Returns `value`, or fails with `geometry/overflow` where it is not an exact whole number. */
export function exact(name: string, value: number): number {
  if (!Number.isSafeInteger(value)) fail("geometry/overflow", { expected: `${name} below 2^53`, found: String(value) });
  return value;
}

/** Fails with `geometry/rank` unless each list has `rank` entries. */
export function checkRank(rank: number, lists: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [name, list] of Object.entries(lists)) {
    if (list.length === rank) continue;
    fail("geometry/rank", { expected: `${rank} spatial dimensions`, found: `${list.length} in ${name}` });
  }
}

function checkRange(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= largestSize) return;
  fail("geometry/size", { expected: `${name} from ${least} to ${largestSize}`, found: String(value) });
}
