/**
 * Element types and how each is stored in a typed array.
 * f32, f64, i32, bool, and, in ops of whole numbers, i64 and u64 are computed in; the others are storage only: they appear at the
 * edges of a graph and in weights, and `cast` and `bit_cast` are the ops that read or write them.
 */

/** 64-bit integers are BigInt arrays; f16 and bf16 are the 16 bits of the number; bool is one byte, 0 or 1. */
export interface ArrayOf {
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly f16: Uint16Array;
  readonly bf16: Uint16Array;
  readonly i8: Int8Array;
  readonly i16: Int16Array;
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;
  readonly bool: Uint8Array;
}

export type ElementType = keyof ArrayOf;
/** An array whose elements are numbers. */
export type NumberArray = Exclude<ArrayOf[ElementType], BigInt64Array | BigUint64Array>;
export type BigIntArray = BigInt64Array | BigUint64Array;
export type TypedArray = NumberArray | BigIntArray;

/** Types that elements are computed in. */
export type ComputedType = "f32" | "f64" | "i32" | "i64" | "u64" | "bool";

export interface ElementTypeFacts {
  readonly bytes: number;
  readonly family: "float" | "integer" | "bool";
  readonly signed: boolean;
  /** Whether kernels compute in it; otherwise only `cast` and `bit_cast` take it. */
  readonly computes: boolean;
  /** The JavaScript class of its arrays. */
  readonly array: string;
  /** The nearest type that is computed in. */
  readonly computedAs: ComputedType;
}

const row = (
  bytes: number,
  family: ElementTypeFacts["family"],
  signed: boolean,
  array: string,
  computedAs: ElementTypeFacts["computedAs"],
  computes = false,
): ElementTypeFacts => ({ bytes, family, signed, array, computedAs, computes });

export const elementTypes: Readonly<Record<ElementType, ElementTypeFacts>> = {
  f32: row(4, "float", true, "Float32Array", "f32", true),
  f64: row(8, "float", true, "Float64Array", "f64", true),
  f16: row(2, "float", true, "Uint16Array", "f32"),
  bf16: row(2, "float", true, "Uint16Array", "f32"),
  i8: row(1, "integer", true, "Int8Array", "i32"),
  i16: row(2, "integer", true, "Int16Array", "i32"),
  i32: row(4, "integer", true, "Int32Array", "i32", true),
  i64: row(8, "integer", true, "BigInt64Array", "i64", true),
  u8: row(1, "integer", false, "Uint8Array", "i32"),
  u16: row(2, "integer", false, "Uint16Array", "i32"),
  u32: row(4, "integer", false, "Uint32Array", "i32"),
  u64: row(8, "integer", false, "BigUint64Array", "u64", true),
  bool: row(1, "bool", false, "Uint8Array", "bool", true),
};

export function isElementType(text: string): text is ElementType {
  return Object.hasOwn(elementTypes, text);
}

const allocators: { readonly [T in ElementType]: (length: number) => ArrayOf[T] } = {
  f32: (length) => new Float32Array(length),
  f64: (length) => new Float64Array(length),
  f16: (length) => new Uint16Array(length),
  bf16: (length) => new Uint16Array(length),
  i8: (length) => new Int8Array(length),
  i16: (length) => new Int16Array(length),
  i32: (length) => new Int32Array(length),
  i64: (length) => new BigInt64Array(length),
  u8: (length) => new Uint8Array(length),
  u16: (length) => new Uint16Array(length),
  u32: (length) => new Uint32Array(length),
  u64: (length) => new BigUint64Array(length),
  bool: (length) => new Uint8Array(length),
};

/** A zeroed array of `length` elements. */
export function allocate<T extends ElementType>(type: T, length: number): ArrayOf[T] {
  return allocators[type](length);
}

/** The array's bytes as elements of another type of the same size; the array itself where they are of its class already. */
export function seenAs(type: ElementType, array: TypedArray): TypedArray {
  const { constructor } = allocate(type, 0);
  if (array.constructor === constructor) return array;
  const View = constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => TypedArray;
  return new View(array.buffer, array.byteOffset, array.length);
}

/** Whether memory of elements of one type may be handed over as another: both have one array, or its elements are the bits of them. */
export function standsFor(type: ElementType, memory: ElementType): boolean {
  const [own, there] = [elementTypes[type], elementTypes[memory]];
  return own.array === there.array || (own.family === "integer" && own.bytes === there.bytes);
}

/** Whether elements are integers of 64 bits, which are bigints wherever they are single values. */
export function isWide(type: string): type is "i64" | "u64" {
  return type === "i64" || type === "u64";
}

export function isBigIntArray(data: TypedArray): data is BigIntArray {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}
