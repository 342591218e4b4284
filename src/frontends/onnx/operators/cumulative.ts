/** Running sums and products along an axis that is an operand. */
import { accumulated, runningProduct, runningSum, type Accumulation, type Direction } from "../../importing/running.js";
import { flag } from "../importing/attribute-kinds.js";
import { axisOf, numberOf, operand } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";

const attributes = { exclusive: flag(false), reverse: flag(false) };

export const cumulativeOperators: readonly OperatorRow[] = [
  operator("CumSum", { since: 11, operands: [2, 2], attributes }, (context, direction) =>
    accumulate(context, runningSum, direction),
  ),
  operator("CumProd", { since: 26, operands: [2, 2], attributes }, (context, direction) =>
    accumulate(context, runningProduct, direction),
  ),
];

function accumulate(context: NodeContext, accumulation: Accumulation, direction: Direction): Operand {
  const x = operand(context, 0);
  const axis = axisOf(context, numberOf(context, 1, "the axis"), x.shape.length);
  return accumulated(context.tensors, x, axis, accumulation, direction);
}
