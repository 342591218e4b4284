/**
 * StridedSlice with all its masks: bit i speaks of entry i of begin, end and strides, which an ellipsis or a new axis puts off from the
 * dimension of the same number. Source: tensorflow/core/util/strided_slice_op.cc.
 */
import { slice } from "../../../../ir/ops/slice.js";
import { formatShape } from "../../../../ir/types/shape.js";
import { reshaped } from "../../../importing/compose.js";
import { numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { integer, type ValuesOf } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";

export const sliceMasks = {
  begin_mask: integer(0),
  ellipsis_mask: integer(0),
  end_mask: integer(0),
  new_axis_mask: integer(0),
  shrink_axis_mask: integer(0),
};

type Masks = ValuesOf<typeof sliceMasks>;

interface Bounds {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
}

/** What becomes of one dimension of the operand, or one that it does not have. */
type Piece =
  | {
      readonly kind: "range";
      readonly start: number;
      readonly size: number;
      readonly step: number;
      readonly shrinks: boolean;
    }
  | { readonly kind: "new" };

export function importStridedSlice(context: GraphContext, masks: Masks): Operand {
  const x = operand(context, 0);
  const bounds = boundsOf(context);
  const pieces = piecesOf(context, x.shape, bounds, masks);
  const ranges = pieces.flatMap((piece) => (piece.kind === "range" ? [piece] : []));
  const cut = context.tensors.apply(slice, [x], {
    starts: ranges.map(({ start }) => start),
    sizes: ranges.map(({ size }) => size),
    steps: ranges.map(({ step }) => step),
  });
  const shape = pieces.flatMap((piece) => (piece.kind === "new" ? [1] : piece.shrinks ? [] : [piece.size]));
  return reshaped(context.tensors, cut, shape);
}

function boundsOf(context: GraphContext): Bounds {
  const [begin, end, strides] = ["begins", "ends", "strides"].map((what, i) => numbersOf(context, i + 1, what));
  if (begin.length === end.length && begin.length === strides.length && !strides.includes(0) && begin.length <= 31)
    return { begin, end, strides };
  return refuse(context, "import/operand", {
    expected: "begin, end and strides of one length, no stride 0",
    found: `${formatShape(begin)}, ${formatShape(end)}, ${formatShape(strides)}`,
  });
}

function piecesOf(context: GraphContext, shape: readonly number[], bounds: Bounds, masks: Masks): readonly Piece[] {
  const count = bounds.begin.length;
  const has = (mask: number, i: number): boolean => ((mask >> i) & 1) === 1;
  const isNew = (i: number): boolean => has(masks.new_axis_mask, i) && !has(masks.ellipsis_mask, i);
  const consumed = bounds.begin.filter((_, i) => !isNew(i) && !has(masks.ellipsis_mask, i)).length;
  const ellipses = bounds.begin.filter((_, i) => has(masks.ellipsis_mask, i)).length;
  if (ellipses > 1 || consumed > shape.length)
    refuse(context, "import/operand", {
      expected: `at most ${shape.length} ranges and one ellipsis`,
      found: `${consumed}`,
    });
  const pieces: Piece[] = [];
  const whole = (): number => pieces.filter(({ kind }) => kind === "range").length;
  const all = (size: number): Piece => ({ kind: "range", start: 0, size, step: 1, shrinks: false });
  for (let i = 0; i < count; i++) {
    if (has(masks.ellipsis_mask, i)) {
      for (let left = shape.length - consumed; left > 0; left--) pieces.push(all(shape[whole()]));
    } else if (isNew(i)) pieces.push({ kind: "new" });
    else pieces.push(rangeOf(context, shape[whole()], bounds, masks, i));
  }
  for (let d = whole(); d < shape.length; d++) pieces.push(all(shape[d]));
  return pieces;
}

function rangeOf(context: GraphContext, size: number, { begin, end, strides }: Bounds, masks: Masks, i: number): Piece {
  const has = (mask: number): boolean => ((mask >> i) & 1) === 1;
  const stride = strides[i];
  if (has(masks.shrink_axis_mask)) return single(context, size, begin[i], stride);
  const [low, high] = stride > 0 ? [0, size] : [-1, size - 1];
  const within = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, low), high);
  const start = has(masks.begin_mask) ? (stride > 0 ? low : high) : within(begin[i]);
  const stop = has(masks.end_mask) ? (stride > 0 ? high : low) : within(end[i]);
  const count = Math.max(0, Math.ceil((stop - start) / stride));
  if (count === 0) return { kind: "range", start: 0, size: 0, step: 1, shrinks: false };
  return { kind: "range", start, size: count, step: count === 1 ? 1 : stride, shrinks: false };
}

/** One element, whose dimension goes; its begin counts whatever the mask of begins says. */
function single(context: GraphContext, size: number, index: number, stride: number): Piece {
  if (stride < 1)
    refuse(context, "import/operand", { expected: "a stride above 0 where the dimension goes", found: `${stride}` });
  const start = index < 0 ? index + size : index;
  if (start >= 0 && start < size) return { kind: "range", start, size: 1, step: 1, shrinks: true };
  return refuse(context, "import/shape", { expected: `an index within a dimension of ${size}`, found: `${index}` });
}
