/** Pad in all its forms: pads as attribute or operand, for all dimensions or for some, with constants, edges, reflections or wrapped around. */
import { select } from "../../../ir/ops/compare.js";
import { concat } from "../../../ir/ops/concat.js";
import { scalarTypeOf } from "../../../ir/ops/elementwise.js";
import { isWide } from "../../../ir/types/element-type.js";
import { pad } from "../../../ir/ops/pad.js";
import { formatShape, isValidShape } from "../../../ir/types/shape.js";
import { numbers } from "../../../ir/types/tensor.js";
import { choice, float, integers, required } from "../importing/attribute-kinds.js";
import { convertTensor } from "../../importing/convert-tensor.js";
import { axisOf, numbersOf, operand, optionalNumbers, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { broadcastTo, reshaped, sliced } from "../../importing/compose.js";

type Mode = "constant" | "reflect" | "edge" | "wrap";
type Pads = readonly (readonly [low: number, high: number])[];

const mode = choice("constant", "reflect", "edge");

export const paddingOperators: readonly OperatorRow[] = [
  operator(
    "Pad",
    { since: 2, operands: [1, 1], attributes: { mode, pads: required(integers), value: float(0) } },
    (context, { mode, pads, value }) => {
      const x = operand(context, 0);
      return importPad(context, mode, pads, undefined, context.tensors.known(scalarTypeOf(x), [], [value]));
    },
  ),
  operator("Pad", { since: 11, operands: [2, 3], attributes: { mode } }, (context, { mode }) =>
    importPad(context, mode, numbersOf(context, 1, "pads"), undefined, context.operands[2]),
  ),
  operator("Pad", { since: 18, operands: [2, 4], attributes: { mode } }, (context, { mode }) =>
    importPad(context, mode, numbersOf(context, 1, "pads"), optionalNumbers(context, 3, "axes"), context.operands[2]),
  ),
  operator(
    "Pad",
    { since: 19, operands: [2, 4], attributes: { mode: choice("constant", "reflect", "edge", "wrap") } },
    (context, { mode }) =>
      importPad(context, mode, numbersOf(context, 1, "pads"), optionalNumbers(context, 3, "axes"), context.operands[2]),
  ),
  operator("CenterCropPad", { since: 18, operands: [2, 2], attributes: { axes: integers } }, (context, { axes }) =>
    importCenterCropPad(context, axes),
  ),
];

/** The middle of larger dimensions, smaller ones in the middle of zeros; the odd position is at the end. */
function importCenterCropPad(context: NodeContext, axes: readonly number[] | undefined): Operand {
  const x = operand(context, 0);
  const target = numbersOf(context, 1, "the shape");
  const along = (axes ?? x.shape.map((_, d) => d)).map((axis) => axisOf(context, axis, x.shape.length));
  const pads = along.map((axis, i) => {
    const more = target[i] - x.shape[axis];
    const low = Math.trunc(more / 2);
    return [low, more - low];
  });
  const flat = [...pads.map(([low]) => low), ...pads.map(([, high]) => high)];
  return importPad(context, "constant", flat, along, undefined);
}

function importPad(
  context: NodeContext,
  mode: Mode,
  pads: readonly number[],
  axes: readonly number[] | undefined,
  value: Operand | undefined,
): Operand {
  const x = operand(context, 0);
  const padding = padsOf(context, x, pads, axes);
  if (mode === "wrap") return padding.reduce((result, [low, high], d) => wrapped(context, result, d, low, high), x);
  if (mode !== "constant") return context.tensors.apply(pad, [x], { padding, mode });
  return padConstant(context, x, padding, value);
}

/** A pair for each dimension; dimensions without an axis of their own are not padded. */
function padsOf(context: NodeContext, x: Operand, pads: readonly number[], axes: readonly number[] | undefined): Pads {
  const rank = x.shape.length;
  const along = (axes ?? x.shape.map((_, d) => d)).map((axis) => axisOf(context, axis, rank));
  if (pads.length !== 2 * along.length || new Set(along).size < along.length)
    refuse(context, "import/operand", {
      expected: `${2 * along.length} pads, each axis once`,
      found: formatShape(pads),
    });
  const padding = x.shape.map((_, d): readonly [number, number] => {
    const i = along.indexOf(d);
    return i < 0 ? [0, 0] : [pads[i], pads[along.length + i]];
  });
  const shape = x.shape.map((size, d) => size + padding[d][0] + padding[d][1]);
  const isWhole = pads.every(Number.isSafeInteger);
  if (!isWhole || !isValidShape(shape)) refuse(context, "import/shape", { found: formatShape(shape) });
  return padding;
}

/** A value that is not known yet is chosen where a padded tensor of truths is false. */
function padConstant(context: NodeContext, x: Operand, padding: Pads, value: Operand | undefined): Operand {
  const { tensors } = context;
  if (value === undefined) return tensors.apply(pad, [x], { padding });
  if (value.known?.data.length === 1) {
    const [known] = numbers(convertTensor(value.known, isWide(value.elementType) ? "f64" : scalarTypeOf(value)));
    if (!isWide(value.elementType) || Number.isSafeInteger(known))
      return tensors.apply(pad, [x], { padding, value: known });
  }
  const inside = tensors.apply(pad, [broadcastTo(tensors, tensors.known("bool", [], [1]), x.shape)], { padding });
  const scalar = reshaped(tensors, value, []);
  return tensors.apply(select, [inside, tensors.apply(pad, [x], { padding }), scalar], {}, x.elementType);
}

const mostCopies = 64;

/** Copies of the tensor one after the other, cut to the padding: element i of the result is element (i − low) mod size. */
function wrapped(context: NodeContext, x: Operand, axis: number, low: number, high: number): Operand {
  const { tensors } = context;
  const size = x.shape[axis];
  if (low <= 0 && high <= 0) return sliced(tensors, x, axis, -low, size + low + high);
  const before = Math.max(0, Math.ceil(low / size));
  const copies = before + 1 + Math.max(0, Math.ceil(high / size));
  if (size === 0 || copies > mostCopies)
    refuse(context, "import/shape", {
      expected: `padding of at most ${mostCopies - 1} times the size`,
      found: `[${low},${high}] of ${size}`,
    });
  const repeated = tensors.apply(
    concat,
    Array.from({ length: copies }, () => x),
    { axis },
  );
  return sliced(tensors, repeated, axis, before * size - low, size + low + high);
}
