/** What operators share that read or write at positions known at run time: indices as numbers of elements. */
import { elementCount, rowMajorStrides, type Shape } from "../../ir/types/shape.js";
import { algebra } from "./algebra.js";
import { broadcastTo, convert, iota, reshaped, sliced } from "./compose.js";
import type { Operand } from "./operand.js";
import type { TensorBuilder } from "./tensor-builder.js";

/** Indices from 0 as i32: size is added to the negative ones. */
export function counted(tensors: TensorBuilder, indices: Operand, size: number): Operand {
  const { less, plus, where } = algebra(tensors);
  const narrow = convert(tensors, indices, "i32");
  return where(less(narrow, 0), plus(narrow, size), narrow);
}

/** Σ terms · strides in i32; terms broadcast, and those that are undefined are 0. */
export function weighted(
  tensors: TensorBuilder,
  terms: readonly (Operand | undefined)[],
  strides: readonly number[],
): Operand {
  const { plus, times } = algebra(tensors);
  const products = terms.flatMap((term, d) =>
    term === undefined ? [] : [strides[d] === 1 ? term : times(term, strides[d])],
  );
  return products.length === 0 ? tensors.known("i32", [], [0]) : products.reduce(plus);
}

/** 0, 1, … along dimension `d` of a shape; nothing where that has one position only. */
export function placesAlong(tensors: TensorBuilder, shape: Shape, d: number): Operand | undefined {
  return shape[d] === 1 ? undefined : iota(tensors, shape[d], shape.length, d);
}

/** For each index along `axis` the number, in `shape`, of the element there that otherwise has the index's own place. */
export function numbersAlong(tensors: TensorBuilder, shape: Shape, indices: Operand, axis: number): Operand {
  const terms = shape.map((size, d) =>
    d === axis ? counted(tensors, indices, size) : placesAlong(tensors, indices.shape, d),
  );
  return broadcastTo(tensors, weighted(tensors, terms, rowMajorStrides(shape)), indices.shape);
}

/** The last dimension's indices, one by one, each in the shape without it, counted from 0 in dimensions of these sizes. */
export function components(tensors: TensorBuilder, indices: Operand, sizes: readonly number[]): readonly Operand[] {
  const places = indices.shape.slice(0, -1);
  return sizes.map((size, i) =>
    counted(tensors, reshaped(tensors, sliced(tensors, indices, places.length, i, 1), places), size),
  );
}

/** The value as one dimension. */
export function flat(tensors: TensorBuilder, x: Operand): Operand {
  return reshaped(tensors, x, [elementCount(x.shape)]);
}
