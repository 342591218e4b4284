/**
 * exp, expm1, tanh and erf of four lanes. Errors are the largest found over all magnitudes, in units in the last place of f32.
 *
 * x = n · ln 2 + r, |r| ≤ ln 2 / 2, n taken from the low bits of x / ln 2 + 1.5 · 2²³ (Cody and Waite, Software Manual
 * for the Elementary Functions, 1980); on r the polynomials of Cephes (S. L. Moshier, expf.c and tanhf.c, 1992).
 */
import { bits, choose, float, floats, integer, integers, polynomial, type Keep } from "./lane-words.js";

const { add, subtract, multiply, divide, absolute, less, atMost, atLeast } = floats;

/** Adding it leaves a whole number in the low bits of the sum. */
const roundingOffset = 12_582_912;
const offsetBits = 0x4b400000;

interface Reduced {
  /** n in its low bits. */
  readonly shifted: string;
  readonly rest: string;
}

/** x = n · ln 2 + rest. */
function reduced(keep: Keep, x: string): Reduced {
  const shifted = keep(add(multiply(x, float(Math.LOG2E)), float(roundingOffset)));
  const whole = keep(subtract(shifted, float(roundingOffset)));
  const high = subtract(x, multiply(whole, float(0.693359375)));
  const rest = keep(subtract(high, multiply(whole, float(-2.1219444e-4))));
  return { shifted, rest };
}

/** e^r − 1 = r + r² · Q(r), Q from Chebyshev's polynomials: e^r is off by 8e-9 at most. */
function growth(keep: Keep, rest: string): string {
  const inner = polynomial(rest, [1.39261910562e-3, 8.36318503153e-3, 4.16665545723e-2, 1.66665769538e-1, 0.5]);
  return keep(add(multiply(multiply(inner, rest), rest), rest));
}

/** 2^n, for n from −126 to 127. */
function powerOfTwo(n: string): string {
  return integers.shiftLeft(integers.add(n, integer(127)), 23);
}

/**
 * Within 1.1 units. Scaled twice, by 2^⌊n/2⌋ and by what is left, so that results below 2^−126 are rounded once.
 */
export function exponential(keep: Keep, x: string): string {
  const { shifted, rest } = reduced(keep, keep(atLeast(atMost(x, 89), -104)));
  const mantissa = add(growth(keep, rest), float(1));
  const half = keep(bits.and(integers.shiftLeft(shifted, 22), integer(-(2 ** 23))));
  const other = integers.subtract(integers.shiftLeft(shifted, 23), half);
  return multiply(multiply(mantissa, integers.add(half, float(1))), integers.add(other, float(1)));
}

/**
 * Within 2 units: e^x − 1 = 2 · (2^(n−1) · (e^r − 1) + (2^(n−1) − ½)). It has the sign of x.
 */
export function exponentialMinusOne(keep: Keep, x: string): string {
  const { shifted, rest } = reduced(keep, keep(atLeast(atMost(x, 89), -18)));
  const power = keep(integers.subtract(shifted, integer(offsetBits)));
  const grown = growth(keep, rest);
  const scale = keep(powerOfTwo(integers.subtract(power, integer(1))));
  const whole = add(multiply(scale, grown), subtract(scale, float(0.5)));
  return bits.or(choose(integers.equal(power, integer(0)), grown, add(whole, whole)), signOf(x));
}

/** Within 3 units: E / (E + 2) with E = e^2|x| − 1 = 2^n · (e^r − 1) + (2^n − 1), which no n ≥ 0 cancels. */
export function hyperbolicTangent(keep: Keep, x: string): string {
  const size = keep(absolute(x));
  const { shifted, rest } = reduced(keep, keep(atMost(add(size, size), 20)));
  const scale = keep(integers.add(integers.shiftLeft(shifted, 23), float(1)));
  const grown = keep(add(multiply(scale, growth(keep, rest)), subtract(scale, float(1))));
  return bits.or(divide(grown, add(grown, float(2))), signOf(x));
}

/** Within 2 units. N. Juffa, "Efficiently computing the error function in single precision", 2016: r with erf |x| = 1 − e^r. */
export function errorFunction(keep: Keep, x: string): string {
  const size = keep(absolute(x));
  const square = keep(multiply(x, x));
  const inner = polynomial(
    square,
    [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1],
  );
  const near = keep(add(multiply(inner, size), size));
  const bounded = keep(atMost(size, 4));
  const exponent = polynomial(
    bounded,
    [-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1],
  );
  const decay = exponential(keep, keep(subtract(multiply(exponent, bounded), bounded)));
  const far = subtract(float(1), decay);
  return bits.or(choose(less(size, float(0.927734375)), near, far), signOf(x));
}

function signOf(x: string): string {
  return bits.and(x, integer(-(2 ** 31)));
}
