/** Functions of one element that are ops of the graph by another name. */
import type { OpDefinition } from "../../../ir/graph/graph.js";
import { activationOps } from "../../../ir/ops/activations.js";
import type { NoAttributes } from "../../../ir/ops/elementwise.js";
import { unaryOps } from "../../../ir/ops/unary.js";
import { operand } from "../../importing/node-questions.js";
import { operator, type OperatorRow } from "../importing/operator.js";

/** One row: the op of the graph on the operand, wrapped where it is a narrow integer. */
function unary(name: string, op: OpDefinition<NoAttributes>, since = 1): OperatorRow {
  return operator(name, { since, operands: [1, 1] }, (context) => {
    const { tensors } = context;
    return tensors.wrapped(tensors.apply(op, [operand(context, 0)], {}));
  });
}

export const unaryOperators: readonly OperatorRow[] = [
  unary("Abs", unaryOps.absolute),
  unary("Neg", unaryOps.negate),
  unary("Sign", unaryOps.sign, 9),
  unary("Floor", unaryOps.floor),
  unary("Ceil", unaryOps.ceil),
  unary("Round", unaryOps.round, 11),
  unary("Sqrt", unaryOps.sqrt),
  unary("Exp", unaryOps.exp),
  unary("Log", unaryOps.log),
  unary("Sin", unaryOps.sin, 7),
  unary("Cos", unaryOps.cos, 7),
  unary("Tan", unaryOps.tan, 7),
  unary("Asin", unaryOps.asin, 7),
  unary("Acos", unaryOps.acos, 7),
  unary("Atan", unaryOps.atan, 7),
  unary("Sinh", unaryOps.sinh, 9),
  unary("Cosh", unaryOps.cosh, 9),
  unary("Tanh", unaryOps.tanh),
  unary("Asinh", unaryOps.asinh, 9),
  unary("Acosh", unaryOps.acosh, 9),
  unary("Atanh", unaryOps.atanh, 9),
  unary("Erf", unaryOps.erf, 9),
  unary("IsNaN", unaryOps.is_nan, 9),
  unary("Not", unaryOps.not),
  unary("BitwiseNot", unaryOps.bitwise_not, 18),
  unary("Reciprocal", activationOps.reciprocal),
  unary("Relu", activationOps.relu),
  unary("Sigmoid", activationOps.sigmoid),
  unary("Softplus", activationOps.softplus),
  unary("Softsign", activationOps.softsign),
  unary("HardSwish", activationOps.hard_swish, 14),
  unary("Mish", activationOps.mish, 18),
];
