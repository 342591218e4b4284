/** `broadcast`: to a larger shape, by NumPy's rule. */
import { sizes } from "../attributes/kind.js";
import { broadcastIndices } from "../computation/build-scalar.js";
import { defineOp, exact, gradientUnwritten } from "../graph/define-op.js";
import { offsetAt } from "../types/points.js";
import { broadcastShapes, equalShapes, formatShape, rowMajorStrides, type Shape } from "../types/shape.js";
import { tensorType } from "../types/tensor.js";
import { movedTypes } from "./elementwise.js";
import { copyElements } from "./movement.js";

type BroadcastAttributes = {
  readonly shape: Shape;
};

export const broadcast = defineOp<BroadcastAttributes, "C1">({
  name: "broadcast",
  summary: "Repeats elements along new leading dimensions and along dimensions of size 1.",
  operands: [{ name: "x", summary: "a shape that broadcasts to the result's", elementTypes: movedTypes }],
  attributes: { shape: sizes },
  constraints: {
    C1: {
      statement: "aligned at the last dimension, each size of x is 1 or the result's",
      remedy: "reshape x first, so that the dimensions to repeat have size 1",
    },
  },
  inferTypes([x], { shape }, require) {
    const together = broadcastShapes(x.shape, shape);
    const fits = together !== undefined && equalShapes(together, shape);
    require("C1", fits, () => ({ expected: `a shape that broadcasts to ${formatShape(shape)}` }));
    return [tensorType(x.elementType, shape)];
  },
  evaluate([x], { shape }, [result]) {
    const strides = rowMajorStrides(x.shape);
    const missing = shape.length - x.shape.length;
    const inner = (point: readonly number[]) => x.shape.map((size, d) => (size === 1 ? 0 : point[d + missing]));
    return [copyElements(x, result, (point) => offsetAt(inner(point), strides))];
  },
  gradient: gradientUnwritten,
  lowering: {
    kind: "view",
    views: ([x], { shape }) => [{ kind: "affine", indices: broadcastIndices(x.shape, shape) }],
  },
  accuracy: exact,
});
