/** Values that are in the model or follow from shapes, and casts between element types. */
import { formatShape, isValidShape, type Shape } from "../../../../ir/types/shape.js";
import type { ElementType } from "../../../../ir/types/element-type.js";
import { broadcastTo, convert, reshaped } from "../../../importing/compose.js";
import { numberOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, float, ignored, integer, optionalElementType, required } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";

export const creationOperators: readonly GraphOperatorRow[] = [
  graphOperator("Const", { operands: [0, 0], attributes: { value: ignored } }, ({ weight, node }) => weight(node.name)),
  ...["Identity", "Snapshot", "StopGradient", "PreventGradient", "PlaceholderWithDefault"].map((name) =>
    graphOperator(name, { operands: [1, 1], attributes: { shape: ignored } }, (context) => operand(context, 0)),
  ),
  graphOperator("CheckNumerics", { operands: [1, 1], attributes: { message: ignored } }, (context) =>
    operand(context, 0),
  ),
  graphOperator(
    "Print",
    { operands: [1, Infinity], attributes: { message: ignored, first_n: ignored, summarize: ignored } },
    (context) => operand(context, 0),
  ),
  graphOperator("IdentityN", { operands: [1, Infinity] }, ({ operands }) => operands),
  graphOperator(
    "FakeQuantWithMinMaxVars",
    { operands: [3, 3], attributes: { num_bits: integer(8), narrow_range: flag(false) } },
    (context) => operand(context, 0),
  ),
  graphOperator(
    "Cast",
    {
      operands: [1, 1],
      attributes: { DstT: required(optionalElementType), SrcT: optionalElementType, Truncate: flag(false) },
    },
    (context, { DstT }) => convert(context.tensors, operand(context, 0), DstT ?? "f32"),
  ),
  graphOperator("Fill", { operands: [2, 2], attributes: { index_type: ignored } }, (context) =>
    stretched(context, operand(context, 1), numbersOf(context, 0, "the shape")),
  ),
  graphOperator("Zeros", { operands: [1, 1], attributes: { T: optionalElementType } }, (context, { T }) =>
    constant(context, T ?? "f32", 0, numbersOf(context, 0, "the shape")),
  ),
  graphOperator("Ones", { operands: [1, 1], attributes: { T: optionalElementType } }, (context, { T }) =>
    constant(context, T ?? "f32", 1, numbersOf(context, 0, "the shape")),
  ),
  graphOperator("ZerosLike", { operands: [1, 1] }, (context) => like(context, 0)),
  graphOperator("OnesLike", { operands: [1, 1] }, (context) => like(context, 1)),
  graphOperator("Range", { operands: [3, 3] }, importRange),
  graphOperator("LinSpace", { operands: [3, 3], attributes: { base: float(0) } }, importLinSpace),
];

function like(context: GraphContext, value: number): Operand {
  const { elementType, shape } = operand(context, 0);
  return constant(context, elementType, value, shape);
}

function constant(context: GraphContext, elementType: ElementType, value: number, shape: Shape): Operand {
  return stretched(context, context.tensors.known(elementType, [], [value]), shape);
}

function stretched(context: GraphContext, value: Operand, shape: Shape): Operand {
  if (!isValidShape(shape)) refuse(context, "import/shape", { found: formatShape(shape) });
  return broadcastTo(context.tensors, reshaped(context.tensors, value, []), shape);
}

/** start, start + delta, … up to the limit, which is not reached. Downwards a step of 1 is taken for −1, as TensorFlow.js does. */
function importRange(context: GraphContext): Operand {
  const [start, limit, step] = ["start", "limit", "delta"].map((what, i) => numberOf(context, i, what));
  const delta = limit < start && step === 1 ? -1 : step;
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!isValidShape([count]))
    refuse(context, "import/shape", { expected: "a range that ends", found: `${start}, ${limit}, ${delta}` });
  context.tensors.reserve(count);
  const values = Array.from({ length: count }, (_, i) => start + i * delta);
  return context.tensors.known(operand(context, 0).elementType, [count], values);
}

function importLinSpace(context: GraphContext): Operand {
  const [start, stop, count] = ["start", "stop", "the number"].map((what, i) => numberOf(context, i, what));
  if (!isValidShape([count])) refuse(context, "import/shape", { found: `${count} values` });
  context.tensors.reserve(count);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return context.tensors.known(
    "f32",
    [count],
    Array.from({ length: count }, (_, i) => start + i * step),
  );
}
