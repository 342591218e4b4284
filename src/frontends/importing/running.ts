/** Running sums and products along an axis, in as many steps as the size has binary digits: each adds what is twice as far away. */
import { add, multiply } from "../../ir/ops/binary.js";
import { pad } from "../../ir/ops/pad.js";
import type { Operand } from "./operand.js";
import type { TensorBuilder } from "./tensor-builder.js";

export interface Accumulation {
  readonly op: typeof add;
  readonly neutral: number;
}

export const runningSum: Accumulation = { op: add, neutral: 0 };
export const runningProduct: Accumulation = { op: multiply, neutral: 1 };

export interface Direction {
  /** Whether an element itself does not count. */
  readonly exclusive: boolean;
  /** Whether it runs from the last element to the first. */
  readonly reverse: boolean;
}

/** What has come together up to each element. */
export function accumulated(
  tensors: TensorBuilder,
  x: Operand,
  axis: number,
  { op, neutral }: Accumulation,
  { exclusive, reverse }: Direction,
): Operand {
  const moved = (value: Operand, by: number) => shifted(tensors, value, axis, reverse ? -by : by, neutral);
  let result = x;
  for (let distance = 1; distance < x.shape[axis]; distance *= 2)
    result = tensors.wrapped(tensors.apply(op, [result, moved(result, distance)], {}));
  return exclusive && x.shape[axis] > 0 ? moved(result, 1) : result;
}

/** Every element `by` positions further; those that have none before them are neutral. */
function shifted(tensors: TensorBuilder, x: Operand, axis: number, by: number, neutral: number): Operand {
  const padding = x.shape.map((_, d): readonly [number, number] => (d === axis ? [by, -by] : [0, 0]));
  return tensors.apply(pad, [x], { padding, value: neutral });
}
