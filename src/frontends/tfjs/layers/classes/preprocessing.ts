/** Layers that prepare data, in the conventions of TensorFlow.js, which differ from Keras': corners lie on one another. */
import { gather } from "../../../../ir/ops/indexing/gather.js";
import { resize } from "../../../../ir/ops/resize.js";
import { isValidShape } from "../../../../ir/types/shape.js";
import { algebra } from "../../../importing/algebra.js";
import { convert, iota, reducedAlong, reshaped, sliced } from "../../../importing/compose.js";
import { refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { choice, count, flag, number, type ConfigOf } from "../importing/config-kinds.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";

const resizing = {
  height: count(1),
  width: count(1),
  interpolation: choice("bilinear", "nearest"),
  crop_to_aspect_ratio: flag(false),
};

const encoding = {
  num_tokens: count(1),
  output_mode: choice("multi_hot", "one_hot", "count"),
};

export const preprocessingLayers: readonly LayerRow[] = [
  layer("Rescaling", { config: { scale: number(1), offset: number(0) } }, ({ tensors }, { scale, offset }, x) => {
    const { plus, times } = algebra(tensors);
    return plus(times(convert(tensors, x, "f32"), scale), offset);
  }),
  layer("Resizing", { config: resizing }, (context, { height, width, interpolation, crop_to_aspect_ratio }, x) =>
    resized(context, x, [height, width], interpolation, crop_to_aspect_ratio ? "asymmetric" : "align_corners"),
  ),
  layer("CenterCrop", { config: { height: count(1), width: count(1) } }, centerCrop),
  layer("CategoryEncoding", { config: encoding }, encodeCategories),
];

/** Images [height, width, channels], or a batch of them. Bilinear results are f32. */
function resized(
  context: LayerContext,
  x: Operand,
  size: readonly [number, number],
  interpolation: "bilinear" | "nearest",
  coordinates: "asymmetric" | "align_corners",
): Operand {
  const { tensors } = context;
  const before = imageAxes(context, x);
  const sizes = [...x.shape.slice(0, before), ...size, x.shape[before + 2]];
  if (!isValidShape(sizes))
    refuse(context, "import/shape", { expected: "sizes that fit into memory", found: sizes.join() });
  const rounding = coordinates === "align_corners" ? "round_prefer_ceil" : "floor";
  const how = { sizes, coordinates, rounding } as const;
  if (interpolation === "nearest") return tensors.apply(resize, [x], { ...how, mode: "nearest" });
  return tensors.apply(resize, [convert(tensors, x, "f32")], { ...how, mode: "linear" });
}

/** How many dimensions are before the height. */
function imageAxes(context: LayerContext, { shape }: Operand): number {
  if (shape.length === 3 || shape.length === 4) return shape.length - 3;
  const expected = "images [height, width, channels], or a batch of them";
  return refuse(context, "import/operand", { expected, found: `rank ${shape.length}` });
}

/**
 * What TensorFlow.js cuts out: it samples the nearest pixels of a box from corner to corner, which is not always a cut. Images smaller
 * than the cut are made larger.
 */
function centerCrop(
  context: LayerContext,
  { height, width }: { readonly height: number; readonly width: number },
  x: Operand,
): Operand {
  const { tensors } = context;
  const before = imageAxes(context, x);
  const [inHeight, inWidth] = x.shape.slice(before);
  const top = Math.floor((inHeight - height) / 2);
  const left = inWidth === width ? 0 : Math.floor((inWidth - width) / 2) || 1;
  if (top < 0 || left < 0) {
    const enlarged = resized(context, x, [height, width], "bilinear", "asymmetric");
    return convert(tensors, enlarged, x.elementType);
  }
  tensors.reserve(height + width);
  const rows = picked(context, x, before, sampledPositions(inHeight, top, height));
  return picked(context, rows, before + 1, sampledPositions(inWidth, left, width));
}

/** Positions that cropAndResize with "nearest" reads for a box of `count` from `start`, of `size`; −1 where it is outside. */
function sampledPositions(size: number, start: number, count: number): readonly number[] {
  const [low, high] = [Math.fround(start / size), Math.fround((start + count) / size)];
  return Array.from({ length: count }, (_, i) => {
    const scale = count > 1 ? ((high - low) * (size - 1)) / (count - 1) : 0;
    const at = count > 1 ? low * (size - 1) + i * scale : 0.5 * (low + high) * (size - 1);
    return at < 0 || at > size - 1 ? -1 : Math.round(at);
  });
}

function picked(context: LayerContext, x: Operand, axis: number, positions: readonly number[]): Operand {
  const { tensors } = context;
  if (positions.includes(-1)) {
    refuse(context, "import/unsupported-form", {
      expected: "a cut inside the image",
      found: `${positions.length} of ${x.shape[axis]}`,
    });
  }
  const isRun = positions.every((position, i) => position === positions[0] + i);
  if (isRun) return sliced(tensors, x, axis, positions[0], positions.length);
  tensors.reserve(positions.length);
  return tensors.apply(gather, [x, tensors.known("i32", [positions.length], positions)], { axis });
}

/** A sample's numbers as one vector: which there are, or how many of each; f32. */
function encodeCategories(context: LayerContext, given: ConfigOf<typeof encoding>, x: Operand): Operand {
  const { tensors } = context;
  const tokens = tokensOf(context, given, convert(tensors, x, "i32"));
  const rank = tokens.shape.length;
  const numbered = iota(tensors, given.num_tokens, rank + 1, rank);
  const column = reshaped(tensors, tokens, [...tokens.shape, 1]);
  const found = convert(tensors, algebra(tensors).equal(column, numbered), "f32");
  const together = reducedAlong(tensors, found, given.output_mode === "count" ? "sum" : "max", [rank - 1]);
  return reshaped(tensors, together, [...tokens.shape.slice(0, -1), given.num_tokens]);
}

/** Samples of tokens: a number alone is one token, and each number of a list where every one is encoded. */
function tokensOf(context: LayerContext, { output_mode: mode }: ConfigOf<typeof encoding>, x: Operand): Operand {
  const { tensors } = context;
  const lone = x.shape.length === 0 || (mode === "one_hot" && x.shape[x.shape.length - 1] !== 1);
  const tokens = lone ? reshaped(tensors, x, [...x.shape, 1]) : x;
  if (tokens.shape.length <= 2) return tokens;
  return refuse(context, "import/operand", { expected: "at most two dimensions", found: `${tokens.shape.length}` });
}
