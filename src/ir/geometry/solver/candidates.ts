/** What an unknown can be: a range of whole numbers, none at all, or a rule that still has unknowns in it. */
import { constant, difference, numberOf, printLinear, type Linear } from "../linear.js";

export type Candidates =
  /** Every whole number from `min` to `max`; without `max`, every one from `min`. */
  | { readonly kind: "range"; readonly min: Linear; readonly max: Linear | undefined }
  | { readonly kind: "none" }
  /** Not a range until more is known; `rule` is a formula for it. */
  | { readonly kind: "rule"; readonly rule: string };

export const none: Candidates = { kind: "none" };

/** From `min` to `max`; a bound known to be below `least` is raised to it, and an empty range is `none`. */
export function range(min: Linear, max: Linear | undefined, least = 1): Candidates {
  const minimum = numberOf(min);
  const from = minimum !== undefined && minimum < least ? constant(least) : min;
  if (max !== undefined && (difference(max, from) ?? 0) < 0) return none;
  return { kind: "range", min: from, max };
}

/** From `min` to `max` in plain numbers. */
export function numbers(min: number, max: number | undefined, least = 1): Candidates {
  return range(constant(min), max === undefined ? undefined : constant(max), least);
}

/** The one value. */
export function only(value: Linear): Candidates {
  return { kind: "range", min: value, max: value };
}

/** Whether `value` is among the candidates; undefined where that depends on unknowns. */
export function contains(candidates: Candidates, value: Linear): boolean | undefined {
  if (candidates.kind === "none") return false;
  if (candidates.kind === "rule") return undefined;
  const above = difference(value, candidates.min);
  const below = candidates.max === undefined ? 0 : difference(candidates.max, value);
  if (above !== undefined && above < 0) return false;
  if (below !== undefined && below < 0) return false;
  return above === undefined || below === undefined ? undefined : true;
}

/** The one value, where there is one only. */
export function single(candidates: Candidates): Linear | undefined {
  if (candidates.kind !== "range" || candidates.max === undefined) return undefined;
  return difference(candidates.max, candidates.min) === 0 ? candidates.min : undefined;
}

/** First and last in plain numbers, where both are known. */
export function bounds(candidates: Candidates): readonly [min: number, max: number] | undefined {
  if (candidates.kind !== "range" || candidates.max === undefined) return undefined;
  const [min, max] = [numberOf(candidates.min), numberOf(candidates.max)];
  return min === undefined || max === undefined ? undefined : [min, max];
}

/** `13 or 14`, `25, 26 or 27`, `226 to 250`, `3 or more`, `none`, or the rule. */
export function printCandidates(candidates: Candidates): string {
  if (candidates.kind === "none") return "none";
  if (candidates.kind === "rule") return candidates.rule;
  const { min, max } = candidates;
  if (max === undefined) return `${printLinear(min)} or more`;
  const count = difference(max, min);
  if (count === 0) return printLinear(min);
  if (count === 1) return `${printLinear(min)} or ${printLinear(max)}`;
  const minimum = numberOf(min);
  if (count === 2 && minimum !== undefined) return `${minimum}, ${minimum + 1} or ${minimum + 2}`;
  return `${printLinear(min)} to ${printLinear(max)}`;
}
