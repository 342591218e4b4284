/** Layers that move elements: other shapes, other orders, borders more or less, and images made larger. */
import { pad } from "../../../../ir/ops/pad.js";
import { resize } from "../../../../ir/ops/resize.js";
import { elementCount, formatShape, isValidShape, type Shape } from "../../../../ir/types/shape.js";
import { broadcastTo, channelsLast, reshaped, transposed } from "../../../importing/compose.js";
import { refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { isList, type Json } from "../../json.js";
import { choice, count, integers, perDimension, required, sizes, type ConfigKind } from "../importing/config-kinds.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";
import { dataFormat, inLayout } from "./convolution.js";

type Pairs = readonly (readonly [number, number])[];

const isSize = (value: Json): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isPair = (value: Json): value is readonly [number, number] =>
  isList(value) && value.length === 2 && value.every(isSize);

/** [[top, bottom], [left, right]], or one number for both ends of each, or one for all. */
function borders(fallback: number): ConfigKind<Pairs> {
  const equal = (list: readonly number[]) => list.map((size) => [size, size] as const);
  return {
    words: "[[top, bottom], [left, right]]",
    fallback: equal([fallback, fallback]),
    required: false,
    read(value) {
      if (isSize(value)) return equal([value, value]);
      if (isPair(value)) return equal(value);
      return isList(value) && value.length === 2 && value.every(isPair) ? value : undefined;
    },
  };
}

const enlarging = {
  size: perDimension(2, 1, 2),
  data_format: dataFormat,
  interpolation: choice("nearest", "bilinear"),
};

export const shapeLayers: readonly LayerRow[] = [
  layer("Flatten", { inputs: [1, 1], config: { data_format: dataFormat } }, ({ tensors }, { data_format }, x) => {
    const last = data_format === "channels_first" ? channelsLast(tensors, x) : x;
    const [batch = 1, ...rest] = last.shape;
    return reshaped(tensors, last, [batch, elementCount(rest)]);
  }),
  layer("Reshape", { config: { target_shape: required(sizes) } }, (context, { target_shape }, x) =>
    reshaped(context.tensors, x, [
      ...x.shape.slice(0, 1),
      ...wholeShape(context, x.shape.slice(1), target_shape ?? []),
    ]),
  ),
  layer("Permute", { config: { dims: required(integers) } }, (context, { dims = [] }, x) => {
    const isPermutation = dims.length === x.shape.length - 1 && x.shape.every((_, d) => d === 0 || dims.includes(d));
    if (isPermutation) return transposed(context.tensors, x, [0, ...dims]);
    const expected = `dims with each of 1 to ${x.shape.length - 1} once`;
    return refuse(context, "import/attribute", { expected, found: formatShape(dims) });
  }),
  layer("RepeatVector", { rank: 2, config: { n: count(1) } }, ({ tensors }, { n }, x) => {
    const [batch, size] = x.shape;
    return broadcastTo(tensors, reshaped(tensors, x, [batch, 1, size]), [batch, n, size]);
  }),
  layer("ZeroPadding2D", { rank: 4, config: { padding: borders(1), data_format: dataFormat } }, (context, config, x) =>
    bordered(context, x, config.padding, config.data_format),
  ),
  layer("Cropping2D", { rank: 4, config: { cropping: borders(0), data_format: dataFormat } }, (context, config, x) => {
    const negative = config.cropping.map(([low, high]) => [-low, -high] as const);
    return bordered(context, x, negative, config.data_format);
  }),
  layer("UpSampling2D", { rank: 4, config: enlarging }, (context, config, x) =>
    inLayout(context, { data_format: config.data_format }, x, (last) => {
      const [batch, height, width, channels] = last.shape;
      const enlarged = [batch, height * config.size[0], width * config.size[1], channels];
      const mode = config.interpolation === "nearest" ? "nearest" : "linear";
      const how = { mode, coordinates: "asymmetric", rounding: "floor" } as const;
      return context.tensors.apply(resize, [last], { ...how, sizes: checkedShape(context, enlarged) });
    }),
  ),
];

/** `target` with the one size that is −1 or null replaced by what is left of the elements of `from`. */
function wholeShape(context: LayerContext, from: Shape, target: readonly (number | null)[]): Shape {
  const isFree = (size: number | null): boolean => size === null || size < 0;
  const known = target.reduce<number>((product, size) => (isFree(size) ? product : product * (size ?? 1)), 1);
  const left = elementCount(from) / known;
  const shape = target.map((size) => (isFree(size) ? left : (size ?? left)));
  if (target.filter(isFree).length < 2 && Number.isInteger(left) && elementCount(shape) === elementCount(from)) {
    return shape;
  }
  const expected = `target_shape with ${elementCount(from)} elements, those of ${formatShape(from)}`;
  return refuse(context, "import/shape", { expected, found: JSON.stringify(target.slice(0, 64)) });
}

function bordered(
  context: LayerContext,
  x: Operand,
  pairs: Pairs,
  format: "channels_last" | "channels_first",
): Operand {
  const none = [0, 0] as const;
  const padding = format === "channels_first" ? [none, none, ...pairs] : [none, ...pairs, none];
  checkedShape(
    context,
    x.shape.map((size, d) => size + padding[d][0] + padding[d][1]),
  );
  return context.tensors.apply(pad, [x], { padding });
}

/** Fails with `import/shape` where no tensor has that shape. */
function checkedShape(context: LayerContext, shape: Shape): Shape {
  if (isValidShape(shape)) return shape;
  return refuse(context, "import/shape", { expected: "sizes from 0 that fit into memory", found: formatShape(shape) });
}
