/** Det: elimination with the greatest element of each column as its pivot, written out step by step. */
import { argMax } from "../../../ir/ops/arg-max.js";
import { absolute } from "../../../ir/ops/unary.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { algebra } from "../../importing/algebra.js";
import { iota, reducedAlong, reshaped, sliced } from "../../importing/compose.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";
import type { NodeContext } from "../importing/node-context.js";
import { operator, type OperatorRow } from "../importing/operator.js";

/** Each step is a dozen nodes. */
const largest = 64;

export const determinantOperators: readonly OperatorRow[] = [
  operator("Det", { since: 11, operands: [1, 1] }, importDet),
];

function importDet(context: NodeContext): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const rank = x.shape.length;
  const n = x.shape[rank - 1];
  if (rank < 2 || x.shape[rank - 2] !== n || n < 1 || n > largest)
    refuse(context, "import/operand", {
      expected: `square matrices of 1 to ${largest} rows`,
      found: formatTensorType(x),
    });
  const { times } = algebra(tensors);
  let rest = x;
  const factors: Operand[] = [];
  for (let size = n; size > 1; size--) {
    const step = eliminated(tensors, rest);
    factors.push(step.factor);
    rest = step.rest;
  }
  return reshaped(tensors, [...factors, rest].reduce(times), x.shape.slice(0, -2));
}

/** The pivot with its sign, [… , 1, 1], and what is left of the other rows and columns. */
function eliminated(tensors: TensorBuilder, x: Operand): { readonly factor: Operand; readonly rest: Operand } {
  const { minus, times, over, where, equal, of } = algebra(tensors);
  const rank = x.shape.length;
  const size = x.shape[rank - 1];
  const column = sliced(tensors, x, rank - 1, 0, 1);
  const row = tensors.apply(argMax, [of(absolute, column)], { axis: rank - 2, keep_dimensions: true }, "i32");
  const isPivot = equal(iota(tensors, size, rank, rank - 2), row);
  const chosen = reducedAlong(tensors, where(isPivot, x, 0), "sum", [rank - 2]);
  const swapped = where(isPivot, sliced(tensors, x, rank - 2, 0, 1), x);
  const others = sliced(tensors, swapped, rank - 2, 1, size - 1);
  const pivot = sliced(tensors, chosen, rank - 1, 0, 1);
  const divisor = where(equal(pivot, 0), 1, pivot);
  const ratio = over(sliced(tensors, others, rank - 1, 0, 1), divisor);
  const tail = (rows: Operand) => sliced(tensors, rows, rank - 1, 1, size - 1);
  const factor = where(equal(row, 0), pivot, times(pivot, -1));
  return { factor, rest: minus(tail(others), times(ratio, tail(chosen))) };
}
