/** Operators about shapes alone: what a shape is, and the same elements under another. */
import { elementCount, formatShape, isValidShape, type Shape } from "../../../ir/types/shape.js";
import { flag, integer, integers, optionalInteger, required } from "../importing/attribute-kinds.js";
import { axesOf, axisOf, numbersOf, operand, optionalNumbers, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import { repeated } from "../../importing/repeat.js";
import { knownOperand, type Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { broadcastTo, reshaped, transposed } from "../../importing/compose.js";
import { broadcastShapes } from "../../../ir/types/shape.js";

export const shapeOperators: readonly OperatorRow[] = [
  operator("Shape", { operands: [1, 1] }, (context) => integersOperand(operand(context, 0).shape)),
  operator(
    "Shape",
    { since: 15, operands: [1, 1], attributes: { start: integer(0), end: optionalInteger } },
    (context, { start, end }) => {
      const { shape } = operand(context, 0);
      return integersOperand(shape.slice(start, Math.max(end ?? shape.length, -shape.length)));
    },
  ),
  operator("Size", { operands: [1, 1] }, (context) => integersOperand([elementCount(operand(context, 0).shape)], [])),
  operator("Reshape", { since: 5, operands: [2, 2] }, (context) =>
    importReshape(context, numbersOf(context, 1, "the shape"), false),
  ),
  operator(
    "Reshape",
    { since: 14, operands: [2, 2], attributes: { allowzero: flag(false) } },
    (context, { allowzero }) => importReshape(context, numbersOf(context, 1, "the shape"), allowzero),
  ),
  operator("Flatten", { operands: [1, 1], attributes: { axis: integer(1) } }, (context, { axis }) => {
    const x = operand(context, 0);
    const at = axis === x.shape.length ? axis : axisOf(context, axis, x.shape.length);
    return reshaped(context.tensors, x, [elementCount(x.shape.slice(0, at)), elementCount(x.shape.slice(at))]);
  }),
  operator("Squeeze", { operands: [1, 1], attributes: { axes: integers } }, (context, { axes }) =>
    squeeze(context, axes),
  ),
  operator("Squeeze", { since: 13, operands: [1, 2] }, (context) =>
    squeeze(context, optionalNumbers(context, 1, "axes")),
  ),
  operator("Unsqueeze", { operands: [1, 1], attributes: { axes: required(integers) } }, (context, { axes }) =>
    unsqueeze(context, axes),
  ),
  operator("Unsqueeze", { since: 13, operands: [2, 2] }, (context) =>
    unsqueeze(context, numbersOf(context, 1, "axes")),
  ),
  operator("Transpose", { operands: [1, 1], attributes: { perm: integers } }, (context, { perm }) => {
    const x = operand(context, 0);
    return transposed(context.tensors, x, perm ?? x.shape.map((_, d) => x.shape.length - 1 - d));
  }),
  operator("Expand", { since: 8, operands: [2, 2] }, importExpand),
  operator("Tile", { since: 6, operands: [2, 2] }, (context) =>
    repeated(context, operand(context, 0), numbersOf(context, 1, "repeats")),
  ),
];

/** A list of sizes as the model computes with them: i64. */
function integersOperand(values: readonly number[], shape: Shape = [values.length]): Operand {
  return knownOperand({ elementType: "i64", shape, data: BigInt64Array.from(values, BigInt) });
}

/** 0 stands for the operand's own size unless `allowZero`, −1 for what the others leave. */
export function importReshape(context: NodeContext, asked: readonly number[], allowZero: boolean): Operand {
  const x = operand(context, 0);
  const sizes = asked.map((size, d) => (size === 0 && !allowZero ? (x.shape[d] ?? -2) : size));
  const others = elementCount(sizes.filter((size) => size !== -1));
  const rest = others === 0 ? 0 : elementCount(x.shape) / others;
  const shape = sizes.map((size) => (size === -1 ? rest : size));
  const placeholders = sizes.filter((size) => size === -1).length;
  if (placeholders > 1 || !isValidShape(shape) || elementCount(shape) !== elementCount(x.shape))
    refuse(context, "import/shape", {
      expected: `a shape of ${elementCount(x.shape)} elements, as ${formatShape(x.shape)} has`,
      found: formatShape(asked),
    });
  return reshaped(context.tensors, x, shape);
}

function squeeze(context: NodeContext, axes: readonly number[] | undefined): Operand {
  const x = operand(context, 0);
  const ones = x.shape.flatMap((size, d) => (size === 1 ? [d] : []));
  const chosen = axes === undefined ? ones : axesOf(context, axes, x.shape.length);
  if (!chosen.every((axis) => x.shape[axis] === 1))
    refuse(context, "import/axis", {
      expected: `axes of size 1 of ${formatShape(x.shape)}`,
      found: formatShape(chosen),
    });
  const shape = x.shape.filter((_, d) => !chosen.includes(d));
  return reshaped(context.tensors, x, shape);
}

function unsqueeze(context: NodeContext, axes: readonly number[]): Operand {
  const x = operand(context, 0);
  const rank = x.shape.length + axes.length;
  const chosen = axesOf(context, axes, rank);
  const rest = x.shape.values();
  const shape = Array.from({ length: rank }, (_, d) => (chosen.includes(d) ? 1 : (rest.next().value ?? 1)));
  if (!isValidShape(shape)) refuse(context, "import/shape", { found: `rank ${rank}` });
  return reshaped(context.tensors, x, shape);
}

/** Both the operand and the shape may stretch. */
function importExpand(context: NodeContext): Operand {
  const x = operand(context, 0);
  const asked = numbersOf(context, 1, "the shape");
  const shape = broadcastShapes(x.shape, asked);
  if (shape === undefined || !isValidShape(shape))
    return refuse(context, "import/shape", {
      expected: `a shape that ${formatShape(x.shape)} broadcasts with`,
      found: formatShape(asked),
    });
  return broadcastTo(context.tensors, x, shape);
}
