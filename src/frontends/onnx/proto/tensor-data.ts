/**
 * The elements of a tensor from the two forms ONNX stores them in: little-endian bytes, or protobuf numbers in the field that
 * belongs to the element type. Bytes become a view without a copy where they are aligned. Engines are little-endian, as
 * WebAssembly asks of them.
 */
import {
  allocate,
  elementTypes,
  type ArrayOf,
  type ElementType,
  type TypedArray,
} from "../../../ir/types/element-type.js";
import type { TensorProto } from "./messages.js";

const views: {
  readonly [T in ElementType]: (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayOf[T];
} = {
  f32: (buffer, byteOffset, length) => new Float32Array(buffer, byteOffset, length),
  f64: (buffer, byteOffset, length) => new Float64Array(buffer, byteOffset, length),
  f16: (buffer, byteOffset, length) => new Uint16Array(buffer, byteOffset, length),
  bf16: (buffer, byteOffset, length) => new Uint16Array(buffer, byteOffset, length),
  i8: (buffer, byteOffset, length) => new Int8Array(buffer, byteOffset, length),
  i16: (buffer, byteOffset, length) => new Int16Array(buffer, byteOffset, length),
  i32: (buffer, byteOffset, length) => new Int32Array(buffer, byteOffset, length),
  i64: (buffer, byteOffset, length) => new BigInt64Array(buffer, byteOffset, length),
  u8: (buffer, byteOffset, length) => new Uint8Array(buffer, byteOffset, length),
  u16: (buffer, byteOffset, length) => new Uint16Array(buffer, byteOffset, length),
  u32: (buffer, byteOffset, length) => new Uint32Array(buffer, byteOffset, length),
  u64: (buffer, byteOffset, length) => new BigUint64Array(buffer, byteOffset, length),
  bool: (buffer, byteOffset, length) => new Uint8Array(buffer, byteOffset, length),
};

/** The elements in `bytes`, whose length is a multiple of the element's. Truth is 1, whatever byte the file writes for it. */
export function elementsOfBytes(elementType: ElementType, bytes: Uint8Array): TypedArray {
  if (elementType === "bool") return bytes.some((byte) => byte > 1) ? bytes.map((byte) => Math.min(byte, 1)) : bytes;
  const size = elementTypes[elementType].bytes;
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return views[elementType](aligned.buffer, aligned.byteOffset, aligned.byteLength / size);
}

/** A field of numbers, as far as building elements goes. */
interface Numbers {
  /** The field as onnx.proto calls it. */
  readonly field: string;
  readonly length: number;
  /** The elements, or the first number that the element type cannot hold. */
  readonly elements: () => TypedArray | { readonly misfit: number | bigint };
}

/** The numbers of the field that ONNX puts elements of this type in; empty where the file has none. */
export function numbersOf(proto: TensorProto, elementType: ElementType): Numbers {
  switch (elementType) {
    case "f32":
      return asTheyAre("float_data", proto.floatData?.values() ?? new Float32Array(0));
    case "f64":
      return asTheyAre("double_data", proto.doubleData?.values() ?? new Float64Array(0));
    case "i64":
      return asTheyAre("int64_data", proto.int64Data?.values() ?? new BigInt64Array(0));
    case "i32":
      return asTheyAre("int32_data", proto.int32Data?.values() ?? new Int32Array(0));
    case "u64":
      return asTheyAre("uint64_data", proto.uint64Data?.values() ?? new BigUint64Array(0));
    case "u32":
      return narrowed("uint64_data", elementType, proto.uint64Data?.values() ?? new BigUint64Array(0));
    default:
      return narrowed("int32_data", elementType, proto.int32Data?.values() ?? new Int32Array(0));
  }
}

/** A copy, because the field's own array may be up to twice as long as it is full. */
function asTheyAre(field: string, items: TypedArray): Numbers {
  return { field, length: items.length, elements: () => items.slice() };
}

/** Files write small integers with either sign (255 or −1 for the same byte); more bits than the type has are a mistake. */
function narrowed(
  field: string,
  elementType: "f16" | "bf16" | "i8" | "i16" | "u8" | "u16" | "u32" | "bool",
  items: Int32Array | BigUint64Array,
): Numbers {
  const range = 2 ** (8 * elementTypes[elementType].bytes);
  const elements = (): ReturnType<Numbers["elements"]> => {
    const array = allocate(elementType, items.length);
    for (let i = 0; i < items.length; i++) {
      const item = Number(items[i]);
      if (item < -range / 2 || item >= range) return { misfit: item };
      array[i] = elementType === "bool" ? Number(item !== 0) : item;
    }
    return array;
  };
  return { field, length: items.length, elements };
}
