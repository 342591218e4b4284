/**
 * Convolutions and transposed convolutions. Filters are `[kernel…, in/groups, out]`, transposed ones `[kernel…, out/groups, in]`, which
 * is the same filter seen from the other side: a transposed convolution is the gradient of a convolution in its input.
 */
import { fail } from "../../diagnostics/error.js";
import { kerasConvTranspose } from "../../ir/geometry/conventions/keras.js";
import { tensorflowConv, tensorflowConvTranspose } from "../../ir/geometry/conventions/tensorflow.js";
import { explicitConvTranspose } from "../../ir/geometry/explicit.js";
import { mapConvTranspose, type ConvTransposeGeometry, type Spatial } from "../../ir/geometry/spatial.js";
import type { Padding } from "../../ir/geometry/window.js";
import type { Value } from "../../ir/graph/graph.js";
import { add } from "../../ir/ops/binary.js";
import { conv } from "../../ir/ops/conv.js";
import { convTranspose } from "../../ir/ops/conv-transpose.js";
import { reshape } from "../../ir/ops/reshape.js";
import { formatShape, type Shape } from "../../ir/types/shape.js";
import { checkOptions, perDimension } from "./options.js";
import type { ToolBuilder } from "./tool-builder.js";
import {
  convOptionNames,
  convTransposeOptionNames,
  depthwiseOptionNames,
  paddingOf,
  spatialOf,
  type ConvOptions,
  type ConvTransposeOptions,
  type DepthwiseOptions,
} from "./windows.js";

export function convolutionTools(builder: ToolBuilder) {
  const convolution = (rank: number) => convolutionTool(builder, rank);
  const transposed = (rank: number) => transposedTool(builder, rank);
  const depthwise = (rank: number) => depthwiseTool(builder, rank);
  return {
    /** Convolution of [N, W, in] with a filter [k, in/groups, out]. */
    conv1d: convolution(1),
    /** Convolution of [N, H, W, in] with a filter [kh, kw, in/groups, out]: output[n, y, x, o] = Σ input[n, s·y + i, s·x + j, c] · filter[i, j, c, o]. */
    conv2d: convolution(2),
    /** Convolution of [N, D, H, W, in] with a filter [kd, kh, kw, in/groups, out]. */
    conv3d: convolution(3),
    /** Each channel on its own: [N, W, C] with a filter [k, C, multiplier] gives C · multiplier channels. */
    depthwiseConv1d: depthwise(1),
    /** Each channel on its own: [N, H, W, C] with a filter [kh, kw, C, multiplier] gives C · multiplier channels. */
    depthwiseConv2d: depthwise(2),
    /** Each channel on its own: [N, D, H, W, C] with a filter [kd, kh, kw, C, multiplier] gives C · multiplier channels. */
    depthwiseConv3d: depthwise(3),
    /** `depthwiseConv2d` with the first filter, then a 1×1 convolution with the second, [1, 1, C · multiplier, out]. */
    separableConv2d: (
      x: Value,
      depthwiseFilter: Value,
      pointwiseFilter: Value,
      options: DepthwiseOptions = {},
    ): Value => {
      const { bias, ...windows } = options;
      const spread = depthwise(2)(x, depthwiseFilter, windows);
      return convolution(2)(spread, pointwiseFilter, bias === undefined ? {} : { bias });
    },
    /** Transposed convolution of [N, W, in] with a filter [k, out/groups, in]. */
    conv1dTranspose: transposed(1),
    /** Transposed convolution of [N, H, W, in] with a filter [kh, kw, out/groups, in]; see `outputShape` for the sizes. */
    conv2dTranspose: transposed(2),
    /** Transposed convolution of [N, D, H, W, in] with a filter [kd, kh, kw, out/groups, in]. */
    conv3dTranspose: transposed(3),
  };
}

function convolutionTool(builder: ToolBuilder, rank: number) {
  return (input: Value, filter: Value, options: ConvOptions = {}): Value => {
    checkOptions(options, convOptionNames);
    return convolve(builder, rank, input, filter, options);
  };
}

function convolve(builder: ToolBuilder, rank: number, input: Value, filter: Value, options: ConvOptions): Value {
  const spatial = spatialOf(rank, builder.shapeOf(input), builder.shapeOf(filter).slice(0, -2), options);
  const { padding } = tensorflowConv(spatial, paddingOf(options.padding, rank));
  const { strides, dilations } = spatial;
  const attributes = { strides, dilations, padding, groups: options.groups ?? 1 };
  return biased(builder, builder.one(conv, [input, filter], attributes), options.bias);
}

function depthwiseTool(builder: ToolBuilder, rank: number) {
  return (input: Value, filter: Value, options: DepthwiseOptions = {}): Value => {
    checkOptions(options, depthwiseOptionNames);
    const shape = builder.shapeOf(filter);
    return convolve(builder, rank, input, builder.one(reshape, [filter], { shape: groupedShape(shape) }), {
      ...options,
      groups: shape.at(-2) ?? 1,
    });
  };
}

/** [kernel…, C, multiplier] as the filter of a convolution of C groups, [kernel…, 1, C · multiplier]. Fails with `geometry/rank`. */
export function groupedShape(filter: Shape): Shape {
  if (filter.length < 3) {
    fail("geometry/rank", { expected: "a filter [kernel…, C, multiplier]", found: formatShape(filter) });
  }
  const [channels, multiplier] = filter.slice(-2);
  return [...filter.slice(0, -2), 1, channels * multiplier];
}

function transposedTool(builder: ToolBuilder, rank: number) {
  return (input: Value, filter: Value, options: ConvTransposeOptions = {}): Value => {
    checkOptions(options, convTransposeOptionNames);
    const [shape, weights] = [builder.shapeOf(input), builder.shapeOf(filter)];
    const spatial = spatialOf(rank, shape, weights.slice(0, -2), options);
    const { groups = 1 } = options;
    const geometry = transposeGeometry(spatial, [shape[0], (weights.at(-2) ?? 0) * groups], options);
    return biased(builder, transpose(builder, input, filter, spatial, geometry, groups), options.bias);
  };
}

/** The node of a transposed convolution whose geometry is known. */
export function transpose(
  builder: ToolBuilder,
  input: Value,
  filter: Value,
  { strides, dilations }: Spatial,
  { padding, outputPadding }: ConvTransposeGeometry,
  groups: number,
): Value {
  const attributes = { strides, dilations, padding, output_padding: outputPadding, groups };
  return builder.one(convTranspose, [input, filter], attributes);
}

function biased(builder: ToolBuilder, value: Value, bias: Value | undefined): Value {
  return bias === undefined ? value : builder.one(add, [value, bias], {});
}

/** What the options say; `ends` are the result's batch and channels. */
function transposeGeometry(spatial: Spatial, ends: readonly number[], options: ConvTransposeOptions) {
  const rank = spatial.input.length;
  const padding = paddingOf(options.padding, rank);
  const { outputShape, outputPadding } = options;
  if (outputShape !== undefined) {
    if (outputPadding !== undefined) {
      fail("graph/option", { expected: "outputShape or outputPadding", found: "both" });
    }
    return tensorflowConvTranspose(spatial, spatialSizes(outputShape, rank, ends), padding);
  }
  const extra = outputPadding === undefined ? undefined : perDimension("outputPadding", outputPadding, rank);
  if (typeof padding !== "string") return croppedGeometry(spatial, padding, extra);
  return kerasConvTranspose(spatial, padding === "SAME" ? "same" : "valid", extra);
}

function croppedGeometry(spatial: Spatial, padding: readonly Padding[], extra: readonly number[] = []) {
  return mapConvTranspose(spatial, (input, window, d) =>
    explicitConvTranspose(input, window, padding[d] ?? [0, 0], extra[d] ?? 0),
  );
}

/** The spatial sizes of a wanted output. Fails with `geometry/output-shape` where a whole shape has another batch or other channels. */
function spatialSizes(
  output: readonly number[],
  rank: number,
  [batch, channels]: readonly number[],
): readonly number[] {
  if (output.length !== rank + 2) return output;
  if (output[0] !== batch || output.at(-1) !== channels) {
    fail("geometry/output-shape", {
      expected: formatShape([batch, ...output.slice(1, -1), channels]),
      found: formatShape(output),
      remedy: "the batch is the input's, and the channels are out of the filter [kernel…, out/groups, in]",
    });
  }
  return output.slice(1, -1);
}
