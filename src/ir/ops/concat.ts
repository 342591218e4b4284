/** `concat`: operands one after the other along a dimension. */
import { integer } from "../attributes/kind.js";
import { axisIndex } from "../computation/affine.js";
import type { Placement } from "../computation/computation.js";
import { defineOp, exact, gradientUnwritten } from "../graph/define-op.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { elementCount, equalShapes, rowMajorStrides, type Shape } from "../types/shape.js";
import { tensor, tensorType, type Tensor, type TensorType } from "../types/tensor.js";
import { movedTypes, sameElementTypes } from "./elementwise.js";
import { axisFound, axisIsDimension, elementCopier, hasAxis } from "./movement.js";

type ConcatAttributes = {
  readonly axis: number;
};

export const concat = defineOp<ConcatAttributes, "C1" | "C2" | "C3">({
  name: "concat",
  summary: "The operands one after the other along the axis.",
  operands: [
    { name: "first", summary: "any shape of rank 1 or more", elementTypes: movedTypes },
    { name: "others", summary: "the same sizes but along the axis", elementTypes: movedTypes, arity: "variadic" },
  ],
  attributes: { axis: integer },
  constraints: {
    C1: { ...sameElementTypes, remedy: "cast the operands to one element type" },
    C2: axisIsDimension,
    C3: {
      statement: "the operands have the same sizes but along the axis",
      remedy: "pad, slice or transpose the operand that differs",
    },
  },
  inferTypes(operands, { axis }, require) {
    const [{ elementType, shape }] = operands;
    require("C1", operands.every((operand) => operand.elementType === elementType));
    require("C2", hasAxis(shape, axis), axisFound(shape, axis));
    if (!hasAxis(shape, axis)) return [operands[0]];
    const fit = operands.every((operand) => agree(operand.shape, shape, axis));
    require("C3", fit);
    const total = operands.reduce((sum, operand) => sum + operand.shape[axis], 0);
    return [tensorType(elementType, fit ? shape.with(axis, total) : shape)];
  },
  evaluate: (operands, attributes, [result]) => [evaluateConcat(operands, attributes, result)],
  gradient: gradientUnwritten,
  lowering: { kind: "placement", place: placements, fill: () => [] },
  accuracy: exact,
});

function agree(a: Shape, b: Shape, axis: number): boolean {
  return a.length === b.length && equalShapes(a.with(axis, 0), b.with(axis, 0));
}

/** Where each operand begins along the axis. */
function startsOf(operands: readonly TensorType[], { axis }: ConcatAttributes): number[] {
  let end = 0;
  return operands.map(({ shape }) => (end += shape[axis]) - shape[axis]);
}

function evaluateConcat(operands: readonly Tensor[], attributes: ConcatAttributes, type: TensorType): Tensor {
  const result = tensor(type.elementType, type.shape);
  const strides = rowMajorStrides(type.shape);
  const starts = startsOf(operands, attributes);
  operands.forEach((operand, i) => {
    const copy = elementCopier(operand.data, result.data);
    const start = starts[i] * strides[attributes.axis];
    eachPoint(operand.shape, (point, number) => copy(number, start + offsetAt(point, strides)));
  });
  return result;
}

/** Operands without elements have no place. */
function placements(operands: readonly TensorType[], attributes: ConcatAttributes): Placement[] {
  const starts = startsOf(operands, attributes);
  return operands.flatMap(({ shape }, operand) => {
    const indices = shape.map((_, d) => axisIndex(d, 1, d === attributes.axis ? starts[operand] : 0));
    return elementCount(shape) === 0 ? [] : [{ operand, indices }];
  });
}
