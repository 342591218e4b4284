/** Operators that put tensors together and take them apart: concatenation, splits and slices. */
import { concat } from "../../../ir/ops/concat.js";
import { slice } from "../../../ir/ops/slice.js";
import { split } from "../../../ir/ops/split.js";
import { formatShape } from "../../../ir/types/shape.js";
import { integer, integers, optionalInteger, required } from "../importing/attribute-kinds.js";
import { axisOf, numbersOf, operand, optionalNumbers, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";

export const movementOperators: readonly OperatorRow[] = [
  operator("Concat", { since: 4, operands: [1, Infinity], attributes: { axis: required(integer(0)) } }, importConcat),
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
];

export function importConcat(context: NodeContext, { axis }: { readonly axis: number }): Operand {
  const operands = context.operands.map((_, i) => operand(context, i));
  const at = axisOf(context, axis, operands[0].shape.length);
  return context.tensors.apply(concat, operands, { axis: at });
}

/** A size for each output; without sizes equal ones, of which the last may be smaller where `num_outputs` says how many there are. */
export function importSplit(
  context: NodeContext,
  axis: number,
  given: readonly number[] | undefined,
  count?: number,
): readonly Operand[] {
  const x = operand(context, 0);
  const at = axisOf(context, axis, x.shape.length);
  const pieces = context.node.outputs.length;
  const sizes = given ?? equalSizes(x.shape[at], pieces, count !== undefined);
  const isRight = sizes?.length === pieces && sizes.every((size) => size >= 0) && (count ?? pieces) === pieces;
  if (sizes !== undefined && isRight && (given === undefined || count === undefined))
    return context.tensors.applyAll(split, [x], { axis: at, sizes });
  const expected = `${x.shape[at]} elements in ${pieces} pieces, one for each output`;
  const found =
    sizes === undefined ? "pieces that would differ" : `${formatShape(sizes.slice(0, 8))}, num_outputs ${count}`;
  return refuse(context, "import/shape", { expected, found });
}

function equalSizes(total: number, pieces: number, mayDiffer: boolean): readonly number[] | undefined {
  if (!mayDiffer && total % pieces !== 0) return undefined;
  const size = Math.ceil(total / pieces);
  return Array.from({ length: pieces }, (_, i) => Math.min(size, total - i * size));
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
