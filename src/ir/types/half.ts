/** The two 16-bit floats, as bits: f16 (IEEE 754 binary16) and bf16 (the upper half of an f32). */

const scratch = new DataView(new ArrayBuffer(8));

/** The number that f16 bits mean. */
export function decodeF16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The nearest f16, halves to even, straight from the double; overflow gives infinity, NaN the quiet one. */
export function encodeF16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(exponentOf(size), -14);
  const units = roundToEven(size * 2 ** (10 - exponent));
  return sign | (((exponent + 14) << 10) + units);
}

/** The number that bf16 bits mean. */
export function decodeBf16(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** The nearest bf16, halves to even, straight from the double; overflow gives infinity, NaN the quiet one. */
export function encodeBf16(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7f80;
  const exponent = Math.max(exponentOf(size), -126);
  if (exponent > 127) return sign | 0x7f80;
  const units = roundToEven(size * 2 ** (7 - exponent));
  return sign | Math.min(((exponent + 126) << 7) + units, 0x7f80);
}

/** ⌊log2(value)⌋ of a finite double; −1023 for subnormal doubles and zero. */
function exponentOf(value: number): number {
  scratch.setFloat64(0, value);
  return ((scratch.getUint32(0) >> 20) & 0x7ff) - 1023;
}

/** Of a number from 0 to 2^12. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
