/** Numbers as the bits of IEEE 754 halves, and back: binary16, clause 3.6 of IEEE 754-2019. */
const bias = 15;
const fractionSteps = 2 ** 10;

/** Of a number that a normal half holds exactly, or zero. */
export function halfBits(value) {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const fraction = Math.abs(value) / 2 ** exponent - 1;
  return (value < 0 ? 0x8000 : 0) | ((exponent + bias) << 10) | (fraction * fractionSteps);
}

/** What the bits of a finite half mean. */
export function halfValue(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / fractionSteps;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}
