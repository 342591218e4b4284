/**
 * Writes weights as safetensors (github.com/huggingface/safetensors, "Format"): 8 bytes with the length of a JSON
 * header, the header, then all data without holes. Tensors are ordered by element size, largest first, and the header
 * is padded to a multiple of 8, so that every tensor can be viewed where it lies.
 */
import { elementTypes, type ElementType } from "../../ir/types/element-type.js";
import type { Tensor } from "../../ir/types/tensor.js";

export interface NamedTensor {
  /** Any string; made unique and free of what the format reserves. */
  readonly name: string;
  readonly tensor: Tensor;
}

export interface WeightsLayout {
  /** All data, tensor after tensor. */
  readonly data: Uint8Array;
  /** Where each tensor begins in `data`, in bytes, in the order they were given. */
  readonly offsets: readonly number[];
}

/** Places tensors one after another so that each begins at a multiple of its element's size. */
export function layOutWeights(tensors: readonly Tensor[]): WeightsLayout {
  const offsets: number[] = [];
  let end = 0;
  for (const index of bySize(tensors)) {
    offsets[index] = end;
    end += tensors[index]?.data.byteLength ?? 0;
  }
  const data = new Uint8Array(end);
  tensors.forEach(({ data: { buffer, byteOffset, byteLength } }, index) => {
    data.set(new Uint8Array(buffer, byteOffset, byteLength), offsets[index]);
  });
  return { data, offsets };
}

function bySize(tensors: readonly Tensor[]): number[] {
  const bytes = (index: number): number => tensors[index]?.data.BYTES_PER_ELEMENT ?? 0;
  return tensors.map((_, index) => index).sort((a, b) => bytes(b) - bytes(a) || a - b);
}

export interface SafetensorsFile {
  readonly bytes: Uint8Array;
  /** Where the data begins: a multiple of 8. */
  readonly start: number;
}

/** The file of `tensors` laid out as `layout`, with `metadata` as its `__metadata__`. */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  layout: WeightsLayout,
  metadata: Readonly<Record<string, string>>,
): SafetensorsFile {
  const names = uniqueNames(tensors.map((each) => each.name));
  const order = bySize(tensors.map((each) => each.tensor));
  const rows = order.map((index) => entry(names[index], tensors[index]?.tensor, layout.offsets[index]));
  const header = new TextEncoder().encode(`{${[`"__metadata__":${JSON.stringify(metadata)}`, ...rows].join(",")}}`);
  const start = Math.ceil((8 + header.length) / 8) * 8;
  const bytes = new Uint8Array(start + layout.data.length).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(header, 8);
  bytes.set(layout.data, start);
  return { bytes, start };
}

function entry(name = "", tensor?: Tensor, offset = 0): string {
  if (tensor === undefined) return "";
  const { elementType, shape, data } = tensor;
  const offsets = [offset, offset + data.byteLength];
  return `${JSON.stringify(name)}:${JSON.stringify({ dtype: dtype(elementType), shape, data_offsets: offsets })}`;
}

/** The format's own name of an element type: F32, BF16, I64, BOOL. */
function dtype(elementType: ElementType): string {
  return elementTypes[elementType].family === "bool" ? "BOOL" : elementType.toUpperCase();
}

/** Names made valid UTF-8 and distinct: the second `w` becomes `w#2`. `__metadata__` is the format's own. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(["__metadata__"]);
  const counts = new Map<string, number>();
  return names.map((name) => {
    const stem = new TextDecoder().decode(new TextEncoder().encode(name));
    let unique = stem;
    for (let count = counts.get(stem) ?? 2; taken.has(unique); count++) {
      unique = `${stem}#${count}`;
      counts.set(stem, count + 1);
    }
    taken.add(unique);
    return unique;
  });
}
