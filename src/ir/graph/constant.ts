/** `constant`: a tensor that is known. The one op the builder itself needs, hence its place beside it. */
import { anyTensor, optional, string } from "../attributes/kind.js";
import type { Tensor, TensorType } from "../types/tensor.js";
import { defineOp, exact, notDifferentiable } from "./define-op.js";

// A type alias, so that it stays assignable to Attributes.
type ConstantAttributes = {
  readonly value: Tensor;
  /** The model's own name of the weight; empty where it has none. */
  readonly label: string;
};

export const constant = defineOp<ConstantAttributes, never>({
  name: "constant",
  summary: "A tensor that is known when the graph is built: a weight, or a number of the computation.",
  operands: [],
  attributes: { value: anyTensor, label: optional(string, "") },
  constraints: {},
  inferTypes: (_, { value }): TensorType[] => [{ elementType: value.elementType, shape: value.shape }],
  evaluate: (_, { value }) => [value],
  gradient: notDifferentiable("it has no operands"),
  lowering: { kind: "nothing", reason: "its data becomes a weight" },
  accuracy: exact,
});
