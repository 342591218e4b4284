/**
 * Weights as kernels read them, out of weights as files hold them: constants may be written shorter than they are, before what was
 * made of them, or in the order of other kernels.
 */
import { filterPoints, type FilterTile } from "./filter-points.js";
import { storedNumbers, type StoredNumbers } from "./stored-numbers.js";

/** Elements to copy: where they begin on either side, then how many there are per dimension and how far apart. */
export type CopyNest = readonly [
  from: number,
  to: number,
  ...dimensions: readonly (readonly [number, number, number])[],
];

/** What is made of one constant of the model. */
export interface Restoring {
  /** Bytes of an element, and elements of the whole constant; none where pieces of the file are copied as they are. */
  readonly size: number;
  readonly length: number;
  /** How its numbers are written, where that is shorter than f32. */
  readonly stored?: StoredNumbers;
  /** Otherwise, how it is put together from the pieces it was written as. */
  readonly unpack: readonly CopyNest[];
  readonly targets: readonly RestoredTarget[];
}

/** The constant, or what Winograd's algorithm takes a filter for, taken apart anew. */
export interface RestoredTarget {
  readonly tiles?: readonly FilterTile[];
  readonly pack: readonly CopyNest[];
}

/** Writes what `rows` say into `target`; gives it back. Both byte arrays begin at a multiple of eight in their buffers. */
export function restore<Bytes extends Uint8Array>(file: Uint8Array, target: Bytes, rows: readonly Restoring[]): Bytes {
  for (const row of rows) {
    const whole = wholeOf(file, row);
    for (const { tiles, pack } of row.targets) {
      const source = tiles === undefined ? whole : bitsOf(filterPoints(floatsOf(whole), tiles));
      for (const [from, to, ...dimensions] of pack) {
        copyNest(source, from, words(target, row.size), to, dimensions, 0);
      }
    }
  }
  return target;
}

function wholeOf(file: Uint8Array, { size, length, stored, unpack }: Restoring): Uint32Array {
  if (length === 0) return words(file, size);
  if (stored !== undefined) return bitsOf(storedNumbers(file, length, stored));
  const [[from = 0, to, only] = []] = unpack;
  const asItIs = unpack.length === 1 && to === 0 && only?.[0] === length && only[1] === 1 && only[2] === 1;
  if (asItIs) return words(file, size).subarray(from, from + length);
  const whole = words(new Uint8Array(length * size), size);
  for (const [from, to, ...dimensions] of unpack) copyNest(words(file, size), from, whole, to, dimensions, 0);
  return whole;
}

/** The bytes as words of so many bytes. */
function words({ buffer, byteOffset, length }: Uint8Array, size: number): Uint32Array {
  const Words = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }[size] as Uint32ArrayConstructor;
  return new Words(buffer, byteOffset, Math.floor(length / size));
}

const bitsOf = (floats: Float32Array): Uint32Array => new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
const floatsOf = (bits: Uint32Array): Float32Array => new Float32Array(bits.buffer, bits.byteOffset, bits.length);

function copyNest(
  source: Uint32Array,
  from: number,
  target: Uint32Array,
  to: number,
  dimensions: readonly (readonly [number, number, number])[],
  depth: number,
): void {
  const [count, fromStep, toStep] = dimensions[depth]!;
  if (depth < dimensions.length - 2) {
    for (let i = 0; i < count; i++) {
      copyNest(source, from + i * fromStep, target, to + i * toStep, dimensions, depth + 1);
    }
  } else if (depth === dimensions.length - 2 && dimensions[depth + 1]![0] <= 64) {
    // short rows in one loop with those around them: engines compile loops that turn often, before they compile what is called often
    const [length, nextFrom, nextTo] = dimensions[depth + 1]!;
    for (let i = 0; i < count; i++) {
      const start = from + i * fromStep;
      const end = to + i * toStep;
      for (let j = 0; j < length; j++) target[end + j * nextTo] = source[start + j * nextFrom]!;
    }
  } else if (depth === dimensions.length - 2) {
    for (let i = 0; i < count; i++) {
      copyRow(source, from + i * fromStep, target, to + i * toStep, dimensions[depth + 1]!);
    }
  } else copyRow(source, from, target, to, dimensions[depth]!);
}

function copyRow(
  source: Uint32Array,
  from: number,
  target: Uint32Array,
  to: number,
  [count, fromStep, toStep]: readonly [number, number, number],
): void {
  if (fromStep === 1 && toStep === 1 && count > 64) target.set(source.subarray(from, from + count), to);
  else for (let i = 0; i < count; i++) target[to + i * toStep] = source[from + i * fromStep]!;
}
