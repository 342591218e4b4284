/** The logarithm of softmax without the detour over powers that underflow. */
import { exp, log } from "../../../ir/ops/unary.js";
import { algebra } from "../../importing/algebra.js";
import { reducedAlong } from "../../importing/compose.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";

/** (x − max) − log Σ exp(x − max) */
export function logSoftmax(tensors: TensorBuilder, x: Operand, axis: number): Operand {
  const { minus, of } = algebra(tensors);
  const shifted = minus(x, reducedAlong(tensors, x, "max", [axis]));
  return minus(shifted, of(log, reducedAlong(tensors, of(exp, shifted), "sum", [axis])));
}
