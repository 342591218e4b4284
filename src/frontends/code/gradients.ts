/**
 * The two gradients of a convolution y = conv(x, w), in TensorFlow's words; dy is the cotangent of y, of y's shape.
 *
 *     dx = conv_transpose(dy, w), cropped to the shape of x
 *     dw = a convolution of x by dy that sums over the batch: batch and channels change places, strides and dilations too
 *
 *     dw[k, c, o] = Σ over n and positions y: x[n, stride·y + dilation·k − low, c] · dy[n, y, o]
 */
import { fail } from "../../diagnostics/error.js";
import { tensorflowConv, tensorflowConvTranspose } from "../../ir/geometry/conventions/tensorflow.js";
import type { ConvGeometry, Spatial } from "../../ir/geometry/spatial.js";
import { effectiveKernel, type Padding } from "../../ir/geometry/window.js";
import type { Value } from "../../ir/graph/graph.js";
import { conv } from "../../ir/ops/conv.js";
import { reshape } from "../../ir/ops/reshape.js";
import { transpose as permute } from "../../ir/ops/transpose.js";
import { equalShapes, formatShape, type Shape } from "../../ir/types/shape.js";
import { groupedShape, transpose } from "./convolutions.js";
import { checkOptions } from "./options.js";
import type { ToolBuilder } from "./tool-builder.js";
import { paddingOf, spatialOf, windowOptionNames, type WindowOptions } from "./windows.js";

export interface GradientOptions extends WindowOptions {
  /** The groups of the convolution; default 1. */
  readonly groups?: number;
}

const gradientOptionNames = { ...windowOptionNames, groups: true } as const;

export function gradientTools(builder: ToolBuilder) {
  const inInput = (rank: number) => inputTool(builder, rank);
  const inFilter = (rank: number) => filterTool(builder, rank);
  return {
    /** Gradient of `conv1d` in its input: [N, W, in], from a filter [k, in/groups, out] and dy [N, w, out]. */
    conv1dBackpropInput: inInput(1),
    /** Gradient of `conv2d` in its input: [N, H, W, in], from a filter [kh, kw, in/groups, out] and dy [N, h, w, out]. */
    conv2dBackpropInput: inInput(2),
    /** Gradient of `conv3d` in its input: [N, D, H, W, in], from a filter [kd, kh, kw, in/groups, out] and dy [N, d, h, w, out]. */
    conv3dBackpropInput: inInput(3),
    /** Gradient of `conv1d` in its filter: [k, in/groups, out], from x [N, W, in] and dy [N, w, out]. */
    conv1dBackpropFilter: inFilter(1),
    /** Gradient of `conv2d` in its filter: [kh, kw, in/groups, out], from x [N, H, W, in] and dy [N, h, w, out]. */
    conv2dBackpropFilter: inFilter(2),
    /** Gradient of `conv3d` in its filter: [kd, kh, kw, in/groups, out], from x [N, D, H, W, in] and dy [N, d, h, w, out]. */
    conv3dBackpropFilter: inFilter(3),
    /** Gradient of `depthwiseConv2d` in its input: [N, H, W, C], from a filter [kh, kw, C, multiplier]. */
    depthwiseConv2dBackpropInput: (inputShape: Shape, filter: Value, dy: Value, options: WindowOptions = {}): Value => {
      checkOptions(options, windowOptionNames);
      const shape = builder.shapeOf(filter);
      const grouped = builder.one(reshape, [filter], { shape: groupedShape(shape) });
      return inputGradient(builder, 2, inputShape, grouped, dy, { ...options, groups: shape.at(-2) ?? 1 });
    },
    /** Gradient of `depthwiseConv2d` in its filter: [kh, kw, C, multiplier]. */
    depthwiseConv2dBackpropFilter: (x: Value, filterShape: Shape, dy: Value, options: WindowOptions = {}): Value => {
      checkOptions(options, windowOptionNames);
      const grouped = { ...options, groups: filterShape.at(-2) ?? 1 };
      const gradient = filterGradient(builder, 2, x, groupedShape(filterShape), dy, grouped);
      return builder.one(reshape, [gradient], { shape: filterShape });
    },
  };
}

function inputTool(builder: ToolBuilder, rank: number) {
  return (inputShape: Shape, filter: Value, dy: Value, options: GradientOptions = {}): Value => {
    checkOptions(options, gradientOptionNames);
    return inputGradient(builder, rank, inputShape, filter, dy, options);
  };
}

function filterTool(builder: ToolBuilder, rank: number) {
  return (x: Value, filterShape: Shape, dy: Value, options: GradientOptions = {}): Value => {
    checkOptions(options, gradientOptionNames);
    return filterGradient(builder, rank, x, filterShape, dy, options);
  };
}

/** Fails with `graph/cotangent` where dy has another shape than the convolution's result, and as `conv` does where there is none. */
function inputGradient(
  builder: ToolBuilder,
  rank: number,
  inputShape: Shape,
  filter: Value,
  dy: Value,
  options: GradientOptions,
): Value {
  const { groups = 1 } = options;
  forwardGeometry(builder, rank, inputShape, builder.shapeOf(filter), dy, options);
  const spatial = spatialOf(rank, builder.shapeOf(dy), builder.shapeOf(filter).slice(0, -2), options);
  const geometry = tensorflowConvTranspose(spatial, inputShape.slice(1, -1), paddingOf(options.padding, rank));
  return transpose(builder, dy, filter, spatial, geometry, groups);
}

/** Fails as `inputGradient` does. */
function filterGradient(
  builder: ToolBuilder,
  rank: number,
  x: Value,
  filterShape: Shape,
  dy: Value,
  options: GradientOptions,
): Value {
  const { groups = 1 } = options;
  const { spatial, padding } = forwardGeometry(builder, rank, builder.shapeOf(x), filterShape, dy, options);
  const cotangent = builder.shapeOf(dy);
  const windows = {
    strides: spatial.dilations,
    dilations: spatial.strides,
    padding: spatial.input.map((size, d) => gradientPadding(size, cotangent[d + 1], padding[d], spatial, d)),
    groups,
  };
  const bySample = builder.one(conv, [channelsAsBatch(builder, x, groups), batchAsInputs(builder, dy)], windows);
  return builder.one(permute, [bySample], { permutation: rotated(rank) });
}

/** The convolution itself, whose result dy has the shape of. */
function forwardGeometry(
  builder: ToolBuilder,
  rank: number,
  input: Shape,
  filter: Shape,
  dy: Value,
  options: GradientOptions,
): ConvGeometry & { readonly spatial: Spatial } {
  const spatial = spatialOf(rank, input, filter.slice(0, -2), options);
  const { groups = 1 } = options;
  const channels = (filter.at(-2) ?? 0) * groups;
  if (channels !== input.at(-1)) {
    const expected = `[kernel…, in/groups, out] with ${input.at(-1)} / ${groups} input channels`;
    fail("graph/cotangent", { expected, found: formatShape(filter), remedy: "filters are [kernel…, in/groups, out]" });
  }
  const geometry = tensorflowConv(spatial, paddingOf(options.padding, rank));
  const result = [input[0], ...geometry.output, filter.at(-1) ?? 0];
  const found = builder.shapeOf(dy);
  if (!equalShapes(found, result)) {
    fail("graph/cotangent", { expected: `dy ${formatShape(result)}`, found: formatShape(found) });
  }
  return { ...geometry, spatial };
}

/** Padding by which windows of dy's size, one step of a stride between its elements, fit `kernel` times; negative where x was not read. */
function gradientPadding(size: number, outputs: number, [low]: Padding, spatial: Spatial, d: number): Padding {
  const [kernel, stride, dilation] = [spatial.kernel[d], spatial.strides[d], spatial.dilations[d]];
  const reach = effectiveKernel(kernel, dilation) - 1 + effectiveKernel(outputs, stride);
  return [low, reach - size - low];
}

/** [N, spatial…, C] to [C/groups, spatial…, groups · N]: each channel of a group becomes a sample, each sample a channel. */
function channelsAsBatch(builder: ToolBuilder, x: Value, groups: number): Value {
  const [batch, ...rest] = builder.shapeOf(x);
  const [sizes, channels] = [rest.slice(0, -1), rest.at(-1) ?? 0];
  const parts = builder.one(reshape, [x], { shape: [batch, ...sizes, groups, channels / groups] });
  const last = sizes.length + 2;
  const permutation = [last, ...sizes.map((_, d) => d + 1), last - 1, 0];
  const turned = builder.one(permute, [parts], { permutation });
  return builder.one(reshape, [turned], { shape: [channels / groups, ...sizes, groups * batch] });
}

/** [N, spatial…, out] to the filter [spatial…, N, out]. */
function batchAsInputs(builder: ToolBuilder, dy: Value): Value {
  const rank = builder.shapeOf(dy).length - 2;
  return builder.one(permute, [dy], { permutation: [...rotated(rank).slice(0, -2), 0, rank + 1] });
}

/** The permutation that puts the first of rank + 2 dimensions before the last. */
function rotated(rank: number): readonly number[] {
  return [...Array.from({ length: rank }, (_, d) => d + 1), 0, rank + 1];
}
