/** The 16-bit floats as bits and numbers: f16 (IEEE 754 binary16) and bf16 (the upper half of an f32). */

const halfScratch = new DataView(new ArrayBuffer(8));

/** The number that f16 bits mean. */
export function decodeF16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The nearest f16, halves to even; overflow gives infinity. */
export function encodeF16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(exponentOfDouble(size), -14);
  return sign | (((exponent + 14) << 10) + unitsToEven(size * 2 ** (10 - exponent)));
}

/** The number that bf16 bits mean. */
export function decodeBf16(bits: number): number {
  halfScratch.setUint32(0, bits << 16);
  return halfScratch.getFloat32(0);
}

/** The nearest bf16, halves to even; overflow gives infinity. */
export function encodeBf16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(exponentOfDouble(size), -126);
  if (exponent > 127) return sign | 0x7f80;
  return sign | Math.min(((exponent + 126) << 7) + unitsToEven(size * 2 ** (7 - exponent)), 0x7f80);
}

function exponentOfDouble(value: number): number {
  halfScratch.setFloat64(0, value);
  return ((halfScratch.getUint32(0) >> 20) & 0x7ff) - 1023;
}

function unitsToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
