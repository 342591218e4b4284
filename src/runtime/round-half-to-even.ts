/** The nearest whole number, of two equally near ones the even; keeps the sign of zero. */
export function roundHalfToEven(x: number): number {
  return Math.abs(x - Math.trunc(x)) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
}
