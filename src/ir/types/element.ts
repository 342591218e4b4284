/** Single elements of typed arrays as numbers: decoded on reading, rounded, wrapped or encoded on writing. */
import type { ElementType, TypedArray } from "./element-type.js";
import { isBigIntArray } from "./element-type.js";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "./half.js";

/** The number an element means; 64-bit integers are rounded to the nearest double. */
export function readElement(type: ElementType, data: TypedArray, index: number): number {
  const raw = data[index] ?? 0;
  if (type === "f16") return decodeF16(Number(raw));
  if (type === "bf16") return decodeBf16(Number(raw));
  return Number(raw);
}

/** Stores a number: floats round, integers drop the fraction and wrap, bool is whether it is not 0. */
export function writeElement(type: ElementType, data: TypedArray, index: number, value: number): void {
  if (isBigIntArray(data)) data[index] = BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);
  else data[index] = encoded(type, value);
}

function encoded(type: ElementType, value: number): number {
  if (type === "f16") return encodeF16(value);
  if (type === "bf16") return encodeBf16(value);
  return type === "bool" ? Number(value !== 0) : value;
}
