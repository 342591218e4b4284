/** Operators that pick elements at positions which may be known at run time only. */
import { gather } from "../../../ir/ops/indexing/gather.js";
import { gatherNd } from "../../../ir/ops/indexing/gather-nd.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { integer } from "../importing/attribute-kinds.js";
import { axisOf, operand, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { convert } from "../../importing/compose.js";

import { flat, numbersAlong } from "./positions.js";

export const gatheringOperators: readonly OperatorRow[] = [
  operator("Gather", { operands: [2, 2], attributes: { axis: integer(0) } }, (context, { axis }) => {
    const [data, indices] = [operand(context, 0), operand(context, 1)];
    return context.tensors.apply(gather, [data, indices], { axis: axisOf(context, axis, data.shape.length) });
  }),
  operator("GatherElements", { since: 11, operands: [2, 2], attributes: { axis: integer(0) } }, importGatherElements),
  operator("GatherND", { since: 11, operands: [2, 2] }, (context) => importGatherNd(context, 0)),
  operator(
    "GatherND",
    { since: 12, operands: [2, 2], attributes: { batch_dims: integer(0) } },
    (context, { batch_dims }) => importGatherNd(context, batch_dims),
  ),
];

/** Elements of the flattened data; indices become their numbers. Negative indices count from the end. */
function importGatherElements(context: NodeContext, { axis }: { readonly axis: number }): Operand {
  const { tensors } = context;
  const [data, indices] = [operand(context, 0), operand(context, 1)];
  const at = axisOf(context, axis, data.shape.length);
  const fits =
    indices.shape.length === data.shape.length && indices.shape.every((size, d) => d === at || size <= data.shape[d]);
  if (!fits)
    refuse(context, "import/operand", {
      expected: "indices no larger than the data but along the axis",
      found: `${formatTensorType(data)}, ${formatTensorType(indices)}`,
    });
  const number = numbersAlong(tensors, data.shape, indices, at);
  return tensors.apply(gather, [flat(tensors, data), number], { axis: 0 });
}

/** The last dimension of the indices has positions in data's dimensions after the batch ones, which both share. */
function importGatherNd(context: NodeContext, batch: number): Operand {
  const { tensors } = context;
  const indices = convert(tensors, operand(context, 1), "i32");
  return tensors.apply(gatherNd, [operand(context, 0), indices], { batch_dimensions: batch });
}
