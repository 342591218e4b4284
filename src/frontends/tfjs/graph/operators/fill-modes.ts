/** What coordinates beyond an image's ends mean. Source: tensorflow/core/kernels/image/image_ops.h (MapCoordinate). */
import { truncate } from "../../../../ir/ops/unary.js";
import { algebra } from "../../../importing/algebra.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";

export type FillMode = "CONSTANT" | "REFLECT" | "WRAP" | "NEAREST";

/** A coordinate within 0 … length − 1; in constant mode as it is. */
export function mappedInto(tensors: TensorBuilder, x: Operand, length: number, mode: FillMode): Operand {
  const { min, max, times } = algebra(tensors);
  if (mode === "CONSTANT") return x;
  if (length <= 1) return times(x, 0);
  const inside = mode === "REFLECT" ? reflected(tensors, x, length) : mode === "WRAP" ? wrapped(tensors, x, length) : x;
  return min(max(inside, 0), length - 1);
}

/** … 1 0 | 0 1 2 | 2 1 … */
function reflected(tensors: TensorBuilder, x: Operand, length: number): Operand {
  const { plus, minus, times, over, less, greater, greaterEqual, where, of } = algebra(tensors);
  const period = 2 * length;
  const turns = (value: Operand) => times(of(truncate, over(value, period)), period);
  const below = plus(turns(minus(0, x)), x);
  const fromBelow = where(less(below, -length), plus(below, period), minus(-1, below));
  const above = minus(x, turns(x));
  const fromAbove = where(greaterEqual(above, length), minus(period - 1, above), above);
  return where(less(x, 0), fromBelow, where(greater(x, length - 1), fromAbove, x));
}

/** … 1 2 | 0 1 2 | 0 1 … */
function wrapped(tensors: TensorBuilder, x: Operand, length: number): Operand {
  const { plus, minus, times, over, less, greater, where, of } = algebra(tensors);
  const turns = (value: Operand) => of(truncate, over(value, length - 1));
  const fromBelow = plus(x, times(plus(turns(minus(0, x)), 1), length));
  const fromAbove = minus(x, times(turns(x), length));
  return where(less(x, 0), fromBelow, where(greater(x, length - 1), fromAbove, x));
}
