/**
 * Positions that are known at run time: what ops share that look up or write elements where a tensor of indices says.
 * The last dimension of the indices holds one index for each dimension that is looked up; negative ones count from the end.
 */
import { elementCount, rowMajorStrides, type Shape } from "../../types/shape.js";
import { numbers, type Tensor } from "../../types/tensor.js";

/** The index counted from the start: size is added to a negative one. It may still lie outside. */
export function fromStart(index: number, size: number): number {
  return index < 0 ? index + size : index;
}

/** How a tensor of positions cuts up the tensor they lie in. */
export interface PositionLayout {
  /** How many positions there are. */
  readonly count: number;
  /** How many indices make a position. */
  readonly depth: number;
  /** Elements of the slice at each position. */
  readonly inner: number;
  /** Sizes and strides, in elements, of the dimensions that are looked up. */
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

/** Of positions in the first dimensions of `data`. */
export function positionLayout(data: Shape, indices: Shape): PositionLayout {
  const depth = indices.at(-1) ?? 0;
  return {
    count: elementCount(indices.slice(0, -1)),
    depth,
    inner: elementCount(data.slice(depth)),
    sizes: data.slice(0, depth),
    strides: rowMajorStrides(data).slice(0, depth),
  };
}

/** Where the slice at position `number` begins, or undefined where it lies outside. */
export function offsetOfPosition(indices: Tensor, layout: PositionLayout): (number: number) => number | undefined {
  const all = numbers(indices);
  return (number) => {
    let offset = 0;
    for (let c = 0; c < layout.depth; c++) {
      const index = fromStart(all[number * layout.depth + c], layout.sizes[c]);
      if (index < 0 || index >= layout.sizes[c]) return undefined;
      offset += index * layout.strides[c];
    }
    return offset;
  };
}
