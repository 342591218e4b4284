/**
 * Bytes of a group of files → tensors. A tensor takes at most four times the bytes it is stored in (u8 to f32), and the bytes are
 * counted before the first tensor is made.
 * Source: TensorFlow.js, tfjs-core/src/io/io_utils.ts (decodeWeights).
 */
import { fail } from "../../../diagnostics/error.js";
import { decodeF16 } from "../../../ir/types/half.js";
import { elementCount } from "../../../ir/types/shape.js";
import type { Tensor } from "../../../ir/types/tensor.js";
import { byteLengthOf, type Quantization, type WeightEntry, type WeightGroup } from "./manifest.js";

/** The tensors of a group by name; those of strings and complex numbers are left out. Fails with `import/tensor-data`. */
export function decodeGroup(group: WeightGroup, bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  const pieces = cutPieces(group, bytes);
  return new Map(
    group.entries.flatMap((entry, i) => {
      const tensor = decodeEntry(entry, pieces[i] ?? bytes.subarray(0, 0));
      return tensor === undefined ? [] : [[entry.name, tensor] as const];
    }),
  );
}

/** The bytes of each entry; together they are all there are. */
function cutPieces({ entries, at }: WeightGroup, bytes: Uint8Array): readonly Uint8Array[] {
  let end = 0;
  const pieces = entries.map((entry) => {
    const start = end;
    end += byteLengthOf(entry) ?? stringBytes(entry, bytes, start);
    if (end > bytes.length) refuseLength(entry.at, `${end} bytes, up to the end of this tensor`, bytes);
    return bytes.subarray(start, end);
  });
  if (end !== bytes.length) refuseLength(at, `${end} bytes in the files of this group`, bytes);
  return pieces;
}

function refuseLength(at: string, expected: string, { length }: Uint8Array): never {
  const remedy = "the files of weights are cut, or belong to another model.json: copy all of them again";
  return fail("import/tensor-data", { at, expected, found: `${length} bytes`, remedy });
}

/** Each string is its length in four bytes, and then its bytes. */
function stringBytes(entry: WeightEntry, bytes: Uint8Array, start: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = start;
  for (let i = elementCount(entry.shape); i > 0; i--) {
    if (end + 4 > bytes.length) refuseLength(entry.at, `at least ${end + 4} bytes`, bytes);
    end += 4 + view.getUint32(end, true);
  }
  return end - start;
}

function decodeEntry({ dtype, shape, quantization }: WeightEntry, bytes: Uint8Array): Tensor | undefined {
  switch (dtype) {
    case "float32":
      return { elementType: "f32", shape, data: floats(bytes, quantization) };
    case "int32":
      return { elementType: "i32", shape, data: integers(bytes, quantization) };
    case "bool":
      return { elementType: "bool", shape, data: bytes.map((byte) => Math.min(byte, 1)) };
    default:
      return undefined;
  }
}

function floats(bytes: Uint8Array, quantization: Quantization | undefined): Float32Array {
  if (quantization === undefined) return new Float32Array(bytes.slice().buffer);
  if (quantization.dtype === "float16") return Float32Array.from(new Uint16Array(bytes.slice().buffer), decodeF16);
  return Float32Array.from(wholeNumbers(bytes, quantization.dtype), affine(quantization));
}

function integers(bytes: Uint8Array, quantization: Quantization | undefined): Int32Array {
  if (quantization === undefined || quantization.dtype === "float16") return new Int32Array(bytes.slice().buffer);
  const meaning = affine(quantization);
  return Int32Array.from(wholeNumbers(bytes, quantization.dtype), (q) => Math.round(meaning(q)));
}

function wholeNumbers(bytes: Uint8Array, dtype: "uint8" | "uint16"): Uint8Array | Uint16Array {
  return dtype === "uint8" ? bytes : new Uint16Array(bytes.slice().buffer);
}

function affine({ scale, min }: { readonly scale: number; readonly min: number }): (q: number) => number {
  return (q) => q * scale + min;
}
