/** What of ONNX's operators for classical machine learning is tensor arithmetic. */
import { gather } from "../../../ir/ops/indexing/gather.js";
import { elementCount } from "../../../ir/types/shape.js";
import { algebra } from "../../importing/algebra.js";
import { convert, reshaped } from "../../importing/compose.js";
import { operand } from "../../importing/node-questions.js";
import { float } from "../importing/attribute-kinds.js";
import { operator, type OperatorRow } from "../importing/operator.js";

const domain = "ai.onnx.ml";

export const classicalOperators: readonly OperatorRow[] = [
  operator("ArrayFeatureExtractor", { domain, operands: [2, 2] }, (context) => {
    const { tensors } = context;
    const [x, indices] = [operand(context, 0), operand(context, 1)];
    const rows = x.shape.length === 1 ? reshaped(tensors, x, [1, x.shape[0]]) : x;
    const chosen = reshaped(tensors, indices, [elementCount(indices.shape)]);
    return tensors.apply(gather, [rows, chosen], { axis: rows.shape.length - 1 });
  }),
  operator("Binarizer", { domain, operands: [1, 1], attributes: { threshold: float(0) } }, (context, { threshold }) => {
    const x = operand(context, 0);
    return convert(context.tensors, algebra(context.tensors).greater(x, threshold), x.elementType);
  }),
];
