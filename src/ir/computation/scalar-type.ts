/** The type of a scalar expression. */
import { elementTypes } from "../types/element-type.js";
import type { TensorType } from "../types/tensor.js";
import type { Computation, Scalar, ScalarType } from "./computation.js";

/** What the expression is computed in; `accumulator` is the type of the reduction's result. */
export function typeOfScalar(scalar: Scalar, operands: readonly TensorType[], accumulator: ScalarType): ScalarType {
  const typeOf = (part: Scalar): ScalarType => typeOfScalar(part, operands, accumulator);
  switch (scalar.kind) {
    case "load":
      return elementTypes[operands[scalar.access.operand]?.elementType ?? "f32"].computedAs;
    case "constant":
      return scalar.type;
    case "index":
      return "i32";
    case "unary":
      return isPredicate(scalar.function) ? "bool" : typeOf(scalar.operand);
    case "binary":
      return typeOf(scalar.left);
    case "compare":
      return "bool";
    case "select":
      return typeOf(scalar.whenTrue);
    case "one_of":
      return scalar.of[0] === undefined ? accumulator : typeOf(scalar.of[0]);
    case "cast":
      return elementTypes[scalar.to].computedAs;
    case "accumulator":
      return accumulator;
  }
}

/** The type of a computation's body, which its reduction is carried out in. */
export function typeOfBody({ body, operands }: Computation): ScalarType {
  return typeOfScalar(body, operands, "f32");
}

function isPredicate(name: string): boolean {
  return name === "is_nan" || name === "is_infinite" || name === "not";
}
