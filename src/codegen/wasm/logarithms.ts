/**
 * log, log1p and power of four lanes. Errors in units in the last place of f32, the largest found over all magnitudes.
 *
 * x = 2^e · m, √½ ≤ m < √2. log m in f32 by the polynomial of Cephes (S. L. Moshier, logf.c, 1992). Powers are 2^(y · log₂ x) in doubles, with
 * log m = 2 · artanh((m − 1) / (m + 1)) and e^t by their series.
 */
import {
  bits,
  choose,
  doublePolynomial,
  doubles,
  float,
  floats,
  integer,
  integers,
  polynomial,
  type Keep,
} from "./lane-words.js";
import { instruction } from "./text.js";

const { add, subtract, multiply, divide, absolute, truncate, less, equal, atLeast } = floats;

/** The bits of √½. */
const rootHalf = 0x3f3504f3;

/** Within 1 unit. Numbers below 2^−126 are scaled up first. */
export function logarithm(keep: Keep, x: string): string {
  const isSmall = keep(less(x, float(2 ** -126)));
  const normal = keep(choose(isSmall, multiply(x, float(2 ** 24)), x));
  const moved = keep(integers.subtract(normal, integer(rootHalf)));
  const exponent = integers.subtract(integers.shiftRight(moved, 23), bits.and(isSmall, integer(24)));
  const power = keep(integers.toFloat(exponent));
  const mantissa = integers.add(bits.and(moved, integer(0x7fffff)), integer(rootHalf));
  const rest = keep(subtract(mantissa, float(1)));
  const square = keep(multiply(rest, rest));
  const inner = polynomial(
    rest,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const cubic = multiply(multiply(inner, rest), square);
  const low = add(cubic, multiply(power, float(-2.1219444e-4)));
  const near = add(rest, subtract(low, multiply(square, float(0.5))));
  return atEnds(keep, x, add(near, multiply(power, float(0.693359375))));
}

/** log 0 = −∞, log ∞ = ∞, NaN where x is one or below 0. */
function atEnds(keep: Keep, x: string, inside: string): string {
  const finite = keep(choose(less(x, float(Infinity)), inside, x));
  const natural = choose(equal(x, float(0)), float(-Infinity), finite);
  return choose(less(x, float(0)), float(NaN), natural);
}

/** Within 2 units: log u + c / u with u = 1 + x rounded and c what the rounding took. */
export function logarithmOfOnePlus(keep: Keep, x: string): string {
  const one = float(1);
  const sum = keep(add(x, one));
  const taken = choose(less(x, one), subtract(x, subtract(sum, one)), subtract(one, subtract(sum, x)));
  const corrected = keep(add(logarithm(keep, sum), divide(taken, atLeast(sum, 2 ** -126))));
  return choose(bits.or(equal(sum, one), equal(x, float(Infinity))), x, corrected);
}

/** Within 1 unit. As Math.pow: NaN to the power of 0 is 1, and 1 to the power of ±∞ NaN. */
export function power(keep: Keep, x: string, y: string): string {
  const size = keep(absolute(x));
  const half = (part: (value: string) => string): string => doublePower(keep, keep(part(size)), keep(part(y)));
  const magnitude = keep(doubles.join(half(doubles.low), half(doubles.high)));
  const isWhole = keep(equal(truncate(y), y));
  const halved = keep(multiply(y, float(0.5)));
  const isOdd = bits.andNot(isWhole, equal(truncate(halved), halved));
  const signed = keep(bits.xor(magnitude, bits.and(isOdd, bits.and(x, integer(-(2 ** 31))))));
  const isFinite = less(size, float(Infinity));
  const isUndefined = bits.andNot(bits.and(less(x, float(0)), isFinite), isWhole);
  return choose(equal(y, float(0)), float(1), choose(isUndefined, float(NaN), signed));
}

const mantissaBits = 52;
/** Adding it leaves a whole number in the low bits of the sum. */
const roundingOffset = 1.5 * 2 ** mantissaBits;
/** ln x = 2 · Σ s^(2i+1) / (2i + 1): what is multiplied by s², the highest power first. */
const artanhSeries = Array.from({ length: 9 }, (_, i) => 2 / (2 * (8 - i) + 1));
const exponentialSeries = [1 / 362880, 1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1, 1];

/** x^y of two doubles, x not negative: without the cases that need x's sign. */
function doublePower(keep: Keep, x: string, y: string): string {
  const exponent = keep(doubles.multiply(y, doubleLogarithm(keep, x)));
  const bounded = keep(
    instruction("f64x2.pmax", instruction("f64x2.pmin", exponent, doubles.number(200)), doubles.number(-200)),
  );
  const shifted = keep(doubles.add(bounded, doubles.number(roundingOffset)));
  const rest = doubles.subtract(bounded, doubles.subtract(shifted, doubles.number(roundingOffset)));
  const mantissa = keep(doublePolynomial(keep(doubles.multiply(rest, doubles.number(Math.LN2))), exponentialSeries));
  return instruction("i64x2.add", mantissa, instruction("i64x2.shl", shifted, `(i32.const ${mantissaBits})`));
}

/** log₂ of two doubles that are floats: −∞ of 0, ∞ of ∞. */
function doubleLogarithm(keep: Keep, x: string): string {
  const sixtyFour = (value: bigint): string => `(v128.const i64x2 ${value} ${value})`;
  // The bits of √½ are taken off, so that the exponent changes where the mantissa passes √2.
  const root = 0x3fe6a09e667f3bcdn;
  const moved = keep(instruction("i64x2.sub", x, sixtyFour(root)));
  const exponent = instruction("i64x2.shr_s", moved, `(i32.const ${mantissaBits})`);
  const magic = doubles.number(roundingOffset);
  const whole = keep(doubles.subtract(instruction("i64x2.add", exponent, magic), magic));
  const mantissa = keep(instruction("i64x2.add", bits.and(moved, sixtyFour(0xfffffffffffffn)), sixtyFour(root)));
  const one = doubles.number(1);
  const s = keep(doubles.divide(doubles.subtract(mantissa, one), doubles.add(mantissa, one)));
  const series = doublePolynomial(keep(doubles.multiply(s, s)), artanhSeries);
  const inside = doubles.add(whole, doubles.multiply(doubles.multiply(series, s), doubles.number(Math.LOG2E)));
  const finite = choose(instruction("f64x2.lt", x, doubles.number(Infinity)), inside, x);
  return choose(instruction("f64x2.eq", x, doubles.number(0)), doubles.number(-Infinity), finite);
}
