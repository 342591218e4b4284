/**
 * Arithmetic on two or more operands, with NumPy's broadcasting. Narrow integers wrap after each operation; u32 is computed in the i32
 * of the same bits, and through f64 where the sign matters. 64-bit integers are exact.
 */
import type { OpDefinition } from "../../../ir/graph/graph.js";
import { binaryOps, divide } from "../../../ir/ops/binary.js";
import { compareOps, select } from "../../../ir/ops/compare.js";
import type { NoAttributes } from "../../../ir/ops/elementwise.js";
import { truncate } from "../../../ir/ops/unary.js";
import type { ElementType } from "../../../ir/types/element-type.js";
import { choice, flag, required } from "../importing/attribute-kinds.js";
import { operand, sameTypes } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { convert, scalarLike } from "../../importing/compose.js";
import { withItsOrder } from "./unsigned.js";

type BinaryOp = OpDefinition<NoAttributes>;

const { add, subtract, multiply, power, modulo, remainder, maximum, minimum, shift_left, shift_right } = binaryOps;

export const arithmeticOperators: readonly OperatorRow[] = [
  operator("Add", { since: 7, operands: [2, 2] }, (context) => both(context, add)),
  operator("Sub", { since: 7, operands: [2, 2] }, (context) => both(context, subtract)),
  operator("Mul", { since: 7, operands: [2, 2] }, (context) => both(context, multiply)),
  operator("Div", { since: 7, operands: [2, 2] }, (context) => both(context, divide, "unsigned")),
  operator("Pow", { since: 7, operands: [2, 2] }, importPow),
  operator("Mod", { since: 10, operands: [2, 2], attributes: { fmod: flag(false) } }, (context, { fmod }) =>
    both(context, fmod ? remainder : modulo, "unsigned"),
  ),
  operator("Max", { operands: [1, Infinity] }, (context) => all(context, maximum, "unsigned")),
  operator("Min", { operands: [1, Infinity] }, (context) => all(context, minimum, "unsigned")),
  operator("Sum", { operands: [1, Infinity] }, (context) => all(context, add)),
  operator("Mean", { operands: [1, Infinity] }, (context) => {
    const { tensors, operands } = context;
    const sum = all(context, add);
    return tensors.apply(divide, [sum, scalarLike(tensors, sum, operands.length)], {});
  }),
  logical("And", binaryOps.and, 7),
  logical("Or", binaryOps.or, 7),
  logical("Xor", binaryOps.xor, 7),
  operator("BitwiseAnd", { since: 18, operands: [2, 2] }, (context) => both(context, binaryOps.bitwise_and)),
  operator("BitwiseOr", { since: 18, operands: [2, 2] }, (context) => both(context, binaryOps.bitwise_or)),
  operator("BitwiseXor", { since: 18, operands: [2, 2] }, (context) => both(context, binaryOps.bitwise_xor)),
  operator(
    "BitShift",
    { since: 11, operands: [2, 2], attributes: { direction: required(choice("LEFT", "RIGHT")) } },
    (context, { direction }) => (direction === "LEFT" ? both(context, shift_left) : shiftRight(context)),
  ),
  compare("Equal", compareOps.equal, 7),
  compare("Less", compareOps.less, 7),
  compare("Greater", compareOps.greater, 7),
  compare("LessOrEqual", compareOps.less_equal, 12),
  compare("GreaterOrEqual", compareOps.greater_equal, 12),
  operator("Where", { since: 9, operands: [3, 3] }, (context) => {
    const [condition, a, b] = [operand(context, 0), operand(context, 1), operand(context, 2)];
    sameTypes(context, [a, b]);
    return context.tensors.apply(select, [condition, a, b], {});
  }),
];

function logical(name: string, op: BinaryOp, since: number): OperatorRow {
  return operator(name, { since, operands: [2, 2] }, (context) => both(context, op));
}

function compare(name: string, op: BinaryOp, since: number): OperatorRow {
  return operator(name, { since, operands: [2, 2] }, (context) => {
    const pair = pairOf(context);
    const [a, b] = name === "Equal" ? pair : pair.map((x) => withItsOrder(context.tensors, x));
    return context.tensors.apply(op, [a, b], {}, "bool");
  });
}

function pairOf(context: NodeContext): readonly [Operand, Operand] {
  const pair = [operand(context, 0), operand(context, 1)] as const;
  sameTypes(context, pair);
  return pair;
}

function both(context: NodeContext, op: BinaryOp, unsigned?: "unsigned"): Operand {
  const [a, b] = pairOf(context);
  return combine(context, op, a, b, unsigned);
}

/** The operands one after the other. */
function all(context: NodeContext, op: BinaryOp, unsigned?: "unsigned"): Operand {
  const operands = context.operands.map((_, i) => operand(context, i));
  sameTypes(context, operands);
  return operands.reduce((left, right) => combine(context, op, left, right, unsigned));
}

/** `unsigned`: the result depends on how the top bit is read. */
function combine({ tensors }: NodeContext, op: BinaryOp, a: Operand, b: Operand, unsigned?: "unsigned"): Operand {
  if (unsigned === undefined || a.elementType !== "u32") return tensors.wrapped(tensors.apply(op, [a, b], {}));
  const exact = tensors.apply(op, [convert(tensors, a, "f64"), convert(tensors, b, "f64")], {});
  return convert(tensors, exact, "u32");
}

/** Zeros move in from the left, as for all unsigned types; only u32 has a top bit there. */
function shiftRight(context: NodeContext): Operand {
  const { tensors } = context;
  const [a, b] = pairOf(context);
  if (a.elementType !== "u32") return tensors.apply(shift_right, [a, b], {});
  const powers = tensors.apply(power, [scalar(context, 2), convert(tensors, b, "f64")], {});
  const quotient = tensors.apply(divide, [convert(tensors, a, "f64"), powers], {});
  return convert(tensors, tensors.apply(truncate, [quotient], {}), "u32");
}

function scalar({ tensors }: NodeContext, value: number): Operand {
  return tensors.known("f64", [], [value]);
}

/** The result has the base's type; bases and exponents of different types meet in the wider float of the two. */
function importPow(context: NodeContext): Operand {
  const { tensors } = context;
  const [base, exponent] = [operand(context, 0), operand(context, 1)];
  if (base.elementType === exponent.elementType) return tensors.wrapped(tensors.apply(power, [base, exponent], {}));
  const meeting: ElementType = [base, exponent].some(isWide) ? "f64" : "f32";
  const real = [convert(tensors, base, meeting), convert(tensors, exponent, meeting)];
  return convert(tensors, tensors.apply(power, real, {}), base.elementType);
}

function isWide({ elementType }: Operand): boolean {
  return elementType === "f64" || elementType === "i64" || elementType === "u64" || elementType === "i32";
}
