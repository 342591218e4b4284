/** u32 is computed in the bits of an i32: what depends on the order of numbers, or on their size, needs more. */
import { convert } from "../../importing/compose.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";

/** The operand in a type that has its numbers in their order: u32 in f64, all else as it is. */
export function withItsOrder(tensors: TensorBuilder, x: Operand): Operand {
  return x.elementType === "u32" ? convert(tensors, x, "f64") : x;
}
