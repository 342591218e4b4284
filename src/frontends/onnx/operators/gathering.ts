/** Operators that pick elements at positions which may be known at run time only. */
import { add, multiply } from "../../../ir/ops/binary.js";
import { less, select } from "../../../ir/ops/compare.js";
import { gather } from "../../../ir/ops/indexing/gather.js";
import { elementCount, formatShape, rowMajorStrides } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { integer } from "../importing/attribute-kinds.js";
import { axisOf, operand, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { broadcastTo, convert, iota, reshaped, scalarLike, sliced } from "../../importing/compose.js";

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
  const strides = rowMajorStrides(data.shape);
  const chosen = times(context, counted(context, indices, data.shape[at]), strides[at]);
  const number = data.shape.reduce((sum, _, d) => {
    if (d === at || indices.shape[d] === 1) return sum;
    const places = iota(tensors, indices.shape[d], data.shape.length, d);
    return tensors.apply(add, [sum, times(context, places, strides[d])], {}, "i32");
  }, chosen);
  return tensors.apply(gather, [reshaped(tensors, data, [elementCount(data.shape)]), number], { axis: 0 });
}

function times({ tensors }: NodeContext, x: Operand, factor: number): Operand {
  return factor === 1 ? x : tensors.apply(multiply, [x, tensors.known("i32", [], [factor])], {}, "i32");
}

/** Indices from 0 as i32: size is added to the negative ones. */
function counted({ tensors }: NodeContext, indices: Operand, size: number): Operand {
  const narrow = convert(tensors, indices, "i32");
  const isNegative = tensors.apply(less, [narrow, scalarLike(tensors, narrow, 0)], {}, "bool");
  const moved = tensors.apply(add, [narrow, scalarLike(tensors, narrow, size)], {});
  return tensors.apply(select, [isNegative, moved, narrow], {}, "i32");
}

/** The last dimension of the indices has positions in data's dimensions after the batch ones, which both share. */
function importGatherNd(context: NodeContext, batch: number): Operand {
  const { tensors } = context;
  const [data, indices] = [operand(context, 0), operand(context, 1)];
  const depth = indices.shape.at(-1) ?? 0;
  const first = batch + depth;
  const shared = indices.shape.slice(0, Math.max(batch, 0));
  const fits =
    batch >= 0 &&
    depth >= 1 &&
    batch < indices.shape.length &&
    first <= data.shape.length &&
    formatShape(shared) === formatShape(data.shape.slice(0, batch));
  if (!fits)
    refuse(context, "import/operand", {
      expected: "indices into the data",
      found: `${formatTensorType(data)}, ${formatTensorType(indices)}`,
    });
  const places = indices.shape.slice(0, -1);
  const strides = rowMajorStrides(data.shape.slice(0, first));
  const column = (i: number) =>
    counted(context, reshaped(tensors, sliced(tensors, indices, places.length, i, 1), places), data.shape[batch + i]);
  const terms = [
    ...shared.map((size, d) => times(context, iota(tensors, size, places.length, d), strides[d])),
    ...Array.from({ length: depth }, (_, i) => times(context, column(i), strides[batch + i])),
  ];
  const number = terms.reduce((sum, term) => tensors.apply(add, [sum, term], {}, "i32"));
  const rest = data.shape.slice(first);
  const flat = reshaped(tensors, data, [elementCount(data.shape.slice(0, first)), ...rest]);
  return tensors.apply(gather, [flat, broadcastTo(tensors, number, places)], { axis: 0 });
}
