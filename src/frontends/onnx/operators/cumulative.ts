/** Running sums and products along an axis, in as many steps as the size has binary digits: each adds what is twice as far away. */
import { add, multiply } from "../../../ir/ops/binary.js";
import { pad } from "../../../ir/ops/pad.js";
import { flag } from "../importing/attribute-kinds.js";
import { axisOf, numberOf, operand } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";

const attributes = { exclusive: flag(false), reverse: flag(false) };

export const cumulativeOperators: readonly OperatorRow[] = [
  operator("CumSum", { since: 11, operands: [2, 2], attributes }, (context, { exclusive, reverse }) =>
    accumulate(context, { op: add, neutral: 0 }, exclusive, reverse),
  ),
  operator("CumProd", { since: 26, operands: [2, 2], attributes }, (context, { exclusive, reverse }) =>
    accumulate(context, { op: multiply, neutral: 1 }, exclusive, reverse),
  ),
];

interface Accumulation {
  readonly op: typeof add;
  readonly neutral: number;
}

function accumulate(
  context: NodeContext,
  { op, neutral }: Accumulation,
  isExclusive: boolean,
  isReverse: boolean,
): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const axis = axisOf(context, numberOf(context, 1, "the axis"), x.shape.length);
  const moved = (value: Operand, by: number) => shifted(context, value, axis, isReverse ? -by : by, neutral);
  let result = x;
  for (let distance = 1; distance < x.shape[axis]; distance *= 2)
    result = tensors.wrapped(tensors.apply(op, [result, moved(result, distance)], {}));
  return isExclusive && x.shape[axis] > 0 ? moved(result, 1) : result;
}

/** Every element `by` positions further; those that have none before them are neutral. */
function shifted({ tensors }: NodeContext, x: Operand, axis: number, by: number, neutral: number): Operand {
  const padding = x.shape.map((_, d): readonly [number, number] => (d === axis ? [by, -by] : [0, 0]));
  return tensors.apply(pad, [x], { padding, value: neutral });
}
