/** How composed functions of one element are defined: a formula as arithmetic (the meaning) and as a scalar expression (the lowering); a law holds the two together. */
import type { AttributeKinds } from "../attributes/kind.js";
import type { Attributes } from "../attributes/value.js";
import type { Scalar, ScalarType } from "../computation/computation.js";
import { defineOp, gradientUnwritten } from "../graph/define-op.js";
import type { Accuracy, Constraint, Gradient, OpDefinition, Require } from "../graph/graph.js";
import type { ElementType } from "../types/element-type.js";
import { tensorType } from "../types/tensor.js";
import { evaluateElementwise, floats, lowerElementwise, scalarTypeOf } from "./elementwise.js";
import { formulas, type Formulas } from "./formula.js";

interface Row<A extends Attributes, Labels extends string> {
  readonly summary: string;
  readonly attributes: AttributeKinds<A>;
  readonly constraints: Readonly<Record<Labels, Constraint>>;
  /** Requires the row's constraints, which are about attributes only. */
  readonly check?: (attributes: A, require: Require<Labels>) => void;
  readonly evaluate: (x: number, attributes: A, type: ScalarType) => number;
  readonly body: (x: Scalar, formulas: Formulas, attributes: A) => Scalar;
  readonly accuracy: Accuracy;
  /** Floats where absent. */
  readonly elementTypes?: readonly ElementType[];
  /** The operand's element type where absent. */
  readonly result?: "bool";
  readonly gradient?: Gradient<never>;
}

export function activation<A extends Attributes, Labels extends string = never>(
  name: string,
  row: Row<A, Labels>,
): OpDefinition<A, Labels> {
  const elementTypes = row.elementTypes ?? floats;
  return defineOp<A, Labels>({
    name,
    summary: row.summary,
    operands: [{ name: "x", summary: "any shape; the result has the same", elementTypes }],
    attributes: row.attributes,
    constraints: row.constraints,
    inferTypes([x], attributes, require) {
      row.check?.(attributes, require);
      return [tensorType(row.result ?? x.elementType, x.shape)];
    },
    evaluate: ([x], attributes, [result]) => [
      evaluateElementwise([x], result, (value) => row.evaluate(value, attributes, scalarTypeOf(x))),
    ],
    gradient: row.gradient ?? gradientUnwritten,
    lowering: lowerElementwise(name, ([x], attributes, type) => row.body(x, formulas(type), attributes)),
    accuracy: row.accuracy,
  });
}

/** log(1 + exp(x)) without overflow: max(x, 0) + log1p(exp(−|x|)). */
export function softplusOf(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** `softplusOf` as an expression. */
export function softplusBody(x: Scalar, { of, plus, max }: Formulas): Scalar {
  return plus(max(x, 0), of("logarithm_of_one_plus", of("exponential", of("negate", of("absolute", x)))));
}
