/** What options of tools have in common: one number for all dimensions or one for each, axes from either end, and no unknown names. */
import { fail } from "../../diagnostics/error.js";

/** One number for all spatial dimensions, or one for each. */
export type PerDimension = number | readonly number[];

/** `value` as one number for each of `rank` dimensions. Fails with `graph/option` for anything but numbers. */
export function perDimension(option: string, value: PerDimension, rank: number): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : new Array<unknown>(rank).fill(value);
  if (list.length !== rank || !list.every((item) => typeof item === "number")) {
    fail("graph/option", {
      expected: `${option}: a number, or one for each of ${rank} dimensions`,
      found: words(value),
    });
  }
  return list as readonly number[];
}

/** An axis from the front. Fails with `graph/axis` for one that the rank does not have. */
export function axisFrom(rank: number, axis: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    const expected = rank === 0 ? "no axis, as a scalar has none" : `an axis from ${-rank} to ${rank - 1}`;
    fail("graph/axis", { expected, found: words(axis) });
  }
  return positive;
}

/** Axes from the front, ascending, each once; without `axes` all of them. */
export function axesFrom(rank: number, axes?: PerDimension): readonly number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = (typeof axes === "number" ? [axes] : axes).map((axis) => axisFrom(rank, axis));
  return [...new Set(list)].sort((a, b) => a - b);
}

/** Fails with `graph/option` where `options` has a name that `names` does not. */
export function checkOptions<Options extends object>(
  options: Options,
  names: Readonly<Record<keyof Required<Options>, true>>,
): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    fail("graph/option", { expected: `one of ${Object.keys(names).join(", ")}`, found: name });
  }
}

/** A wrong value, for messages. */
export function words(value: unknown): string {
  return typeof value === "symbol" || typeof value === "function"
    ? typeof value
    : (JSON.stringify(value) ?? `${value}`);
}
