/**
 * sin, cos and tan of four lanes. Errors in units in the last place of f32, the largest found over all magnitudes.
 *
 * x = n · π/2 + r, |r| ≤ π/4, in doubles with π/2 in two parts (FreeBSD, e_rem_pio2f.c: good to 2²⁸ · π/2); on r the polynomials
 * of Cephes (S. L. Moshier, sinf.c, 1992). Larger numbers, rare ones, are left to JavaScript's functions, lane by lane.
 */
import {
  bits,
  choose,
  doubles,
  float,
  floats,
  integer,
  integers,
  polynomial,
  shuffled,
  type Keep,
} from "./lane-words.js";
import { call, instruction } from "./text.js";

const { add, subtract, multiply, divide, absolute, less } = floats;

const largest = 2 ** 28;
/** Adding it leaves a whole number in the low bits of the sum. */
const roundingOffset = 1.5 * 2 ** 52;
const halfPi = { high: 105414356 / 2 ** 26, low: 1.5893254773528196e-8 } as const;

interface Quarters {
  /** Full and quarter turns, of which the last two bits count. */
  readonly turns: string;
  readonly sine: string;
  readonly cosine: string;
}

/** sin r and cos r, and n. */
function quarters(keep: Keep, x: string): Quarters {
  const [low, high] = [doubles.low(x), doubles.high(x)].map((part) => reduced(keep, keep(part)));
  const rest = keep(doubles.join(low?.rest ?? "", high?.rest ?? ""));
  const turns = keep(shuffled(low?.turns ?? "", high?.turns ?? "", [0, 2, 4, 6]));
  const square = keep(multiply(rest, rest));
  const odd = polynomial(square, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
  const even = polynomial(square, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]);
  const sine = keep(add(multiply(multiply(odd, square), rest), rest));
  const near = subtract(float(1), multiply(square, float(0.5)));
  const cosine = keep(add(multiply(multiply(even, square), square), near));
  return { turns, sine, cosine };
}

function reduced(keep: Keep, x: string): { readonly turns: string; readonly rest: string } {
  const { multiply: times, subtract: minus, number } = doubles;
  const turns = keep(doubles.add(times(x, number(2 / Math.PI)), number(roundingOffset)));
  const whole = keep(minus(turns, number(roundingOffset)));
  return { turns, rest: minus(minus(x, times(whole, number(halfPi.high))), times(whole, number(halfPi.low))) };
}

/** The sine after `turns` quarter turns. */
function turned(keep: Keep, turns: string, { sine, cosine }: Quarters): string {
  const isOdd = integers.equal(bits.and(turns, integer(1)), integer(1));
  const sign = integers.shiftLeft(bits.and(turns, integer(2)), 30);
  return keep(bits.xor(choose(isOdd, cosine, sine), sign));
}

/** Within 2 units. */
export function sine(keep: Keep, x: string): string {
  const found = quarters(keep, x);
  return orExactly(keep, "far_sine_f32x4", x, zeroAsIs(x, turned(keep, found.turns, found)));
}

/** Within 2 units. */
export function cosine(keep: Keep, x: string): string {
  const found = quarters(keep, x);
  const ahead = keep(integers.add(found.turns, integer(1)));
  return orExactly(keep, "far_cosine_f32x4", x, turned(keep, ahead, found));
}

/** Within 4 units: one over the other. */
export function tangent(keep: Keep, x: string): string {
  const found = quarters(keep, x);
  const ahead = keep(integers.add(found.turns, integer(1)));
  const ratio = divide(turned(keep, found.turns, found), turned(keep, ahead, found));
  return orExactly(keep, "far_tangent_f32x4", x, zeroAsIs(x, ratio));
}

/** Zeros keep their sign. */
function zeroAsIs(x: string, otherwise: string): string {
  return choose(floats.equal(x, float(0)), x, otherwise);
}

/** `near`, but where the number is too large for it what the function says. */
function orExactly(keep: Keep, name: string, x: string, found: string): string {
  const near = keep(found);
  const isNear = keep(less(absolute(x), float(largest)));
  const exact = choose(isNear, near, call(name, x));
  const all = instruction("i32x4.all_true", isNear);
  return `(if (result v128) ${all} (then ${near}) (else ${exact}))`;
}
