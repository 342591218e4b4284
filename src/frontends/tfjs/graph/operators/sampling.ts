/** Images sampled between their pixels: regions brought to one size, and projective maps. */
import { floor } from "../../../../ir/ops/unary.js";
import { formatShape, isValidShape } from "../../../../ir/types/shape.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import { convert, iota, reshaped, sliced } from "../../../importing/compose.js";
import { interpolated, linearTaps, zeroOutside, type Tap } from "../../../importing/interpolation.js";
import { numberOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";
import { choice, float } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { asFloat } from "./elementwise.js";
import { mappedInto, type FillMode } from "./fill-modes.js";

type Method = "linear" | "nearest";

export const samplingOperators: readonly GraphOperatorRow[] = [
  graphOperator(
    "CropAndResize",
    { operands: [4, 4], attributes: { method: choice("bilinear", "nearest"), extrapolation_value: float(0) } },
    (context, { method, extrapolation_value }) =>
      cropAndResize(context, method === "nearest" ? "nearest" : "linear", extrapolation_value),
  ),
  graphOperator(
    "ImageProjectiveTransformV3",
    {
      operands: [4, 4],
      attributes: {
        interpolation: choice("NEAREST", "BILINEAR"),
        fill_mode: choice("CONSTANT", "REFLECT", "WRAP", "NEAREST"),
      },
    },
    (context, { interpolation, fill_mode }) =>
      projected(context, interpolation === "NEAREST" ? "nearest" : "linear", fill_mode),
  ),
];

/** Halves are rounded up. */
function tapsOf(tensors: TensorBuilder, coordinate: Operand, method: Method): readonly Tap[] {
  if (method === "linear") return linearTaps(tensors, coordinate);
  const { of, plus } = algebra(tensors);
  return [{ index: convert(tensors, of(floor, plus(coordinate, 0.5)), "i32") }];
}

/** Column `i` of a matrix [R, …] as [R, 1, 1]. */
function column(tensors: TensorBuilder, matrix: Operand, i: number): Operand {
  return reshaped(tensors, sliced(tensors, matrix, 1, i, 1), [matrix.shape[0], 1, 1]);
}

/** Regions [R, (y₁, x₁, y₂, x₂)] in parts of the image, each brought to one size: [R, height, width, C]. */
function cropAndResize(context: GraphContext, method: Method, fill: number): Operand {
  const { tensors } = context;
  const [image, boxes] = [asFloat(tensors, operand(context, 0)), operand(context, 1)];
  const size = numbersOf(context, 3, "the size");
  const fits = image.shape.length === 4 && boxes.shape.length === 2 && boxes.shape[1] === 4 && size.length === 2;
  if (!fits || !isValidShape([boxes.shape[0], ...size, image.shape[3]]) || size.includes(0))
    return refuse(context, "import/operand", {
      expected: "images [N,H,W,C], boxes [R,4] and two sizes",
      found: `${formatTensorType(image)}, ${formatTensorType(boxes)}, ${formatShape(size)}`,
    });
  const { greaterEqual, less, and, where } = algebra(tensors);
  const axes = [0, 1].map((d) => cropAxis(tensors, { boxes, d, count: size[d], size: image.shape[d + 1], method }));
  const numbers = convert(tensors, operand(context, 2), "i32");
  const batch = reshaped(tensors, numbers, [boxes.shape[0], 1, 1]);
  const sampled = interpolated(
    tensors,
    { pixels: image, batch },
    axes.map(({ taps }) => taps),
  );
  const inside = axes.map((axis) => axis.inside).reduce(and);
  const isImage = and(greaterEqual(batch, 0), less(batch, image.shape[0]));
  const perPixel = (x: Operand) => reshaped(tensors, x, [...x.shape, 1]);
  return where(perPixel(isImage), where(perPixel(inside), sampled, fill), 0);
}

interface CropAxis {
  readonly boxes: Operand;
  readonly d: number;
  readonly count: number;
  readonly size: number;
  readonly method: Method;
}

/** Samples lie evenly from one end of a region to the other; a single one in its middle. */
function cropAxis(tensors: TensorBuilder, { boxes, d, count, size, method }: CropAxis) {
  const { plus, minus, times, over, and, greaterEqual, lessEqual } = algebra(tensors);
  const [start, end] = [column(tensors, boxes, d), column(tensors, boxes, d + 2)];
  const places = convert(tensors, iota(tensors, count, 3, d + 1), "f32");
  const step = over(times(minus(end, start), size - 1), Math.max(count - 1, 1));
  const coordinate =
    count > 1 ? plus(times(start, size - 1), times(places, step)) : times(times(plus(start, end), 0.5), size - 1);
  const inside = and(greaterEqual(coordinate, 0), lessEqual(coordinate, size - 1));
  return { taps: tapsOf(tensors, coordinate, method), inside };
}

/** Every pixel (x, y) of the result is taken from ((a₀x + a₁y + a₂) / k, (a₃x + a₄y + a₅) / k), k = a₆x + a₇y + 1. */
function projected(context: GraphContext, method: Method, mode: FillMode): Operand {
  const { tensors } = context;
  const [image, transforms] = [asFloat(tensors, operand(context, 0)), operand(context, 1)];
  const [size, fill] = [numbersOf(context, 2, "the size"), numberOf(context, 3, "the value")];
  const [count, height, width, channels] = image.shape;
  const isMap = transforms.shape.length === 2 && transforms.shape[1] === 8;
  const forAll = isMap && (transforms.shape[0] === 1 || transforms.shape[0] === count);
  if (image.shape.length !== 4 || !forAll || size.length !== 2 || !isValidShape([count, ...size, channels]))
    return refuse(context, "import/operand", {
      expected: "images [N,H,W,C], a map of eight numbers for all or for each, and two sizes",
      found: `${formatTensorType(image)}, ${formatTensorType(transforms)}, ${formatShape(size)}`,
    });
  const { plus, minus, over, equal, where } = algebra(tensors);
  const { x, y, scale } = projection(tensors, transforms, size);
  const inside = (value: Operand, length: number) => mappedInto(tensors, over(value, scale), length, mode);
  const taps = [inside(y, height), inside(x, width)].map((coordinate, d) =>
    zeroOutside(tensors, tapsOf(tensors, coordinate, method), d === 0 ? height : width),
  );
  const batch = count === 1 ? undefined : iota(tensors, count, 3, 0);
  const pixels = fill === 0 ? image : minus(image, fill);
  const sampled = interpolated(tensors, { pixels, batch }, taps);
  const shown = fill === 0 ? sampled : plus(sampled, fill);
  const isNowhere = equal(scale, 0);
  return where(reshaped(tensors, isNowhere, [...isNowhere.shape, 1]), fill, shown);
}

/** The three linear forms of a map, [N, height, width] each. */
function projection(tensors: TensorBuilder, transforms: Operand, [height, width]: readonly number[]) {
  const { plus, times } = algebra(tensors);
  const [row, place] = [iota(tensors, height, 3, 1), iota(tensors, width, 3, 2)].map((each) =>
    convert(tensors, each, "f32"),
  );
  const form = (i: number) =>
    plus(times(column(tensors, transforms, i), place), times(column(tensors, transforms, i + 1), row));
  const shifted = (i: number) => plus(form(i), column(tensors, transforms, i + 2));
  return { x: shifted(0), y: shifted(3), scale: plus(form(6), 1) };
}
