/** Resize and its forerunner Upsample: nearest and linear, by scales or sizes. */
import { resize, type ResizeAttributes } from "../../../ir/ops/resize.js";
import { formatShape, isValidShape } from "../../../ir/types/shape.js";
import { choice, flag, float, floats, integers, required, type ValuesOf } from "../importing/attribute-kinds.js";
import { axisOf, numbersOf, operand, optionalNumbers, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { algebra } from "../../importing/algebra.js";
import { channelsFirst, channelsLast } from "../../importing/compose.js";
import { resampled, tapsOf, type Taps } from "./resampling.js";

const coordinateModes = [
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
  "tf_half_pixel_for_nn",
  "tf_crop_and_resize",
] as const;

const attributes11 = {
  coordinate_transformation_mode: choice("half_pixel", ...coordinateModes),
  cubic_coeff_a: float(-0.75),
  exclude_outside: flag(false),
  extrapolation_value: float(0),
  mode: choice("nearest", "linear", "cubic"),
  nearest_mode: choice("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
};

const attributes18 = {
  ...attributes11,
  antialias: flag(false),
  axes: integers,
  keep_aspect_ratio_policy: choice("stretch", "not_larger", "not_smaller"),
};

const upsampleMode = choice("nearest", "linear");

export const resizingOperators: readonly OperatorRow[] = [
  operator(
    "Upsample",
    { since: 7, until: 8, operands: [1, 1], attributes: { mode: upsampleMode, scales: required(floats) } },
    (context, { mode, scales }) => byFloor(context, mode, scales),
  ),
  operator(
    "Upsample",
    { since: 9, until: 9, operands: [2, 2], attributes: { mode: upsampleMode } },
    (context, { mode }) => byFloor(context, mode, numbersOf(context, 1, "the scales")),
  ),
  operator("Resize", { since: 10, operands: [2, 2], attributes: { mode: upsampleMode } }, (context, { mode }) =>
    byFloor(context, mode, numbersOf(context, 1, "the scales")),
  ),
  operator("Resize", { since: 11, operands: [1, 4], attributes: attributes11 }, (context, attributes) =>
    importResize(context, { ...attributes, antialias: false, axes: undefined, keep_aspect_ratio_policy: "stretch" }),
  ),
  operator("Resize", { since: 18, operands: [1, 4], attributes: attributes18 }, importResize),
];

/** What the resize is given: sizes and scales of every dimension. */
interface Sizes {
  readonly sizes: readonly number[];
  readonly scales: readonly number[];
}

/** Up to operator set 10: positions are multiples of 1 / scale, and nearest takes the element before. */
function byFloor(context: NodeContext, mode: "nearest" | "linear", scales: readonly number[]): Operand {
  const coordinates = { mode, coordinates: "asymmetric", rounding: "floor" } as const;
  return resized(context, scaledSizes(context, scales, every(context)), coordinates);
}

function every(context: NodeContext): readonly number[] {
  return operand(context, 0).shape.map((_, d) => d);
}

function importResize(context: NodeContext, attributes: ValuesOf<typeof attributes18>): Operand {
  const { coordinate_transformation_mode: coordinates, mode, nearest_mode: rounding, antialias } = attributes;
  const rank = operand(context, 0).shape.length;
  const axes = attributes.axes?.map((axis) => axisOf(context, axis, rank)) ?? every(context);
  const scales = optionalNumbers(context, 2, "the scales") ?? [];
  const sizes = optionalNumbers(context, 3, "the sizes") ?? [];
  if ((scales.length === 0) === (sizes.length === 0))
    refuse(context, "import/operand", {
      expected: "either scales or sizes",
      found: scales.length === 0 ? "neither" : "both",
    });
  const wanted =
    sizes.length === 0
      ? scaledSizes(context, scales, axes)
      : givenSizes(context, sizes, axes, attributes.keep_aspect_ratio_policy);
  const isMixed = mode === "cubic" || (mode === "linear" && (antialias || attributes.exclude_outside));
  if (isMixed || coordinates === "tf_crop_and_resize") return resizedByTaps(context, wanted, axes, attributes);
  return resized(context, wanted, { mode, coordinates, rounding });
}

/** One axis after the other; of a part of the input, what lies outside has the value that is given for it. */
function resizedByTaps(
  context: NodeContext,
  { sizes, scales }: Sizes,
  axes: readonly number[],
  attributes: ValuesOf<typeof attributes18>,
): Operand {
  const { tensors } = context;
  const { and, where } = algebra(tensors);
  const x = operand(context, 0);
  if (!isValidShape(sizes) || x.shape.includes(0) || sizes.includes(0))
    refuse(context, "import/shape", { found: `${formatShape(x.shape)} to ${formatShape(sizes)}` });
  const isPart = attributes.coordinate_transformation_mode === "tf_crop_and_resize";
  const region = isPart ? numbersOf(context, 1, "the region of interest") : [];
  const insides: Operand[] = [];
  let result = x;
  for (const [i, axis] of axes.entries()) {
    const taps = tapsOf({
      input: x.shape[axis],
      output: sizes[axis],
      scale: scales[axis] ?? sizes[axis] / x.shape[axis],
      mode: attributes.mode,
      coordinates: attributes.coordinate_transformation_mode,
      rounding: attributes.nearest_mode,
      antialias: attributes.antialias,
      slope: attributes.cubic_coeff_a,
      excludesOutside: attributes.exclude_outside,
      region: [region[i] ?? 0, region[axes.length + i] ?? 1],
    });
    if (isTrivial(taps)) continue;
    result = resampled(tensors, result, axis, taps);
    const along = x.shape.map((_, d) => (d === axis ? taps.inside.length : 1));
    if (isPart) insides.push(tensors.known("bool", along, taps.inside.map(Number)));
  }
  return insides.length === 0 ? result : where(insides.reduce(and), result, attributes.extrapolation_value);
}

/** Whether every position is made of the element with its own number. */
function isTrivial({ indices, weights, inside }: Taps): boolean {
  const isOne = (at: number) => weights[at].every((weight, k) => weight === Number(indices[at][k] === at));
  return inside.every((is, at) => is && isOne(at));
}

/** ⌊size · scale⌋ along the axes. */
function scaledSizes(context: NodeContext, scales: readonly number[], axes: readonly number[]): Sizes {
  const { shape } = operand(context, 0);
  checkCount(context, scales, axes);
  const all = shape.map((_, d) => (axes.includes(d) ? scales[axes.indexOf(d)] : 1));
  return { sizes: shape.map((size, d) => Math.floor(size * all[d])), scales: all };
}

/** Sizes along the axes; with an aspect ratio to keep, one scale for all of them. */
function givenSizes(
  context: NodeContext,
  sizes: readonly number[],
  axes: readonly number[],
  policy: "stretch" | "not_larger" | "not_smaller",
): Sizes {
  const { shape } = operand(context, 0);
  checkCount(context, sizes, axes);
  const ratios = axes.map((axis, i) => sizes[i] / shape[axis]);
  const scale = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
  const result = shape.map((size, d) => {
    if (!axes.includes(d)) return size;
    return policy === "stretch" ? sizes[axes.indexOf(d)] : Math.floor(size * scale + 0.5);
  });
  return { sizes: result, scales: [] };
}

function checkCount(context: NodeContext, values: readonly number[], axes: readonly number[]): void {
  if (values.length === axes.length && new Set(axes).size === axes.length) return;
  refuse(context, "import/operand", {
    expected: `${axes.length} scales or sizes, each axis once`,
    found: formatShape(values),
  });
}

/** Between transposes, so that images are resized as the convolutions around them have them. */
function resized(
  context: NodeContext,
  { sizes, scales }: Sizes,
  attributes: Pick<ResizeAttributes, "mode" | "coordinates" | "rounding">,
): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  if (!isValidShape(sizes)) refuse(context, "import/shape", { found: formatShape(sizes) });
  const last = (list: readonly number[]) => (list.length < 3 ? list : [list[0], ...list.slice(2), list[1]]);
  const result = tensors.apply(resize, [channelsLast(tensors, x)], {
    ...attributes,
    sizes: last(sizes),
    scales: last(scales),
  });
  return channelsFirst(tensors, result);
}
