/** Operators about shapes: what a shape is, and the same elements under another. */
import { broadcastShapes, elementCount, formatShape, isValidShape, type Shape } from "../../../../ir/types/shape.js";
import { broadcastTo, reshaped } from "../../../importing/compose.js";
import { axesOf, axisOf, numberOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import { knownOperand, type Operand } from "../../../importing/operand.js";
import { repeated } from "../../../importing/repeat.js";
import { integer, integers } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";

export const shapeOperators: readonly GraphOperatorRow[] = [
  graphOperator("Shape", { operands: [1, 1] }, (context) => integersOperand(operand(context, 0).shape)),
  graphOperator("ShapeN", { operands: [1, Infinity], attributes: { N: integer(0) } }, ({ operands }) =>
    operands.map(({ shape }) => integersOperand(shape)),
  ),
  graphOperator("Rank", { operands: [1, 1] }, (context) => integersOperand([operand(context, 0).shape.length], [])),
  graphOperator("Size", { operands: [1, 1] }, (context) =>
    integersOperand([elementCount(operand(context, 0).shape)], []),
  ),
  graphOperator("Reshape", { operands: [2, 2] }, importReshape),
  graphOperator("EnsureShape", { operands: [1, 1], attributes: { shape: integer(0) } }, (context) =>
    operand(context, 0),
  ),
  graphOperator("ExpandDims", { operands: [2, 2] }, (context) => {
    const x = operand(context, 0);
    const axis = axisOf(context, numberOf(context, 1, "the axis"), x.shape.length + 1);
    return reshaped(context.tensors, x, x.shape.toSpliced(axis, 0, 1));
  }),
  graphOperator(
    "Squeeze",
    { operands: [1, 1], attributes: { squeeze_dims: integers, axis: integers } },
    (context, { squeeze_dims, axis }) => squeeze(context, squeeze_dims.length > 0 ? squeeze_dims : axis),
  ),
  graphOperator("BroadcastTo", { operands: [2, 2] }, (context) => {
    const x = operand(context, 0);
    const wanted = numbersOf(context, 1, "the shape");
    const fits = isValidShape(wanted) && formatShape(broadcastShapes(x.shape, wanted) ?? []) === formatShape(wanted);
    if (!fits)
      refuse(context, "import/shape", {
        expected: `what ${formatShape(x.shape)} stretches to`,
        found: formatShape(wanted),
      });
    return broadcastTo(context.tensors, x, wanted);
  }),
  graphOperator("BroadcastArgs", { operands: [2, 2] }, (context) => {
    const [a, b] = [numbersOf(context, 0, "the first shape"), numbersOf(context, 1, "the second shape")];
    const shape = broadcastShapes(a, b);
    if (shape !== undefined) return integersOperand(shape);
    return refuse(context, "import/shape", {
      expected: `a shape that ${formatShape(a)} broadcasts with`,
      found: formatShape(b),
    });
  }),
  graphOperator("Tile", { operands: [2, 2] }, (context) =>
    repeated(context, operand(context, 0), numbersOf(context, 1, "the repetitions")),
  ),
];

/** A list of sizes as TensorFlow.js computes with them: i32. */
function integersOperand(values: readonly number[], shape: Shape = [values.length]): Operand {
  return knownOperand({ elementType: "i32", shape, data: Int32Array.from(values) });
}

/** −1 stands for what the others leave. */
function importReshape(context: GraphContext): Operand {
  const x = operand(context, 0);
  const asked = numbersOf(context, 1, "the shape");
  const others = elementCount(asked.filter((size) => size !== -1));
  const rest = others === 0 ? 0 : elementCount(x.shape) / others;
  const shape = asked.map((size) => (size === -1 ? rest : size));
  const placeholders = asked.filter((size) => size === -1).length;
  if (placeholders > 1 || !isValidShape(shape) || elementCount(shape) !== elementCount(x.shape))
    refuse(context, "import/shape", {
      expected: `a shape of ${elementCount(x.shape)} elements, as ${formatShape(x.shape)} has`,
      found: formatShape(asked),
    });
  return reshaped(context.tensors, x, shape);
}

/** All dimensions of size 1 where none are named. */
function squeeze(context: GraphContext, axes: readonly number[]): Operand {
  const x = operand(context, 0);
  const ones = x.shape.flatMap((size, d) => (size === 1 ? [d] : []));
  const chosen = axes.length === 0 ? ones : axesOf(context, axes, x.shape.length);
  if (!chosen.every((axis) => x.shape[axis] === 1))
    refuse(context, "import/axis", {
      expected: `axes of size 1 of ${formatShape(x.shape)}`,
      found: formatShape(chosen),
    });
  return reshaped(
    context.tensors,
    x,
    x.shape.filter((_, d) => !chosen.includes(d)),
  );
}
