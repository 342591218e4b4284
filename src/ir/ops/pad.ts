/**
 * `pad`: adds positions at the ends of each dimension, or takes them away where padding is negative.
 *
 *     result[p] = input[p − low]            where p − low lies inside the input
 *     elsewhere   constant: value · edge: the nearest element · reflect: mirrored at the first and last element, without repeating them
 *
 * The input's elements are placed, so that whoever makes them can write them where they belong; the borders are filled.
 */
import { choice, optional, paddings, real } from "../attributes/kind.js";
import { affine, axisIndex } from "../computation/affine.js";
import { load, scalarConstant, shapeName } from "../computation/build-scalar.js";
import type { Computation, Index, Placement } from "../computation/computation.js";
import { defineOp, exact, notYet } from "../graph/define-op.js";
import type { Require } from "../graph/graph.js";
import type { Padding } from "../geometry/window.js";
import { elementWriter, roundTo, wordReader } from "../types/element-access.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { formatShape, rowMajorStrides } from "../types/shape.js";
import { tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { boxComputation, boxesAround, insideRange, type Box, type Range } from "./window/boxes.js";
import { movedTypes, scalarTypeOf } from "./elementwise.js";

export type PadMode = "constant" | "edge" | "reflect";

export type PadAttributes = {
  /** Low and high end of every dimension. */
  readonly padding: readonly Padding[];
  readonly mode: PadMode;
  /** What constant mode pads with. */
  readonly value: number;
};

type Labels = "C1" | "C2" | "C3" | "C4";

export const pad = defineOp<PadAttributes, Labels>({
  name: "pad",
  summary: "Adds positions at the ends of dimensions, or crops where padding is negative.",
  operands: [{ name: "input", summary: "input, of any rank", elementTypes: movedTypes }],
  attributes: {
    padding: paddings,
    mode: optional(choice<PadMode>("constant", "edge", "reflect"), "constant"),
    value: optional(real, 0),
  },
  constraints: {
    C1: {
      statement: "padding has one pair for each dimension",
      remedy: "give [0, 0] for dimensions that stay, the batch and the channels included",
    },
    C2: {
      statement: "no dimension is cropped to less than nothing",
      remedy: "negative padding takes positions away: use less of it",
    },
    C3: {
      statement: "edge and reflect have an element to repeat in every dimension that grows",
      remedy: "pad an empty dimension with a constant",
    },
    C4: {
      statement: "the value is one of the element type",
      remedy: "use a whole number in range for integers, 0 or 1 for bool",
    },
  },
  inferTypes: inferPad,
  evaluate: ([input], attributes, [result]) => [evaluatePad(input, attributes, result)],
  gradient: notYet("constant mode crops the cotangent; the others add mirrored parts up"),
  lowering: { kind: "placement", place: placePad, fill: fillPad },
  accuracy: exact,
});

function inferPad(
  [input]: readonly TensorType[],
  { padding, mode, value }: PadAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const { shape, elementType } = input;
  require("C1", padding.length === shape.length, () => ({ expected: `${shape.length}`, found: `${padding.length}` }));
  require("C4", isReal(elementType) || roundTo(elementType, value) === value, () => ({
    expected: `a value of ${elementType}`,
    found: `${value}`,
  }));
  if (padding.length !== shape.length) return [];
  const sizes = shape.map((size, d) => size + padding[d][0] + padding[d][1]);
  require("C2", sizes.every((size) => size >= 0), () => ({ found: `${formatShape(shape)} to ${formatShape(sizes)}` }));
  require("C3", mode === "constant" || shape.every((size, d) => size > 0 || sizes[d] <= 0));
  return [{ elementType, shape: sizes.map((size) => Math.max(size, 0)) }];
}

function isReal(elementType: TensorType["elementType"]): boolean {
  return elementType === "f32" || elementType === "f64";
}

function evaluatePad(input: Tensor, { padding, mode, value }: PadAttributes, result: TensorType): Tensor {
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const read = wordReader(input);
  const strides = rowMajorStrides(input.shape);
  eachPoint(result.shape, (point, number) => {
    const position = point.map((p, d) => sourcePosition(mode, p - padding[d][0], input.shape[d]));
    write(number, position.includes(-1) ? value : read(offsetAt(position, strides)));
  });
  return output;
}

/** Where the element at `position` relative to the input of `size` comes from; −1 for the constant. */
function sourcePosition(mode: PadMode, position: number, size: number): number {
  if (position >= 0 && position < size) return position;
  if (mode === "constant") return -1;
  if (mode === "edge" || size === 1) return position < 0 ? 0 : size - 1;
  const period = 2 * (size - 1);
  const inPeriod = ((position % period) + period) % period;
  return Math.min(inPeriod, period - inPeriod);
}

function crops(padding: readonly Padding[]): boolean {
  return padding.some(([low, high]) => low < 0 || high < 0);
}

function placePad(_: readonly TensorType[], { padding }: PadAttributes): readonly Placement[] {
  if (crops(padding)) return [];
  return [{ operand: 0, indices: padding.map(([low], d) => axisIndex(d, 1, low)) }];
}

/** The borders; where the input is cropped, and so cannot be placed as a whole, the inside too. */
function fillPad(
  [input]: readonly TensorType[],
  attributes: PadAttributes,
  result: TensorType,
): readonly Computation[] {
  const { padding, mode, value } = attributes;
  const inside = input.shape.map((size, d) => insideRange(padding[d], size));
  const name = `${mode}_pad_${shapeName(result.shape)}`;
  const constant = scalarConstant(scalarTypeOf(result), value);
  const borders = boxesAround(inside, result.shape).map((box) =>
    mode === "constant"
      ? boxComputation(name, [], result, box, constant)
      : boxComputation(name, [input], result, box, load(0, sourceIndices(attributes, input, box))),
  );
  if (!crops(padding) || inside.some(({ extent }) => extent === 0)) return borders;
  const kept = load(
    0,
    inside.map(({ start }, d) => axisIndex(d, 1, start - padding[d][0])),
  );
  return [...borders, boxComputation(`crop_${shapeName(result.shape)}`, [input], result, inside, kept)];
}

function sourceIndices({ padding, mode }: PadAttributes, input: TensorType, box: Box): Index[] {
  return box.map((range, d) => sourceIndex(mode, { ...range, start: range.start - padding[d][0] }, input.shape[d], d));
}

/** `sourcePosition` over a range, as an index over axis `axis`; affine where the range lies within one piece of it. */
function sourceIndex(mode: PadMode, { start, extent }: Range, size: number, axis: number): Index {
  const end = start + extent - 1;
  const position = axisIndex(axis, 1, start);
  if (start >= 0 && end < size) return position;
  if (mode === "edge" || size === 1) return clampedIndex(position, start, end, size);
  if (start > -size && end <= 0) return axisIndex(axis, -1, -start);
  if (start >= size - 1 && end <= 2 * (size - 1)) return axisIndex(axis, -1, 2 * (size - 1) - start);
  const period = 2 * (size - 1);
  const inPeriod: Index = { kind: "modulo", of: position, by: period };
  const mirrored: Index = { kind: "add", left: affine(period), right: { kind: "scale", of: inPeriod, by: -1 } };
  return { kind: "minimum", left: inPeriod, right: mirrored };
}

function clampedIndex(position: Index, start: number, end: number, size: number): Index {
  if (end <= 0) return affine(0);
  if (start >= size - 1) return affine(size - 1);
  const fromZero: Index = start < 0 ? { kind: "maximum", left: position, right: affine(0) } : position;
  return end >= size ? { kind: "minimum", left: fromZero, right: affine(size - 1) } : fromZero;
}
