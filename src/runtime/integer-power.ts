/** Power of whole numbers that wraps to 32 bits; a negative exponent truncates the reciprocal. */
export function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? 1 - 2 * (exponent & 1) : 0;
  let result = 1;
  for (let square = base, left = exponent; left > 0; left >>= 1, square = Math.imul(square, square)) {
    if (left & 1) result = Math.imul(result, square);
  }
  return result;
}
