/** Tensors of small whole numbers, for which sums in any order are exact. */
import type { ElementType } from "../../src/ir/types/element-type.js";
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import { tensor, type Tensor } from "../../src/ir/types/tensor.js";

/** Numbers from 0 (inclusive) to 1, the same for the same seed: a 32-bit mix of a counter (mulberry32). */
export function sequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whole numbers from −5 to 5; for bool whether they are positive. */
export function integerTensor(shape: Shape, seed: number, elementType: ElementType = "f32"): Tensor {
  const next = sequence(seed);
  const values = Array.from({ length: elementCount(shape) }, () => Math.floor(next() * 11) - 5);
  return tensor(elementType, shape, elementType === "bool" ? values.map((value) => Number(value > 0)) : values);
}
