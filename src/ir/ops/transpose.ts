/** `transpose`: dimensions in another order. */
import { sizes } from "../attributes/kind.js";
import { axisIndex } from "../computation/affine.js";
import { defineOp, exact, gradientUnwritten } from "../graph/define-op.js";
import { offsetAt } from "../types/points.js";
import { permute, rowMajorStrides } from "../types/shape.js";
import { tensorType } from "../types/tensor.js";
import { movedTypes } from "./elementwise.js";
import { copyElements } from "./movement.js";

type TransposeAttributes = {
  /** Dimension d of the result is dimension permutation[d] of x. */
  readonly permutation: readonly number[];
};

export const transpose = defineOp<TransposeAttributes, "C1">({
  name: "transpose",
  summary: "Dimensions in another order: dimension d of the result is dimension permutation[d] of x.",
  operands: [{ name: "x", summary: "any shape", elementTypes: movedTypes }],
  attributes: { permutation: sizes },
  constraints: {
    C1: {
      statement: "the permutation names each dimension of x once",
      remedy: "channels first to channels last is [0, 2, 3, 1], and back [0, 3, 1, 2]",
    },
  },
  inferTypes([x], { permutation }, require) {
    const isPermutation = permutation.length === x.shape.length && x.shape.every((_, d) => permutation.includes(d));
    require("C1", isPermutation, () => ({ found: `[${permutation.join(", ")}] of rank ${x.shape.length}` }));
    return [tensorType(x.elementType, isPermutation ? permute(x.shape, permutation) : x.shape)];
  },
  evaluate([x], { permutation }, [result]) {
    const strides = permute(rowMajorStrides(x.shape), permutation);
    return [copyElements(x, result, (point) => offsetAt(point, strides))];
  },
  gradient: gradientUnwritten,
  lowering: {
    kind: "view",
    views: ([x], { permutation }) => [
      { kind: "affine", indices: x.shape.map((_, d) => axisIndex(permutation.indexOf(d))) },
    ],
  },
  accuracy: exact,
});
