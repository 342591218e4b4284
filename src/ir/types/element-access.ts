/**
 * Elements as scalars: how an element of each type is read into the type it is computed in, and how a scalar is written back.
 * f16 and bf16 are decoded and rounded; integers outside i32 keep their low 32 bits when read, and narrow ones wrap when written.
 */
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "./half.js";
import { elementTypes, isBigIntArray, type ElementType, type TypedArray } from "./element-type.js";
import type { Tensor } from "./tensor.js";

type Convert = (value: number) => number;
const asIs: Convert = (value) => value;

const reading: Readonly<Partial<Record<ElementType, Convert>>> = {
  f16: decodeF16,
  bf16: decodeBf16,
  u32: (value) => value | 0,
  bool: (value) => Number(value !== 0),
};

const writing: Readonly<Partial<Record<ElementType, Convert>>> = {
  f16: encodeF16,
  bf16: encodeBf16,
  bool: (value) => Number(value !== 0),
};

/** Element `i` as a scalar of the type it is computed in: i64 and u64 as their low 32 bits, bool as 0 or 1. */
export function elementReader({ elementType, data }: Tensor): (i: number) => number {
  if (isBigIntArray(data)) return (i) => Number(BigInt.asIntN(32, data[i] ?? 0n));
  const convert = reading[elementType] ?? asIs;
  return (i) => convert(data[i] ?? 0);
}

/** Stores a scalar of the type `elementType` is computed in: rounds, wraps, or extends the sign. */
export function elementWriter(elementType: ElementType, data: TypedArray): (i: number, value: number) => void {
  if (isBigIntArray(data)) {
    return (i, value) => {
      data[i] = BigInt(value);
    };
  }
  const convert = writing[elementType] ?? asIs;
  return (i, value) => {
    data[i] = convert(value);
  };
}

/** A double as the nearest value an element of the type can hold, seen as a scalar: rounded or wrapped. */
export function roundTo(elementType: ElementType, value: number): number {
  switch (elementType) {
    case "f32":
      return Math.fround(value);
    case "f64":
      return value;
    case "f16":
      return decodeF16(encodeF16(value));
    case "bf16":
      return decodeBf16(encodeBf16(value));
    case "i8":
      return (value << 24) >> 24;
    case "i16":
      return (value << 16) >> 16;
    case "u8":
      return value & 0xff;
    case "u16":
      return value & 0xffff;
    case "i32":
    case "u32":
    case "i64":
    case "u64":
      return value | 0;
    case "bool":
      return Number(value !== 0);
  }
}

/** A float as an i32: towards zero, saturating; NaN gives 0. */
export function saturateToI32(value: number): number {
  return Number.isNaN(value) ? 0 : Math.trunc(Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1));
}

/** Conversion between scalars: floats to integers truncate and saturate at i32, then everything rounds or wraps as `to` does. */
export function castOf(from: "f32" | "f64" | "i32" | "bool", to: ElementType): (value: number) => number {
  const narrows = (from === "f32" || from === "f64") && elementTypes[to].family === "integer";
  return narrows ? (value) => roundTo(to, saturateToI32(value)) : (value) => roundTo(to, value);
}
