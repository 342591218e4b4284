/** What ops that only move elements share: copying by a map of points, and views along dimensions. */
import { axisIndex } from "../computation/affine.js";
import type { Affine } from "../computation/computation.js";
import type { Constraint } from "../graph/graph.js";
import { invariant } from "../../diagnostics/error.js";
import { allocate, isBigIntArray, type TypedArray } from "../types/element-type.js";
import { eachPoint } from "../types/points.js";
import { elementCount, type Shape } from "../types/shape.js";
import type { Tensor, TensorType } from "../types/tensor.js";

export const axisIsDimension: Constraint = {
  statement: "axis is a dimension of the operand",
  remedy: "count dimensions from 0, and give a negative axis as axis + rank",
};

/** Whether `axis` is a dimension of `shape`; negative ones are resolved by the front ends. */
export function hasAxis(shape: Shape, axis: number): boolean {
  return axis >= 0 && axis < shape.length;
}

/** What is found where an axis is none. */
export function axisFound(shape: Shape, axis: number) {
  return () => ({ found: `axis ${axis} of rank ${shape.length}` });
}

/** The result whose element at each point is the operand's element number `from(point, number)`. */
export function copyElements(
  operand: Tensor,
  { elementType, shape }: TensorType,
  from: (point: readonly number[], number: number) => number,
): Tensor {
  const data = allocate(elementType, elementCount(shape));
  const copy = elementCopier(operand.data, data);
  eachPoint(shape, (point, number) => copy(from(point, number), number));
  return { elementType, shape, data };
}

/** Copies element `from` of one array to element `to` of another of the same kind. */
export function elementCopier(source: TypedArray, target: TypedArray): (from: number, to: number) => void {
  if (isBigIntArray(target) && isBigIntArray(source)) return (from, to) => void (target[to] = source[from]);
  invariant(!isBigIntArray(target) && !isBigIntArray(source), "movement", "elements are moved after a cast");
  return (from, to) => void (target[to] = source[from]);
}

/** Along each dimension, element i is the operand's element starts[d] + i · steps[d]. */
export function stridedIndices(starts: readonly number[], steps: readonly number[]): Affine[] {
  return starts.map((start, d) => axisIndex(d, steps[d], start));
}
