/** Operators about the order of elements. */
import { topK } from "../../../ir/ops/indexing/top-k.js";
import { convert } from "../../importing/compose.js";
import { axisOf, numberOf, operand } from "../../importing/node-questions.js";
import { flag, integer, required } from "../importing/attribute-kinds.js";
import type { NodeContext } from "../importing/node-context.js";
import { operator, type Imported, type OperatorRow } from "../importing/operator.js";
import { withItsOrder } from "./unsigned.js";

const ordered = { axis: integer(-1), largest: flag(true), sorted: flag(true) };

export const sortingOperators: readonly OperatorRow[] = [
  operator(
    "TopK",
    { operands: [1, 1], attributes: { axis: integer(-1), k: required(integer(0)) } },
    (context, { axis, k }) => importTopK(context, axis, k, true),
  ),
  operator("TopK", { since: 10, operands: [2, 2], attributes: { axis: integer(-1) } }, (context, { axis }) =>
    importTopK(context, axis, numberOf(context, 1, "k"), true),
  ),
  operator("TopK", { since: 11, operands: [2, 2], attributes: ordered }, (context, { axis, largest }) =>
    importTopK(context, axis, numberOf(context, 1, "k"), largest),
  ),
];

/** Unsorted results may come in any order, so also in theirs. Positions are i64. */
function importTopK(context: NodeContext, axis: number, k: number, largest: boolean): Imported {
  const { tensors } = context;
  const x = operand(context, 0);
  const attributes = { axis: axisOf(context, axis, x.shape.length), k, largest };
  const [values, positions] = tensors.applyAll(topK, [withItsOrder(tensors, x)], attributes);
  return [
    convert(tensors, values, x.elementType),
    { ...positions, elementType: "i64", range: [0, x.shape[attributes.axis]] },
  ];
}
