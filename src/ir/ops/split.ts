/** `split`: consecutive pieces along one dimension, each a result. */
import { integer, sizes } from "../attributes/kind.js";
import { defineOp, exact, gradientUnwritten } from "../graph/define-op.js";
import { offsetAt } from "../types/points.js";
import { rowMajorStrides, type Shape } from "../types/shape.js";
import { tensorType } from "../types/tensor.js";
import { movedTypes } from "./elementwise.js";
import { axisFound, axisIsDimension, copyElements, hasAxis, stridedIndices } from "./movement.js";

type SplitAttributes = {
  readonly axis: number;
  /** Of the pieces along the axis. */
  readonly sizes: readonly number[];
};

export const split = defineOp<SplitAttributes, "C1" | "C2">({
  name: "split",
  summary: "Consecutive pieces along the axis; one result for each size.",
  operands: [{ name: "x", summary: "any shape of rank 1 or more", elementTypes: movedTypes }],
  attributes: { axis: integer, sizes },
  constraints: {
    C1: axisIsDimension,
    C2: {
      statement: "there is a size, and the sizes add up to x's size along the axis",
      remedy: "use slice to leave elements out",
    },
  },
  inferTypes([x], { axis, sizes }, require) {
    require("C1", hasAxis(x.shape, axis), axisFound(x.shape, axis));
    if (!hasAxis(x.shape, axis)) return [];
    const total = sizes.reduce((sum, size) => sum + size, 0);
    require("C2", sizes.length > 0 && total === x.shape[axis], () => ({
      expected: `sizes that add up to ${x.shape[axis]}`,
      found: `[${sizes.join(", ")}]`,
    }));
    return sizes.map((size) => tensorType(x.elementType, x.shape.with(axis, size)));
  },
  evaluate([x], attributes, results) {
    const strides = rowMajorStrides(x.shape);
    return results.map((result, piece) => {
      const start = offsetAt(startsOf(x.shape, attributes, piece), strides);
      return copyElements(x, result, (point) => start + offsetAt(point, strides));
    });
  },
  gradient: gradientUnwritten,
  lowering: {
    kind: "view",
    views: ([{ shape }], attributes, results) =>
      results.map((_, piece) => {
        const starts = startsOf(shape, attributes, piece);
        return {
          kind: "affine",
          indices: stridedIndices(
            starts,
            shape.map(() => 1),
          ),
        };
      }),
  },
  accuracy: exact,
});

function startsOf(shape: Shape, { axis, sizes }: SplitAttributes, piece: number): number[] {
  const before = sizes.slice(0, piece).reduce((sum, size) => sum + size, 0);
  return shape.map((_, d) => (d === axis ? before : 0));
}
