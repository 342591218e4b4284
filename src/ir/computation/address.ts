/** Addresses: where a tensor's elements lie in a flat root buffer, as NumPy's strided arrays do. */
import type { Affine, Index } from "./computation.js";
import { affine } from "./affine.js";
import { addIndex, scaleIndex } from "./index-arithmetic.js";
import { elementCount, rowMajorStrides, type Shape } from "../types/shape.js";

/** Element i lies at offset + Σ strides[d] · i[d], counted in elements. */
export interface Address {
  readonly offset: number;
  readonly strides: readonly number[];
}

export function denseAddress(shape: Shape): Address {
  return { offset: 0, strides: rowMajorStrides(shape) };
}

/** Elements from the first to the last, gaps included; strides are not negative. */
export function addressedLength({ strides }: Address, shape: Shape): number {
  return shape.includes(0) ? 0 : shape.reduce((sum, size, d) => sum + (size - 1) * (strides[d] ?? 0), 1);
}

/** The address of `indices`, one per dimension. */
export function flatIndex({ offset, strides }: Address, indices: readonly Index[]): Index {
  return indices.reduce<Index>((sum, index, d) => addIndex(sum, scaleIndex(index, strides[d] ?? 0)), affine(offset));
}

/** The address of a tensor of `rank` dimensions whose element i is the element `indices(i)` of a tensor at `address`. */
export function viewAddress(address: Address, indices: readonly Affine[], rank: number): Address {
  const flat = flatIndex(address, indices);
  if (flat.kind !== "affine") throw new RangeError("a view must be affine");
  const strides = Array.from({ length: rank }, (_, d) => flat.terms.find(({ axis }) => axis === d)?.coefficient ?? 0);
  return { offset: flat.constant, strides };
}

/** The address under which the same elements have another shape in row-major order, or undefined where there is none. */
export function reshapeAddress({ offset, strides }: Address, from: Shape, to: Shape): Address | undefined {
  if (elementCount(from) !== elementCount(to)) return undefined;
  if (elementCount(from) === 0) return { offset, strides: rowMajorStrides(to) };
  const runs = contiguousRuns(strides, from);
  const result: number[] = [];
  let run = runs.pop();
  let left = run?.count ?? 1;
  for (let d = to.length - 1; d >= 0; d--) {
    const size = to[d] ?? 1;
    if (size > 1 && left === 1) left = (run = runs.pop())?.count ?? 1;
    if (size > 1 && (run === undefined || left % size !== 0)) return undefined;
    result.unshift((run?.stride ?? 1) * ((run?.count ?? 1) / left));
    left /= size;
  }
  return { offset, strides: result };
}

/** Maximal groups of neighbouring dimensions that step through memory as one, outermost first. */
function contiguousRuns(strides: readonly number[], shape: Shape): { stride: number; count: number }[] {
  const runs: { stride: number; count: number }[] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    const [size, stride] = [shape[d] ?? 1, strides[d] ?? 0];
    if (size === 1) continue;
    const inner = runs[0];
    if (inner !== undefined && stride === inner.stride * inner.count) inner.count *= size;
    else runs.unshift({ stride, count: size });
  }
  return runs;
}

/** Whether elements lie in row-major order without gaps; dimensions of size 1 do not matter. */
export function isDense({ strides }: Address, shape: Shape): boolean {
  const dense = rowMajorStrides(shape);
  return shape.every((size, d) => size <= 1 || strides[d] === dense[d]);
}
