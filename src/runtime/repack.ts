/** Weights in another order than they were written in: kernels of JavaScript read them otherwise than those of WebAssembly. */

/** Elements to copy: where they begin on either side, then how many there are per dimension and how far apart. */
export type CopyNest = readonly [
  from: number,
  to: number,
  ...dimensions: readonly (readonly [number, number, number])[],
];

/** One constant of the model: put together from the pieces it was written as, and taken apart anew. */
export interface Repacking {
  /** Bytes of an element, and elements of the whole constant; none where its pieces are copied as they are. */
  readonly size: number;
  readonly length: number;
  readonly unpack: readonly CopyNest[];
  readonly pack: readonly CopyNest[];
}

/** `bytes` bytes of repacked `weights`; where nothing is copied there are zeros. */
export function repack(weights: Uint8Array, bytes: number, rows: readonly Repacking[]): Uint8Array {
  const result = new Uint8Array(bytes);
  for (const { size, length, unpack, pack } of rows) {
    const Words = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array }[size] as Uint32ArrayConstructor;
    const view = (of: Uint8Array): Uint32Array => new Words(of.buffer, of.byteOffset, Math.floor(of.length / size));
    const whole = length === 0 ? view(weights) : new Words(length);
    for (const [from, to, ...dimensions] of unpack) copyNest(view(weights), from, whole, to, dimensions, 0);
    for (const [from, to, ...dimensions] of pack) copyNest(whole, from, view(result), to, dimensions, 0);
  }
  return result;
}

function copyNest(
  source: Uint32Array,
  from: number,
  target: Uint32Array,
  to: number,
  dimensions: readonly (readonly [number, number, number])[],
  depth: number,
): void {
  const [count, fromStep, toStep] = dimensions[depth]!;
  if (depth < dimensions.length - 1) {
    for (let i = 0; i < count; i++) {
      copyNest(source, from + i * fromStep, target, to + i * toStep, dimensions, depth + 1);
    }
  } else for (let i = 0; i < count; i++) target[to + i * toStep] = source[from + i * fromStep]!;
}
