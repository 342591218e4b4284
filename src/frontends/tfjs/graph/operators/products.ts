/** Products of matrices, and what else is done with matrices. */
import { add } from "../../../../ir/ops/binary.js";
import { lessEqual, select } from "../../../../ir/ops/compare.js";
import { and } from "../../../../ir/ops/binary.js";
import { matmul } from "../../../../ir/ops/matmul.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { einsumByEquation } from "../../../importing/einsum-equation.js";
import { iota, reshaped, scalarLike, transposed } from "../../../importing/compose.js";
import { numberOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, integer, text } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { matched } from "./arithmetic.js";
import { asNumber } from "./elementwise.js";
import { activated, fusedAttributes } from "./fused.js";

const attributes = { transpose_a: flag(false), transpose_b: flag(false), grad_a: flag(false), grad_b: flag(false) };
const batched = { adj_x: flag(false), adj_y: flag(false), grad_x: flag(false), grad_y: flag(false) };

export const productOperators: readonly GraphOperatorRow[] = [
  graphOperator("MatMul", { operands: [2, 2], attributes }, (context, { transpose_a, transpose_b }) =>
    product(context, transpose_a, transpose_b),
  ),
  ...["BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"].map((name) =>
    graphOperator(name, { operands: [2, 2], attributes: batched }, (context, { adj_x, adj_y }) =>
      product(context, adj_x, adj_y),
    ),
  ),
  graphOperator(
    "_FusedMatMul",
    { operands: [2, Infinity], attributes: { ...attributes, ...fusedAttributes } },
    (context, { transpose_a, transpose_b, ...fused }) =>
      activated(context, product(context, transpose_a, transpose_b), fused, false),
  ),
  graphOperator("Transpose", { operands: [2, 2] }, (context) => {
    const x = operand(context, 0);
    return transposed(context.tensors, x, permutationOf(context, x.shape.length));
  }),
  graphOperator(
    "Einsum",
    { operands: [1, Infinity], attributes: { equation: text(""), N: integer(0) } },
    (context, { equation }) => einsumByEquation(context, equation),
  ),
  graphOperator("MatrixBandPart", { operands: [3, 3] }, importBandPart),
];

function product(context: GraphContext, transposesA: boolean, transposesB: boolean): Operand {
  const [a, b] = matched(context.tensors, operand(context, 0), operand(context, 1));
  return context.tensors.apply(matmul, [turned(context, a, transposesA), turned(context, b, transposesB)], {});
}

function turned(context: GraphContext, x: Operand, turns: boolean): Operand {
  const rank = x.shape.length;
  if (rank < 2) refuse(context, "import/operand", { expected: "matrices", found: formatTensorType(x) });
  if (!turns) return x;
  const order = x.shape.map((_, d) => d);
  return transposed(context.tensors, x, [...order.slice(0, -2), rank - 1, rank - 2]);
}

function permutationOf(context: GraphContext, rank: number): readonly number[] {
  const permutation = numbersOf(context, 1, "the permutation").map((d) => (d < 0 ? d + rank : d));
  if (permutation.length === rank) return permutation;
  const found = permutation.join(", ");
  return refuse(context, "import/axis", { expected: `each of ${rank} dimensions once`, found });
}

/** Elements with −lower ≤ column − row ≤ upper; a negative bound is none. */
function importBandPart(context: GraphContext): Operand {
  const { tensors } = context;
  const x = asNumber(tensors, operand(context, 0));
  const rank = x.shape.length;
  if (rank < 2) refuse(context, "import/operand", { expected: "a matrix", found: formatTensorType(x) });
  const [rows, columns] = [
    iota(tensors, x.shape[rank - 2], rank, rank - 2),
    iota(tensors, x.shape[rank - 1], rank, rank - 1),
  ];
  const [lower, upper] = [numberOf(context, 1, "the number of diagonals below"), numberOf(context, 2, "and above")];
  const bounds = [
    ...(lower < 0 ? [] : [tensors.apply(lessEqual, [rows, shifted(context, columns, lower)], {})]),
    ...(upper < 0 ? [] : [tensors.apply(lessEqual, [columns, shifted(context, rows, upper)], {})]),
  ];
  if (bounds.length === 0) return x;
  const stays = bounds.reduce((a, b) => tensors.apply(and, [a, b], {}));
  const aligned = reshaped(tensors, stays, stays.shape);
  return tensors.apply(select, [aligned, x, scalarLike(tensors, x, 0)], {});
}

function shifted({ tensors }: GraphContext, x: Operand, by: number): Operand {
  return tensors.apply(add, [x, tensors.known("i32", [], [Math.min(by, 2 ** 30)])], {});
}
