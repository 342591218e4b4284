/** `slice`: every so many-th element along each dimension, forwards or backwards. */
import { integers, sizes } from "../attributes/kind.js";
import { defineOp, exact, gradientUnwritten } from "../graph/define-op.js";
import { offsetAt } from "../types/points.js";
import { rowMajorStrides } from "../types/shape.js";
import { tensorType } from "../types/tensor.js";
import { movedTypes } from "./elementwise.js";
import { copyElements, stridedIndices } from "./movement.js";

type SliceAttributes = {
  /** Element i of the result is element starts[d] + i · steps[d] of x, along each dimension d. */
  readonly starts: readonly number[];
  /** The result's shape. */
  readonly sizes: readonly number[];
  /** Not 0; negative ones run backwards from the start. */
  readonly steps: readonly number[];
};

export const slice = defineOp<SliceAttributes, "C1" | "C2" | "C3">({
  name: "slice",
  summary: "Along each dimension d the elements starts[d], starts[d] + steps[d], …, sizes[d] of them.",
  operands: [{ name: "x", summary: "any shape", elementTypes: movedTypes }],
  attributes: { starts: integers, sizes, steps: integers },
  constraints: {
    C1: {
      statement: "starts, sizes and steps have one entry for each dimension of x",
      remedy: "a dimension that is kept whole has start 0, its own size, and step 1",
    },
    C2: { statement: "no step is 0", remedy: "use broadcast to repeat an element" },
    C3: {
      statement: "the first and the last element of each dimension lie inside x",
      remedy: "front ends clamp starts and limits to the dimension before they count",
    },
  },
  inferTypes([x], attributes, require) {
    const { starts, sizes, steps } = attributes;
    const matched = [starts, sizes, steps].every((list) => list.length === x.shape.length);
    require("C1", matched);
    require("C2", !steps.includes(0));
    require("C3", !matched || x.shape.every((size, d) => fits(size, starts[d], sizes[d], steps[d])), () => ({
      expected: `elements of [${x.shape.join(",")}]`,
      found: `starts [${starts.join(", ")}], sizes [${sizes.join(", ")}], steps [${steps.join(", ")}]`,
    }));
    return [tensorType(x.elementType, sizes)];
  },
  evaluate([x], { starts, steps }, [result]) {
    const strides = rowMajorStrides(x.shape);
    const inner = (point: readonly number[]) => point.map((i, d) => starts[d] + i * steps[d]);
    return [copyElements(x, result, (point) => offsetAt(inner(point), strides))];
  },
  gradient: gradientUnwritten,
  lowering: {
    kind: "view",
    views: (_, { starts, steps }) => [{ kind: "affine", indices: stridedIndices(starts, steps) }],
  },
  accuracy: exact,
});

function fits(size: number, start: number, count: number, step: number): boolean {
  const isInside = (i: number) => i >= 0 && i < size;
  return count === 0 || (isInside(start) && isInside(start + (count - 1) * step));
}
