/** Matrix products. */
import { add, multiply } from "../../../ir/ops/binary.js";
import { matmul } from "../../../ir/ops/matmul.js";
import { elementCount } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { flag, float } from "../importing/attribute-kinds.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { convert, scalarLike, transposed } from "../../importing/compose.js";

const gemmAttributes = { alpha: float(1), beta: float(1), transA: flag(false), transB: flag(false) };

export interface GemmAttributes {
  readonly alpha: number;
  readonly beta: number;
  readonly transA: boolean;
  readonly transB: boolean;
}

export const matrixOperators: readonly OperatorRow[] = [
  operator("MatMul", { operands: [2, 2] }, (context) =>
    context.tensors.wrapped(context.tensors.apply(matmul, [operand(context, 0), operand(context, 1)], {})),
  ),
  operator("Gemm", { since: 7, operands: [3, 3], attributes: gemmAttributes }, importGemm),
  operator("Gemm", { since: 11, operands: [2, 3], attributes: gemmAttributes }, importGemm),
];

/** alpha · A · B + beta · C, where C may be left out. */
export function importGemm(context: NodeContext, { alpha, beta, transA, transB }: GemmAttributes): Operand {
  const { tensors } = context;
  const [a, b] = [operand(context, 0), operand(context, 1)];
  if (a.shape.length !== 2 || b.shape.length !== 2)
    refuse(context, "import/operand", { expected: "two matrices", found: [a, b].map(formatTensorType).join(", ") });
  const left = transA ? transposed(tensors, a, [1, 0]) : a;
  const right = transB ? transposed(tensors, b, [1, 0]) : b;
  const product = scaled(context, tensors.apply(matmul, [left, right], {}), alpha);
  const shift = context.operands[2];
  return shift === undefined ? product : tensors.apply(add, [product, scaled(context, shift, beta)], {});
}

function scaled({ tensors }: NodeContext, x: Operand, factor: number): Operand {
  if (factor === 1 || elementCount(x.shape) === 0) return x;
  const real = convert(tensors, x, x.elementType === "f64" ? "f64" : "f32");
  return convert(tensors, tensors.apply(multiply, [real, scalarLike(tensors, real, factor)], {}), x.elementType);
}
