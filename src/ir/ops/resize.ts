/**
 * `resize`: samples the input at other positions, along any of its dimensions.
 *
 *     nearest   result[o] = input[round(x(o))]
 *     linear    result[o] = (1 − t) · input[⌊x(o)⌋] + t · input[⌊x(o)⌋ + 1],  t = x(o) − ⌊x(o)⌋, one dimension after the other
 *
 * where x(o) is the coordinate of output position o by the mode's formula, and indices are clamped to the input. An element
 * of weight 0 does not count, but an infinite one may make a kernel's result NaN.
 */
import { choice, optional, reals, sizes } from "../attributes/kind.js";
import { defineOp, notYet, ulp } from "../graph/define-op.js";
import type { Require } from "../graph/graph.js";
import { elementReader, elementWriter } from "../types/element-access.js";
import { eachPoint } from "../types/points.js";
import { formatShape, rowMajorStrides, type Shape } from "../types/shape.js";
import { tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { computedTypes } from "./elementwise.js";
import {
  coordinateRamp,
  rampFloor,
  rampFraction,
  rampReach,
  repetitions,
  roundedRamp,
  type Coordinates,
  type Ramp,
  type Rounding,
} from "./window/resize-coordinates.js";
import { resizeComputations } from "./window/resize-computations.js";

export type ResizeAttributes = {
  readonly mode: "nearest" | "linear";
  /** The shape of the result. */
  readonly sizes: readonly number[];
  /** Output / input of every dimension, as the coordinates use it; [] where it is that quotient exactly. */
  readonly scales: readonly number[];
  readonly coordinates: Coordinates;
  /** How nearest rounds a coordinate. */
  readonly rounding: Rounding;
};

type Labels = "C1" | "C2" | "C3" | "C4" | "C5" | "C6";

/** An element is a mix of two along each: 64 loads in one expression. */
const mostInterpolated = 6;

export const resize = defineOp<ResizeAttributes, Labels>({
  name: "resize",
  summary:
    "Samples at other positions: nearest or linear, in the coordinate conventions of ONNX, PyTorch and TensorFlow.",
  operands: [{ name: "input", summary: "input, of any rank", elementTypes: computedTypes }],
  attributes: {
    mode: choice("nearest", "linear"),
    sizes,
    scales: optional(reals, []),
    coordinates: choice<Coordinates>(
      "half_pixel",
      "half_pixel_symmetric",
      "pytorch_half_pixel",
      "align_corners",
      "asymmetric",
      "tf_half_pixel_for_nn",
    ),
    rounding: optional(
      choice<Rounding>("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
      "round_prefer_floor",
    ),
  },
  constraints: {
    C1: {
      statement: "sizes, and scales where they are given, have one entry for each dimension",
      remedy: "give the input's own size, and scale 1, for dimensions that stay",
    },
    C2: { statement: "scales are positive", remedy: "a scale is output size / input size" },
    C3: { statement: "no dimension that has elements is made of one without", remedy: "resize what is not empty" },
    C4: {
      statement: "linear works on floats",
      remedy: "cast to f32 before, or use nearest",
    },
    C5: {
      statement: "coordinates are fractions of whole numbers below 2^30",
      remedy: "use scales that are simple fractions, such as output size / input size",
    },
    C6: {
      statement: "linear interpolates along at most six dimensions at once",
      remedy: "resize some dimensions first, and the others after",
    },
  },
  inferTypes: inferResize,
  evaluate: ([input], attributes, [result]) => [evaluateResize(input, attributes, result)],
  gradient: notYet("it adds each cotangent to the elements it was sampled from"),
  lowering: {
    kind: "computations",
    lower: ([input], attributes, [result]) =>
      resizeComputations(input, result, rampsOf(input.shape, attributes), attributes.mode).map((computation) => ({
        into: 0,
        computation,
      })),
  },
  accuracy: ulp(4),
});

/** The ramp of each dimension, for nearest the one whose floor is taken. */
function rampsOf(shape: Shape, { mode, sizes, scales, coordinates, rounding }: ResizeAttributes): readonly Ramp[] {
  return shape.map((input, d) => {
    const scale = scales.length === 0 ? {} : { scale: scales[d] };
    const ramp = coordinateRamp(coordinates, { input, output: sizes[d], ...scale });
    return mode === "nearest" ? roundedRamp(ramp, rounding) : ramp;
  });
}

/** How often nearest puts each element in a row, for every dimension; undefined where it does anything else. */
export function repeatedTimes(shape: Shape, attributes: ResizeAttributes): readonly number[] | undefined {
  if (attributes.mode !== "nearest" || shape.includes(0)) return undefined;
  const ramps = rampsOf(shape, attributes);
  const times = ramps.flatMap((ramp, d) => repetitions(ramp, { input: shape[d], output: attributes.sizes[d] }) ?? []);
  return times.length === shape.length ? times : undefined;
}

function inferResize(
  [input]: readonly TensorType[],
  attributes: ResizeAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const { sizes, scales, mode } = attributes;
  const rank = input.shape.length;
  const matched = sizes.length === rank && (scales.length === 0 || scales.length === rank);
  const positive = scales.every((scale) => scale > 0 && scale < Infinity);
  require("C1", matched, () => ({ expected: `${rank} entries`, found: `${sizes.length} and ${scales.length}` }));
  require("C2", positive, () => ({ found: `[${scales.join(",")}]` }));
  require("C4", mode === "nearest" || input.elementType === "f32" || input.elementType === "f64");
  if (!matched || !positive) return [];
  const made = sizes.every((size, d) => size === 0 || input.shape[d] > 0);
  require("C3", made, () => ({ found: `${formatShape(input.shape)} to ${formatShape(sizes)}` }));
  if (made && !sizes.includes(0)) requireReach(input.shape, attributes, require);
  return [{ elementType: input.elementType, shape: sizes }];
}

function requireReach(shape: Shape, attributes: ResizeAttributes, require: Require<"C5" | "C6">): void {
  const { mode, sizes } = attributes;
  const ramps = rampsOf(shape, attributes);
  ramps.forEach((ramp, d) => {
    const reach = rampReach(ramp, sizes[d]);
    require("C5", reach < 2 ** 30, () => ({ found: `${reach} for ${shape[d]} to ${sizes[d]}` }));
  });
  const mixing = ramps.filter(({ step, start, by }) => mode === "linear" && (step % by !== 0 || start % by !== 0));
  require("C6", mixing.length <= mostInterpolated, () => ({ found: `${mixing.length} of them` }));
}

function evaluateResize(input: Tensor, attributes: ResizeAttributes, result: TensorType): Tensor {
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  if (result.shape.includes(0)) return output;
  const samples = rampsOf(input.shape, attributes).map((ramp, d) => {
    return Array.from({ length: result.shape[d] }, (_, o) => samplesAt(ramp, o, input.shape[d], attributes.mode));
  });
  const [read, strides] = [elementReader(input), rowMajorStrides(input.shape)];
  const value = (point: readonly number[], d: number, offset: number): number => {
    if (d === point.length) return read(offset);
    const taps = samples[d][point[d]];
    const terms = taps.map(({ index, weight }) => weight * value(point, d + 1, offset + index * strides[d]));
    return terms.reduce((sum, term) => sum + term);
  };
  eachPoint(result.shape, (point, number) => write(number, value(point, 0, 0)));
  return output;
}

interface Sample {
  readonly index: number;
  readonly weight: number;
}

/** The elements of one dimension that an output position is made of. */
function samplesAt(ramp: Ramp, position: number, size: number, mode: ResizeAttributes["mode"]): readonly Sample[] {
  const index = rampFloor(ramp, position);
  const clamped = (at: number) => Math.min(Math.max(at, 0), size - 1);
  const fraction = mode === "nearest" ? 0 : rampFraction(ramp, position);
  if (fraction === 0 || clamped(index) === clamped(index + 1)) return [{ index: clamped(index), weight: 1 }];
  return [
    { index, weight: 1 - fraction },
    { index: index + 1, weight: fraction },
  ];
}
