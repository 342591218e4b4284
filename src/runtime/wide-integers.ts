/** 64-bit integers: functions that BigInt has no operator for, or one that throws. */

/** Towards zero; 0 where the divisor is. */
export function wideQuotient(a: bigint, b: bigint): bigint {
  return b === 0n ? 0n : a / b;
}

/** What is left of that quotient: the sign of a. */
export function wideRemainder(a: bigint, b: bigint): bigint {
  return b === 0n ? 0n : a % b;
}

/** The remainder with the sign of the divisor. */
export function wideModulo(a: bigint, b: bigint): bigint {
  return b === 0n ? 0n : ((a % b) + b) % b;
}

/** Modulo 2^64; a negative exponent truncates the reciprocal. */
export function widePower(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? 1n - 2n * (exponent & 1n) : 0n;
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = BigInt.asUintN(64, square * square)) {
    if (left & 1n) result = BigInt.asUintN(64, result * square);
  }
  return result;
}

export function wideMaximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export function wideMinimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function wideAbsolute(x: bigint): bigint {
  return x < 0n ? -x : x;
}

export function wideSign(x: bigint): bigint {
  return x > 0n ? 1n : x < 0n ? -1n : 0n;
}

/** A float from `low` to `high`: towards zero, the nearer end where it is out of range, 0 for NaN. */
export function saturateToWide(x: number, low: bigint, high: bigint): bigint {
  if (Number.isNaN(x)) return 0n;
  if (!Number.isFinite(x)) return x < 0 ? low : high;
  const whole = BigInt(Math.trunc(x));
  return whole < low ? low : whole > high ? high : whole;
}
