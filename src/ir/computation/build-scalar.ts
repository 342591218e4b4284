/** Words for building scalar expressions and accesses; lowerings read like the formulas they implement. */
import { affine, axisIndex } from "./affine.js";
import type { Access, Affine, Axis, Index, Scalar, ScalarType } from "./computation.js";
import type { BinaryFunction, CompareFunction, UnaryFunction } from "./functions.js";
import type { ElementType } from "../types/element-type.js";
import type { Shape } from "../types/shape.js";

/** The reduction's result. */
export const accumulator: Scalar = { kind: "accumulator" };

export function load(operand: number, indices: readonly Index[]): Scalar {
  return { kind: "load", access: { operand, indices } };
}

export function scalarConstant(type: ScalarType, value: number): Scalar {
  return { kind: "constant", type, value };
}

export function indexScalar(index: Index): Scalar {
  return { kind: "index", index };
}

export function applyUnary(name: UnaryFunction, operand: Scalar): Scalar {
  return { kind: "unary", function: name, operand };
}

export function applyBinary(name: BinaryFunction, left: Scalar, right: Scalar): Scalar {
  return { kind: "binary", function: name, left, right };
}

export function applyCompare(name: CompareFunction, left: Scalar, right: Scalar): Scalar {
  return { kind: "compare", function: name, left, right };
}

export function choose(condition: Scalar, whenTrue: Scalar, whenFalse: Scalar): Scalar {
  return { kind: "select", condition, whenTrue, whenFalse };
}

/** The value whose number `index` is. */
export function oneOf(index: Affine, of: readonly Scalar[]): Scalar {
  return { kind: "one_of", index, of };
}

export function castScalar(to: ElementType, operand: Scalar): Scalar {
  return { kind: "cast", to, operand };
}

export function loadedIndex(access: Access): Index {
  return { kind: "loaded", access };
}

/** One axis per dimension of `shape`, called `d0`, `d1`, … */
export function axesOf(shape: Shape): Axis[] {
  return shape.map((extent, dimension) => ({ name: `d${dimension}`, extent }));
}

/** Indices of an operand of `shape` at the point of a result of `resultShape` it broadcasts to: NumPy's rule. */
export function broadcastIndices(shape: Shape, resultShape: Shape): Affine[] {
  const missing = resultShape.length - shape.length;
  return shape.map((size, d) => (size === resultShape[d + missing] ? axisIndex(d + missing) : affine(0)));
}

/** `56x56x64`, for kernels' names; a scalar is `scalar`. */
export function shapeName(shape: Shape): string {
  return shape.length === 0 ? "scalar" : shape.join("x");
}
