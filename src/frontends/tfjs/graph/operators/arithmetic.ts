/** Arithmetic and comparisons on two or more operands, with NumPy's broadcasting. Operands of two types meet in the wider one: bool, i32, f32. */
import type { OpDefinition } from "../../../../ir/graph/graph.js";
import { binaryOps } from "../../../../ir/ops/binary.js";
import { compareOps, select } from "../../../../ir/ops/compare.js";
import type { NoAttributes } from "../../../../ir/ops/elementwise.js";
import { square } from "../../../../ir/ops/activations.js";
import { not } from "../../../../ir/ops/unary.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import type { ElementType } from "../../../../ir/types/element-type.js";
import { convert, reshaped, scalarLike } from "../../../importing/compose.js";
import { operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";
import { choice, integer, ignored } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { asFloat, asNumber } from "./elementwise.js";

type BinaryOp = OpDefinition<NoAttributes>;

const { add, subtract, multiply, divide, floor_divide, modulo, power, maximum, minimum, atan2 } = binaryOps;

export const arithmeticOperators: readonly GraphOperatorRow[] = [
  binary("Add", add),
  binary("AddV2", add),
  binary("Sub", subtract),
  binary("Mul", multiply),
  binary("Maximum", maximum),
  binary("Minimum", minimum),
  binary("Pow", power),
  binary("Mod", modulo),
  binary("FloorMod", modulo),
  binary("FloorDiv", floor_divide),
  quotient("RealDiv"),
  quotient("Div"),
  graphOperator("DivNoNan", { operands: [2, 2] }, ({ tensors, operands: [a, b] }) => {
    const [dividend, divisor] = [asFloat(tensors, a), asFloat(tensors, b)];
    const zero = scalarLike(tensors, divisor, 0);
    const isZero = tensors.apply(compareOps.equal, [divisor, zero], {});
    return tensors.apply(select, [isZero, zero, tensors.apply(divide, [dividend, divisor], {})], {});
  }),
  graphOperator("SquaredDifference", { operands: [2, 2] }, ({ tensors, operands: [a, b] }) =>
    tensors.apply(square, [together(tensors, subtract, a, b)], {}),
  ),
  graphOperator("Atan2", { operands: [2, 2] }, ({ tensors, operands: [a, b] }) =>
    tensors.apply(atan2, [asFloat(tensors, a), asFloat(tensors, b)], {}),
  ),
  graphOperator("AddN", { operands: [1, Infinity], attributes: { N: integer(0) } }, ({ tensors, operands }) =>
    operands.reduce((sum, x) => together(tensors, add, sum, x)),
  ),
  graphOperator(
    "AccumulateNV2",
    { operands: [1, Infinity], attributes: { N: integer(0), shape: ignored } },
    (context) => context.operands.reduce((sum, x) => together(context.tensors, add, sum, x)),
  ),
  graphOperator(
    "BiasAdd",
    { operands: [2, 2], attributes: { data_format: choice("NHWC", "NCHW") } },
    (context, { data_format }) => addBias(context, operand(context, 0), operand(context, 1), data_format === "NCHW"),
  ),
  graphOperator("BiasAddV1", { operands: [2, 2] }, (context) =>
    addBias(context, operand(context, 0), operand(context, 1), false),
  ),
  comparison("Equal", compareOps.equal),
  comparison("NotEqual", compareOps.not_equal),
  comparison("Less", compareOps.less),
  comparison("LessEqual", compareOps.less_equal),
  comparison("Greater", compareOps.greater),
  comparison("GreaterEqual", compareOps.greater_equal),
  logical("LogicalAnd", binaryOps.and),
  logical("LogicalOr", binaryOps.or),
  logical("LogicalXor", binaryOps.xor),
  graphOperator("LogicalNot", { operands: [1, 1] }, ({ tensors, operands: [x] }) =>
    tensors.apply(not, [convert(tensors, x, "bool")], {}),
  ),
  bitwise("BitwiseAnd", binaryOps.bitwise_and),
  bitwise("BitwiseOr", binaryOps.bitwise_or),
  bitwise("BitwiseXor", binaryOps.bitwise_xor),
  graphOperator("Select", { operands: [3, 3] }, selectRows),
  graphOperator("SelectV2", { operands: [3, 3] }, ({ tensors, operands: [condition, a, b] }) =>
    chosen(tensors, condition, a, b),
  ),
];

function binary(name: string, op: BinaryOp): GraphOperatorRow {
  return graphOperator(name, { operands: [2, 2], attributes: { incompatible_shape_error: ignored } }, (context) =>
    together(context.tensors, op, operand(context, 0), operand(context, 1)),
  );
}

/** Of whole numbers the quotient is rounded down. */
function quotient(name: string): GraphOperatorRow {
  return graphOperator(name, { operands: [2, 2] }, ({ tensors, operands: [a, b] }) => {
    const [x, y] = matched(tensors, a, b);
    return tensors.apply(x.elementType === "i32" ? floor_divide : divide, [x, y], {});
  });
}

function comparison(name: string, op: BinaryOp): GraphOperatorRow {
  return graphOperator(name, { operands: [2, 2], attributes: { incompatible_shape_error: ignored } }, (context) =>
    together(context.tensors, op, operand(context, 0), operand(context, 1)),
  );
}

function logical(name: string, op: BinaryOp): GraphOperatorRow {
  return graphOperator(name, { operands: [2, 2] }, ({ tensors, operands: [a, b] }) =>
    tensors.apply(op, [convert(tensors, a, "bool"), convert(tensors, b, "bool")], {}),
  );
}

function bitwise(name: string, op: BinaryOp): GraphOperatorRow {
  return graphOperator(name, { operands: [2, 2] }, ({ tensors, operands: [a, b] }) =>
    tensors.apply(op, [convert(tensors, a, "i32"), convert(tensors, b, "i32")], {}),
  );
}

const widths: readonly ElementType[] = ["bool", "i32", "f32"];

/** Both in the wider type of the two; truth values are numbers here. */
export function matched(tensors: TensorBuilder, a: Operand, b: Operand): readonly [Operand, Operand] {
  const [x, y] = [asNumber(tensors, a), asNumber(tensors, b)];
  const wider = widths[Math.max(widths.indexOf(x.elementType), widths.indexOf(y.elementType))] ?? "f32";
  return [convert(tensors, x, wider), convert(tensors, y, wider)];
}

/** The op on both, in the wider type of the two. */
export function together(tensors: TensorBuilder, op: BinaryOp, a: Operand, b: Operand): Operand {
  return tensors.apply(op, matched(tensors, a, b), {});
}

/** Along the last dimension, or of channels-first data along the second. */
export function addBias(context: GraphContext, x: Operand, bias: Operand, channelsFirst: boolean): Operand {
  const { tensors } = context;
  if (bias.shape.length !== 1 || x.shape.length < 2)
    refuse(context, "import/operand", {
      expected: "data with channels, and a bias for each",
      found: `${formatTensorType(x)}, ${formatTensorType(bias)}`,
    });
  const shape = [bias.shape[0], ...x.shape.slice(2).map(() => 1)];
  return together(tensors, add, x, channelsFirst ? reshaped(tensors, bias, shape) : bias);
}

/** a where the condition is true, b elsewhere. */
export function chosen(tensors: TensorBuilder, condition: Operand, a: Operand, b: Operand): Operand {
  const [yes, no] = a.elementType === b.elementType ? [a, b] : matched(tensors, a, b);
  return tensors.apply(select, [convert(tensors, condition, "bool"), yes, no], {});
}

/** A condition of rank 1 chooses among the first dimension of data with more. */
function selectRows({ tensors, operands: [condition, a, b] }: GraphContext): Operand {
  const missing = a.shape.length - condition.shape.length;
  if (condition.shape.length !== 1 || missing <= 0) return chosen(tensors, condition, a, b);
  const column = reshaped(tensors, condition, [...condition.shape, ...new Array<number>(missing).fill(1)]);
  return chosen(tensors, column, a, b);
}
