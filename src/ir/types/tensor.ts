/** Tensor types and tensors with data. */
import { allocate, isBigIntArray, type ElementType, type NumberArray, type TypedArray } from "./element-type.js";
import { elementCount, equalShapes, formatShape, type Shape } from "./shape.js";
import { invariant } from "../../diagnostics/error.js";

export interface TensorType {
  readonly elementType: ElementType;
  readonly shape: Shape;
}

/** A dense row-major tensor. Nobody writes to `data` after the tensor is made. */
export interface Tensor extends TensorType {
  readonly data: TypedArray;
  /** The smaller tensor it was made of, where files had better hold that one. */
  readonly madeOf?: TransformedFilter;
}

/** `filter` as the points of Winograd's algorithm see it: F(tile, taps) along each dimension of its kernel. */
export interface TransformedFilter {
  readonly filter: Tensor;
  readonly tiles: readonly { readonly tile: number; readonly taps: number }[];
}

/** `f32[1,8,8,48]` */
export function formatTensorType(type: TensorType): string {
  return `${type.elementType}${formatShape(type.shape)}`;
}

export function tensorType(elementType: ElementType, shape: Shape): TensorType {
  return { elementType, shape };
}

export function equalTensorTypes(a: TensorType, b: TensorType): boolean {
  return a.elementType === b.elementType && equalShapes(a.shape, b.shape);
}

/** A tensor of `values` (or of zeros), rounded to the element type. */
export function tensor(elementType: ElementType, shape: Shape, values?: ArrayLike<number>): Tensor {
  const data = allocate(elementType, elementCount(shape));
  if (values !== undefined) {
    invariant(values.length === data.length, "tensor", `${values.length} values for ${formatShape(shape)}`);
    if (isBigIntArray(data)) for (let i = 0; i < data.length; i++) data[i] = BigInt(values[i] ?? 0);
    else data.set(values);
  }
  return { elementType, shape, data };
}

/** The data of a tensor whose elements are numbers: every element type but the 64-bit integers. */
export function numbers(value: Tensor): NumberArray {
  invariant(!isBigIntArray(value.data), "numbers", `${value.elementType} elements are not numbers`);
  return value.data;
}
