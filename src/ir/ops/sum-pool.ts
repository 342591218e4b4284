/**
 * `sum_pool`: the sum of each window; what averages are made of.
 *
 *     output[n, y, c] = Σ over taps k inside the input: input[n, stride·y + dilation·k − low, c]
 */
import { defineOp, notYet, sumAccuracy } from "../graph/define-op.js";
import { arithmeticTypes } from "./elementwise.js";
import {
  evaluatePool,
  inferPool,
  poolAttributes,
  poolComputation,
  poolConstraints,
  type PoolAttributes,
} from "./window/pooling.js";
import { binaryOf } from "../computation/scalar-functions.js";
import { scalarTypeOf } from "./elementwise.js";

export const sumPool = defineOp<PoolAttributes, "C1" | "C2" | "C3">({
  name: "sum_pool",
  summary: "The sum of each window, for each channel.",
  operands: [{ name: "input", summary: "input [N, spatial…, C]", elementTypes: arithmeticTypes }],
  attributes: poolAttributes,
  constraints: poolConstraints,
  inferTypes: inferPool,
  evaluate: ([input], attributes, [result]) => [
    evaluatePool(input, attributes, result, 0, binaryOf("add", scalarTypeOf(input))),
  ],
  gradient: notYet("each element gets the sum of the cotangents of the windows it is in"),
  lowering: {
    kind: "computations",
    lower: (operands, attributes, [result]) => [
      { into: 0, computation: poolComputation("sum_pool", "sum", operands, attributes, result) },
    ],
  },
  accuracy: sumAccuracy,
});
