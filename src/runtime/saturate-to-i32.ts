/** A float as a 32-bit integer: towards zero, the nearest one where it is out of range, 0 for NaN. */
export function saturateToI32(x: number): number {
  return Math.min(Math.max(x, -2147483648), 2147483647) | 0;
}
