/** Sums of products over a row of two tensors: the inner loop of the references. */
import type { NumberArray } from "../../types/element-type.js";
import type { TensorType } from "../../types/tensor.js";

/** Elements `from`, `from + step`, …. */
export interface Row {
  readonly data: NumberArray;
  readonly from: number;
  readonly step: number;
}

/** `start` plus the sum of the products of the first `count` elements. */
export type Dot = (start: number, count: number, a: Row, b: Row) => number;

/** In f64; for i32 with wrapping products and sums. */
export function dotOf({ elementType }: TensorType): Dot {
  return elementType === "i32" ? integerDot : realDot;
}

function realDot(start: number, count: number, a: Row, b: Row): number {
  let sum = start;
  for (let i = 0; i < count; i++) sum += a.data[a.from + i * a.step] * b.data[b.from + i * b.step];
  return sum;
}

function integerDot(start: number, count: number, a: Row, b: Row): number {
  let sum = start;
  for (let i = 0; i < count; i++) sum = (sum + Math.imul(a.data[a.from + i * a.step], b.data[b.from + i * b.step])) | 0;
  return sum;
}
