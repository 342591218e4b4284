/** Operators that take elements from one place to another: concatenation, slices, padding, gathers, and the two between depth and space. */
import { add, multiply } from "../../../ir/ops/binary.js";
import { less, select } from "../../../ir/ops/compare.js";
import { concat } from "../../../ir/ops/concat.js";
import { gather } from "../../../ir/ops/gather.js";
import { slice } from "../../../ir/ops/slice.js";
import { split } from "../../../ir/ops/split.js";
import { elementCount, formatShape, rowMajorStrides } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { choice, integer, integers, optionalInteger, required } from "../importing/attribute-kinds.js";
import { axisOf, numbersOf, operand, optionalNumbers, refuse, type NodeContext } from "../importing/node-context.js";
import type { Operand } from "../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { broadcastTo, convert, iota, reshaped, scalarLike, sliced, transposed } from "./compose.js";

export const movementOperators: readonly OperatorRow[] = [
  operator(
    "Concat",
    { since: 4, operands: [1, Infinity], attributes: { axis: required(integer(0)) } },
    (context, { axis }) => {
      const operands = context.operands.map((_, i) => operand(context, i));
      const at = axisOf(context, axis, operands[0].shape.length);
      return context.tensors.apply(concat, operands, { axis: at });
    },
  ),
  operator(
    "Split",
    { since: 2, operands: [1, 1], attributes: { axis: integer(0), split: integers } },
    (context, { axis, split }) => importSplit(context, axis, split),
  ),
  operator("Split", { since: 13, operands: [1, 2], attributes: { axis: integer(0) } }, (context, { axis }) =>
    importSplit(context, axis, optionalNumbers(context, 1, "the sizes")),
  ),
  operator(
    "Split",
    { since: 18, operands: [1, 2], attributes: { axis: integer(0), num_outputs: optionalInteger } },
    (context, { axis, num_outputs }) =>
      importSplit(context, axis, optionalNumbers(context, 1, "the sizes"), num_outputs),
  ),
  operator(
    "Slice",
    { operands: [1, 1], attributes: { axes: integers, starts: required(integers), ends: required(integers) } },
    (context, { axes, starts, ends }) => importSlice(context, starts, ends, axes, undefined),
  ),
  operator("Slice", { since: 10, operands: [3, 5] }, (context) =>
    importSlice(
      context,
      numbersOf(context, 1, "starts"),
      numbersOf(context, 2, "ends"),
      optionalNumbers(context, 3, "axes"),
      optionalNumbers(context, 4, "steps"),
    ),
  ),
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
  operator(
    "DepthToSpace",
    { operands: [1, 1], attributes: { blocksize: required(integer(1)) } },
    (context, { blocksize }) => depthToSpace(context, blocksize, "DCR"),
  ),
  operator(
    "DepthToSpace",
    { since: 11, operands: [1, 1], attributes: { blocksize: required(integer(1)), mode: choice("DCR", "CRD") } },
    (context, { blocksize, mode }) => depthToSpace(context, blocksize, mode),
  ),
  operator(
    "SpaceToDepth",
    { operands: [1, 1], attributes: { blocksize: required(integer(1)) } },
    (context, { blocksize }) => spaceToDepth(context, blocksize),
  ),
];

/** Without sizes as many equal pieces as there are outputs; the last may be smaller where `num_outputs` says how many. */
function importSplit(
  context: NodeContext,
  axis: number,
  given: readonly number[] | undefined,
  count?: number,
): readonly Operand[] {
  const x = operand(context, 0);
  const at = axisOf(context, axis, x.shape.length);
  const pieces = count ?? context.node.outputs.length;
  const sizes = given ?? equalSizes(x.shape[at], pieces, count !== undefined);
  if (sizes === undefined || (given !== undefined && count !== undefined))
    return refuse(context, "import/shape", {
      expected: `${x.shape[at]} elements in equal pieces`,
      found: `${pieces} pieces`,
    });
  if (sizes.some((size) => size < 0) || sizes.length === 0 || sizes.length > 4096)
    return refuse(context, "import/shape", { expected: "sizes from 0", found: formatShape(sizes.slice(0, 8)) });
  return context.tensors.applyAll(split, [x], { axis: at, sizes });
}

function equalSizes(total: number, pieces: number, mayDiffer: boolean): readonly number[] | undefined {
  if (pieces < 1 || pieces > 4096 || (!mayDiffer && total % pieces !== 0)) return undefined;
  const size = Math.ceil(total / pieces);
  const sizes = Array.from({ length: pieces }, (_, i) => Math.min(size, total - i * size));
  return sizes.every((each) => each >= 0) ? sizes : undefined;
}

function importSlice(
  context: NodeContext,
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] | undefined,
  steps: readonly number[] | undefined,
): Operand {
  const x = operand(context, 0);
  const along = (axes ?? starts.map((_, i) => i)).map((axis) => axisOf(context, axis, x.shape.length));
  const counts = [starts, ends, along, steps ?? starts].map(({ length }) => length);
  if (new Set(counts).size > 1 || new Set(along).size < along.length || steps?.includes(0))
    refuse(context, "import/operand", {
      expected: "starts, ends, axes and steps of one length, each axis once, no step 0",
      found: `${formatShape(starts)}, ${formatShape(ends)}, ${formatShape(along)}, ${formatShape(steps ?? [])}`,
    });
  const ranges = x.shape.map((size, d) => {
    const i = along.indexOf(d);
    return i < 0 ? { start: 0, size, step: 1 } : rangeOf(size, starts[i], ends[i], steps?.[i] ?? 1);
  });
  return context.tensors.apply(slice, [x], {
    starts: ranges.map(({ start }) => start),
    sizes: ranges.map(({ size }) => size),
    steps: ranges.map(({ step }) => step),
  });
}

/** Python's slices, but that ends are clamped by the operator's own words: negative ones count from the end once. */
function rangeOf(size: number, from: number, to: number, step: number) {
  const within = (index: number, low: number, high: number) =>
    Math.min(Math.max(index < 0 ? index + size : index, low), high);
  const start = step > 0 ? within(from, 0, size) : within(from, 0, size - 1);
  const end = step > 0 ? within(to, 0, size) : within(to, -1, size - 1);
  const count = size === 0 ? 0 : Math.max(0, Math.ceil((end - start) / step));
  return count === 0 ? { start: 0, size: 0, step: 1 } : { start, size: count, step: count === 1 ? 1 : step };
}

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

function imageOf(context: NodeContext): Operand {
  const x = operand(context, 0);
  if (x.shape.length === 4) return x;
  return refuse(context, "import/operand", { expected: "input [N,C,H,W]", found: formatTensorType(x) });
}

/** Channels become blocks of pixels: DCR has the block's position before the channel, CRD after it. */
function depthToSpace(context: NodeContext, block: number, mode: "DCR" | "CRD"): Operand {
  const { tensors } = context;
  const x = imageOf(context);
  const [n, c, h, w] = x.shape;
  const channels = c / block ** 2;
  if (block < 1 || !Number.isInteger(channels))
    refuse(context, "import/shape", { expected: `channels that are a multiple of ${block}²`, found: `${c}` });
  const isDepthFirst = mode === "DCR";
  const apart = reshaped(
    tensors,
    x,
    isDepthFirst ? [n, block, block, channels, h, w] : [n, channels, block, block, h, w],
  );
  const ordered = transposed(tensors, apart, isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
  return reshaped(tensors, ordered, [n, channels, h * block, w * block]);
}

function spaceToDepth(context: NodeContext, block: number): Operand {
  const { tensors } = context;
  const x = imageOf(context);
  const [n, c, h, w] = x.shape;
  if (block < 1 || h % block !== 0 || w % block !== 0)
    refuse(context, "import/shape", {
      expected: `height and width that are multiples of ${block}`,
      found: `${h}, ${w}`,
    });
  const apart = reshaped(tensors, x, [n, c, h / block, block, w / block, block]);
  return reshaped(tensors, transposed(tensors, apart, [0, 3, 5, 1, 2, 4]), [n, c * block ** 2, h / block, w / block]);
}
