/** What a view or a placement is when it has to move elements. */
import { reshapeAddress } from "../../ir/computation/address.js";
import { affine } from "../../ir/computation/affine.js";
import { identityIndices } from "../../ir/computation/index-arithmetic.js";
import type { Affine, Computation, Index } from "../../ir/computation/computation.js";
import type { Step } from "../../ir/computation/module.js";
import type { ElementType } from "../../ir/types/element-type.js";
import { rowMajorStrides, type Shape } from "../../ir/types/shape.js";
import type { PlacedTensor } from "./flatten-computation.js";

export type CopyStep = Extract<Step, { kind: "view" | "place" }>;

/** One load and one store per element, walking over the side that the other can be indexed by. */
export function copyComputation(
  step: CopyStep,
  elementType: ElementType,
  from: PlacedTensor,
  to: PlacedTensor,
): Computation {
  if (step.kind === "place") {
    return copy(
      elementType,
      from.shape,
      { shape: from.shape, indices: identityIndices(from.shape.length) },
      { shape: to.shape, indices: step.placement.indices },
    );
  }
  const whole = { shape: to.shape, indices: identityIndices(to.shape.length) };
  if (step.view.kind === "affine")
    return copy(elementType, to.shape, { shape: from.shape, indices: step.view.indices }, whole);
  if (reshapeAddress(from.address, from.shape, to.shape) !== undefined)
    return copy(elementType, to.shape, whole, whole);
  const operand = { shape: from.shape, indices: identityIndices(from.shape.length) };
  if (reshapeAddress(to.address, to.shape, from.shape) !== undefined)
    return copy(elementType, from.shape, operand, operand);
  return copy(elementType, to.shape, { shape: from.shape, indices: reshapedIndices(from.shape, to.shape) }, whole);
}

/** The indices of an element of `from`, for the axes of `to`, counting both in row-major order. */
function reshapedIndices(from: Shape, to: Shape): Index[] {
  const flat = affine(
    0,
    rowMajorStrides(to).map((coefficient, axis) => ({ axis, coefficient })),
  );
  const strides = rowMajorStrides(from);
  return from.map((by, d) => ({ kind: "modulo", of: { kind: "floor_divide", of: flat, by: strides[d] ?? 1 }, by }));
}

interface Side<I extends Index> {
  readonly shape: Shape;
  readonly indices: readonly I[];
}

function copy(elementType: ElementType, domain: Shape, from: Side<Index>, to: Side<Affine>): Computation {
  return {
    name: `copy_${domain.join("x") || "scalar"}`,
    operands: [{ elementType, shape: from.shape }],
    result: { elementType, shape: to.shape },
    axes: domain.map((extent, d) => ({ name: `d${d}`, extent })),
    sums: [],
    store: to.indices,
    reduction: "sum",
    body: { kind: "load", access: { operand: 0, indices: from.indices } },
    epilogue: { kind: "accumulator" },
  };
}
