/** Einsum. */
import { einsumByEquation } from "../../importing/einsum-equation.js";
import { required, text } from "../importing/attribute-kinds.js";
import { operator, type OperatorRow } from "../importing/operator.js";

export const einsumOperators: readonly OperatorRow[] = [
  operator(
    "Einsum",
    { since: 12, operands: [1, Infinity], attributes: { equation: required(text("")) } },
    (context, { equation }) => einsumByEquation(context, equation),
  ),
];
