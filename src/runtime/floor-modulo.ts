/** a − ⌊a / b⌋ · b: the remainder with the sign of the divisor. */
export function floorModulo(a: number, b: number): number {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}
