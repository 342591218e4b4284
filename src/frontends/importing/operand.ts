/**
 * A value of the model while it is imported. It has the model's own element type, whatever it is computed in, and its data where
 * they are known before any input is: that is how shape arithmetic (Shape, Gather, Concat, …) is done here and not at run time.
 */
import type { Value } from "../../ir/graph/graph.js";
import type { Tensor, TensorType } from "../../ir/types/tensor.js";

/** From the least to the greatest, both included. */
export type IntegerRange = readonly [low: number, high: number];

/** `elementType` is the model's: an f16 is computed in f32, an i64 that is known to fit in i32. */
export interface Operand extends TensorType {
  /** The data, exact, in `elementType`. */
  readonly known?: Tensor;
  /** The model's name of a weight; empty where it has none. */
  readonly label: string;
  /** In `elementType` itself: an input of the graph, or other bits as that type. */
  readonly stored?: Value;
  /** In the type that `elementType` is computed in; a 64-bit integer in i32 where that holds every value it can have. */
  readonly computed?: Value;
  /** Of integers: which values they can have, where more is known than their type says. */
  readonly range?: IntegerRange;
}

/** What is known: an initializer, or the result of arithmetic on known values. */
export function knownOperand(known: Tensor, label = ""): Operand {
  return { elementType: known.elementType, shape: known.shape, known, label };
}
