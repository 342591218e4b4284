/**
 * The repeated numbers of a message: a typed array that grows by doubling.
 * A number of a hostile file then costs a few bytes (at worst one byte of a packed varint becomes eight of a BigInt64Array),
 * never an object of its own.
 */
import { WireType, type BinaryReader } from "@bufbuild/protobuf/wire";

/** The array each protobuf type of number is kept in. */
export interface ItemsOf {
  readonly float: Float32Array;
  readonly double: Float64Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
}

export type NumberKind = keyof ItemsOf;

interface NumberFacts<Items> {
  readonly wire: WireType;
  readonly bytes: 4 | 8;
  /** All of a buffer as an array of this kind. */
  readonly over: (buffer: ArrayBuffer) => Items;
  readonly slice: (items: Items, length: number) => Items;
  readonly read: (items: Items, index: number, reader: BinaryReader) => void;
}

export const numberKinds: { readonly [Kind in NumberKind]: NumberFacts<ItemsOf[Kind]> } = {
  float: {
    wire: WireType.Bit32,
    bytes: 4,
    over: (buffer) => new Float32Array(buffer),
    slice: (items, length) => items.subarray(0, length),
    read: (items, index, reader) => void (items[index] = reader.float()),
  },
  double: {
    wire: WireType.Bit64,
    bytes: 8,
    over: (buffer) => new Float64Array(buffer),
    slice: (items, length) => items.subarray(0, length),
    read: (items, index, reader) => void (items[index] = reader.double()),
  },
  int32: {
    wire: WireType.Varint,
    bytes: 4,
    over: (buffer) => new Int32Array(buffer),
    slice: (items, length) => items.subarray(0, length),
    read: (items, index, reader) => void (items[index] = reader.int32()),
  },
  int64: {
    wire: WireType.Varint,
    bytes: 8,
    over: (buffer) => new BigInt64Array(buffer),
    slice: (items, length) => items.subarray(0, length),
    read: (items, index, reader) => void (items[index] = BigInt(reader.int64())),
  },
  uint64: {
    wire: WireType.Varint,
    bytes: 8,
    over: (buffer) => new BigUint64Array(buffer),
    slice: (items, length) => items.subarray(0, length),
    read: (items, index, reader) => void (items[index] = BigInt(reader.uint64())),
  },
};

export function isNumberKind(kind: string): kind is NumberKind {
  return Object.hasOwn(numberKinds, kind);
}

const firstCapacity = 4;

/** Numbers of one kind in the order of the file. */
export class NumberList<Kind extends NumberKind> {
  private readonly facts: NumberFacts<ItemsOf[Kind]>;
  private buffer: ArrayBuffer;
  private items: ItemsOf[Kind];
  private used = 0;

  constructor(kind: Kind) {
    this.facts = numberKinds[kind];
    this.buffer = new ArrayBuffer(firstCapacity * this.facts.bytes);
    this.items = this.facts.over(this.buffer);
  }

  /** Reads the one number at the reader's position. */
  append(reader: BinaryReader): void {
    if (this.used * this.facts.bytes === this.buffer.byteLength) this.grow();
    this.facts.read(this.items, this.used++, reader);
  }

  /** The numbers so far. */
  values(): ItemsOf[Kind] {
    return this.facts.slice(this.items, this.used);
  }

  get length(): number {
    return this.used;
  }

  private grow(): void {
    const larger = new ArrayBuffer(2 * this.buffer.byteLength);
    new Uint8Array(larger).set(new Uint8Array(this.buffer));
    this.buffer = larger;
    this.items = this.facts.over(larger);
  }
}
