/**
 * `max_pool`: the greatest element of each window.
 *
 *     output[n, y, c] = max over taps k inside the input: input[n, stride·y + dilation·k − low, c]
 *
 * NaN if one is in the window. A window wholly outside the input gives the least value of the type, −∞ or −2³¹.
 */
import { neutralElement } from "../computation/neutral.js";
import { defineOp, exact, notYet } from "../graph/define-op.js";
import type { TensorType } from "../types/tensor.js";
import { arithmeticTypes, scalarTypeOf } from "./elementwise.js";
import {
  evaluatePool,
  inferPool,
  poolAttributes,
  poolComputation,
  poolConstraints,
  type PoolAttributes,
} from "./window/pooling.js";

export const maxPool = defineOp<PoolAttributes, "C1" | "C2" | "C3">({
  name: "max_pool",
  summary: "The greatest element of each window, for each channel.",
  operands: [{ name: "input", summary: "input [N, spatial…, C]", elementTypes: arithmeticTypes }],
  attributes: poolAttributes,
  constraints: poolConstraints,
  inferTypes: inferPool,
  evaluate: ([input], attributes, [result]) => [
    evaluatePool(input, attributes, result, leastValue(input), (value, element) => Math.max(value, element)),
  ],
  gradient: notYet("it sends each cotangent to its window's greatest element"),
  lowering: {
    kind: "computations",
    lower: (operands, attributes, [result]) => [
      { into: 0, computation: poolComputation("max_pool", "maximum", operands, attributes, result) },
    ],
  },
  accuracy: exact,
});

/** What padding holds: less than or equal to every element of the type. */
export function leastValue(type: TensorType): number {
  return neutralElement("maximum", scalarTypeOf(type));
}
