/** `reshape`: the same elements in row-major order under another shape. */
import { sizes } from "../attributes/kind.js";
import { defineOp, exact, gradientUnwritten } from "../graph/define-op.js";
import { elementCount, formatShape, type Shape } from "../types/shape.js";
import { tensorType } from "../types/tensor.js";
import { movedTypes } from "./elementwise.js";

type ReshapeAttributes = {
  readonly shape: Shape;
};

export const reshape = defineOp<ReshapeAttributes, "C1">({
  name: "reshape",
  summary: "The same elements in row-major order under another shape.",
  operands: [{ name: "x", summary: "any shape", elementTypes: movedTypes }],
  attributes: { shape: sizes },
  constraints: {
    C1: {
      statement: "the shape has as many elements as x",
      remedy: "mind the batch size; placeholders such as -1 are resolved by the front ends",
    },
  },
  inferTypes([x], { shape }, require) {
    const [wanted, there] = [elementCount(shape), elementCount(x.shape)];
    require("C1", wanted === there, () => ({
      expected: `${there} elements, as ${formatShape(x.shape)} has`,
      found: `${formatShape(shape)} with ${wanted}`,
    }));
    return [tensorType(x.elementType, shape)];
  },
  evaluate: ([x], { shape }) => [{ ...x, shape }],
  gradient: gradientUnwritten,
  lowering: { kind: "view", views: () => [{ kind: "reshape" }] },
  accuracy: exact,
});
