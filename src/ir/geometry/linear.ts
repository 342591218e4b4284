/**
 * Sizes with unknowns in them: `15T - 3`, `k - 2`, `14`. Sums of whole multiples of named sizes and a constant, enough to
 * carry an unknown batch, a symbolic length or an unknown kernel through window arithmetic. Sums and multiples fail with
 * `geometry/overflow` where they would not be exact.
 */
import { exact } from "./check.js";

/** A constant plus multiples of named sizes; names stand in order of their first appearance, none with factor 0. */
export interface Linear {
  readonly constant: number;
  readonly terms: readonly (readonly [name: string, factor: number])[];
}

/** A plain number as a size. */
export function constant(value: number): Linear {
  return { constant: value, terms: [] };
}

/** An unknown size with a name. */
export function symbol(name: string, factor = 1): Linear {
  return { constant: 0, terms: factor === 0 ? [] : [[name, factor]] };
}

/** a + b */
export function add(a: Linear, b: Linear): Linear {
  const names = new Set([...a.terms, ...b.terms].map(([name]) => name));
  const terms = [...names].map((name): [string, number] => [name, factorOf(a, name) + factorOf(b, name)]);
  const constant = exact("size", a.constant + b.constant);
  return { constant, terms: terms.filter(([, factor]) => exact("factor", factor) !== 0) };
}

/** factor * a */
export function scale(a: Linear, factor: number): Linear {
  if (factor === 0) return constant(0);
  const terms = a.terms.map(([name, old]): [string, number] => [name, exact("factor", old * factor)]);
  return { constant: exact("size", a.constant * factor), terms };
}

/** a - b */
export function subtract(a: Linear, b: Linear): Linear {
  return add(a, scale(b, -1));
}

/** a + value */
export function plus(a: Linear, value: number): Linear {
  return { ...a, constant: exact("size", a.constant + value) };
}

/** floor(a / divisor) where that is linear again: every factor a multiple of the divisor. Otherwise undefined. */
export function floorDivide(a: Linear, divisor: number): Linear | undefined {
  if (a.terms.some(([, factor]) => factor % divisor !== 0)) return undefined;
  return {
    constant: Math.floor(a.constant / divisor),
    terms: a.terms.map(([name, factor]) => [name, factor / divisor]),
  };
}

/** The number, where no unknown is left. */
export function numberOf(a: Linear): number | undefined {
  return a.terms.length === 0 ? a.constant : undefined;
}

/** a - b where the unknowns cancel. */
export function difference(a: Linear, b: Linear): number | undefined {
  return numberOf(subtract(a, b));
}

/** The factor of a name, 0 where it does not occur. */
export function factorOf(a: Linear, name: string): number {
  return a.terms.find(([other]) => other === name)?.[1] ?? 0;
}

/** `15T - 3`: terms first, then the constant. */
export function printLinear(a: Linear): string {
  const ordered = [...a.terms].sort((one, other) => Math.sign(other[1]) - Math.sign(one[1]));
  const parts = ordered.map(([name, factor]) =>
    signed(factor, `${Math.abs(factor) === 1 ? "" : Math.abs(factor)}${name}`),
  );
  if (a.constant !== 0 || parts.length === 0) parts.push(signed(a.constant, String(Math.abs(a.constant))));
  return parts.join(" ").replace(/^\+ /, "").replace(/^- /, "-");
}

function signed(value: number, text: string): string {
  return `${value < 0 ? "-" : "+"} ${text}`;
}
