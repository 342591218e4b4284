/** How WebAssembly reads and writes one element of each type. */
import type { ScalarType } from "../../ir/computation/computation.js";
import { elementTypes, isWide, type ElementType } from "../../ir/types/element-type.js";
import { convertText } from "./functions.js";
import { call, constantText, instruction } from "./text.js";

interface Access {
  readonly load: string;
  readonly store: string;
  /** What an element means, from what the instruction reads; and back. */
  readonly read?: (raw: string) => string;
  readonly write?: (value: string) => string;
}

const isNotZero = (raw: string): string => instruction("i32.ne", raw, constantText("i32", 0));

const accesses: Readonly<Record<ElementType, Access>> = {
  f32: { load: "f32.load", store: "f32.store" },
  f64: { load: "f64.load", store: "f64.store" },
  f16: {
    load: "i32.load16_u",
    store: "i32.store16",
    read: (bits) => call("decode_f16", bits),
    write: (value) => call("js_encode_f16", value),
  },
  bf16: {
    load: "i32.load16_u",
    store: "i32.store16",
    read: (bits) => instruction("f32.reinterpret_i32", instruction("i32.shl", bits, constantText("i32", 16))),
    write: (value) => call("js_encode_bf16", value),
  },
  i8: { load: "i32.load8_s", store: "i32.store8" },
  u8: { load: "i32.load8_u", store: "i32.store8" },
  i16: { load: "i32.load16_s", store: "i32.store16" },
  u16: { load: "i32.load16_u", store: "i32.store16" },
  i32: { load: "i32.load", store: "i32.store" },
  u32: { load: "i32.load", store: "i32.store" },
  i64: { load: "i64.load", store: "i64.store" },
  u64: { load: "i64.load", store: "i64.store" },
  bool: { load: "i32.load8_u", store: "i32.store8", read: isNotZero },
};

/** The address as the two parts of an instruction: `offset=4 (local.get $p)`. */
export type Place = string;

export function loadText(elementType: ElementType, type: ScalarType, place: Place): string {
  const { load, read = (raw: string) => raw } = accesses[elementType];
  return convertText(read(instruction(load, place)), elementTypes[elementType].computedAs, type);
}

/** The type a value has when it is stored: halves are rounded once, from a double. */
export function storedType(elementType: ElementType): ScalarType {
  return elementType === "f16" || elementType === "bf16" ? "f64" : elementTypes[elementType].computedAs;
}

export function storeText(elementType: ElementType, place: Place, value: string, type: ScalarType): string {
  const { store, write = (exact: string) => exact } = accesses[elementType];
  return instruction(store, place, write(convertText(value, type, storedType(elementType))));
}

/** A number of the right family as the storage type would hold it. */
const rounding: Readonly<Record<ElementType, (value: string) => string>> = {
  f32: (value) => instruction("f32.demote_f64", value),
  f64: (value) => value,
  f16: (value) => call("decode_f16", call("js_encode_f16", value)),
  bf16: (value) => accesses.bf16.read?.(call("js_encode_bf16", value)) ?? value,
  i8: (value) => instruction("i32.extend8_s", value),
  i16: (value) => instruction("i32.extend16_s", value),
  u8: (value) => instruction("i32.and", value, constantText("i32", 255)),
  u16: (value) => instruction("i32.and", value, constantText("i32", 65535)),
  i32: (value) => value,
  u32: (value) => value,
  i64: (value) => value,
  u64: (value) => value,
  bool: isNotZero,
};

/** A value of type `from` as a `to`, rounded or wrapped as a storage type would on the way. */
export function convertThrough(value: string, from: ScalarType, to: ScalarType, through: ElementType): string {
  const { family } = elementTypes[through];
  if (isWide(through)) return convertText(convertText(value, from, through), through, to);
  const given = family === "integer" ? "i32" : family === "bool" ? "bool" : "f64";
  const rounded =
    family === "bool" ? convertText(value, from, "bool") : rounding[through](convertText(value, from, given));
  const isSingle = through === "f32" || through === "f16" || through === "bf16";
  return convertText(rounded, isSingle ? "f32" : given, to);
}
