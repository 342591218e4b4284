/** Convolutions. Keras' filters are [kernel…, in/groups, out], as the graph has them; depthwise ones are [kernel…, in, multiplier]. */
import { tensorflowConv, type TensorflowPadding } from "../../../../ir/geometry/conventions/tensorflow.js";
import type { Spatial } from "../../../../ir/geometry/spatial.js";
import { add } from "../../../../ir/ops/binary.js";
import { conv } from "../../../../ir/ops/conv.js";
import { channelsFirst, channelsLast, reshaped } from "../../../importing/compose.js";
import type { Operand } from "../../../importing/operand.js";
import { activation, type Activation } from "../importing/activations.js";
import { choice, count, flag, perDimension, type ConfigOf } from "../importing/config-kinds.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";

export const dataFormat = choice("channels_last", "channels_first");

/** What all convolutions of so many spatial dimensions may say. */
export function windowConfig(rank: number) {
  return {
    kernel_size: perDimension(rank, 1),
    strides: perDimension(rank, 1, 1),
    padding: choice("valid", "same"),
    data_format: dataFormat,
    dilation_rate: perDimension(rank, 1, 1),
    activation: activation("linear"),
    use_bias: flag(true),
  };
}

/** The part of a config that says where windows lie. */
export interface Windows {
  readonly strides: readonly number[];
  readonly padding: "valid" | "same" | "causal";
  readonly dilation_rate: readonly number[];
}

const convConfig = (rank: number) => ({ ...windowConfig(rank), filters: count(1), groups: count(1, 1) });
const causal = { padding: choice("valid", "same", "causal") };

const depthwiseConfig = { ...windowConfig(2), depth_multiplier: count(1, 1) };

export const convolutionLayers: readonly LayerRow[] = [
  layer("Conv1D", { rank: 3, config: { ...convConfig(1), ...causal } }, convolve),
  layer("Conv2D", { rank: 4, config: convConfig(2) }, convolve),
  layer("Conv3D", { rank: 5, config: convConfig(3) }, convolve),
  layer("DepthwiseConv2D", { rank: 4, config: depthwiseConfig }, convolveDepthwise),
  layer("SeparableConv2D", { rank: 4, config: { ...depthwiseConfig, filters: count(1) } }, convolveSeparable),
];

type ConvConfig = Omit<ConfigOf<ReturnType<typeof convConfig>>, "padding"> & Windows;

function convolve(context: LayerContext, config: ConvConfig, x: Operand): Operand {
  return inLayout(context, config, x, (last) => {
    const channels = last.shape[last.shape.length - 1];
    const shape = [...config.kernel_size, channels / config.groups, config.filters];
    const filter = context.weights.weight("kernel", shape);
    return biased(context, config, convolved(context, last, filter, config, config.groups), config.filters);
  });
}

function convolveDepthwise(context: LayerContext, config: ConfigOf<typeof depthwiseConfig>, x: Operand): Operand {
  return inLayout(context, config, x, (last) => {
    const spread = depthwise(context, config, last);
    return biased(context, config, spread, spread.shape[spread.shape.length - 1]);
  });
}

function convolveSeparable(
  context: LayerContext,
  config: ConfigOf<typeof depthwiseConfig> & { readonly filters: number },
  x: Operand,
): Operand {
  return inLayout(context, config, x, (last) => {
    const spread = depthwise(context, config, last);
    const pointwise = context.weights.weight("pointwise_kernel", [1, 1, spread.shape[3], config.filters]);
    const single: Windows = { strides: [1, 1], padding: "valid", dilation_rate: [1, 1] };
    return biased(context, config, convolved(context, spread, pointwise, single, 1), config.filters);
  });
}

function depthwise(context: LayerContext, config: ConfigOf<typeof depthwiseConfig>, last: Operand): Operand {
  const channels = last.shape[3];
  const multiplier = config.depth_multiplier;
  const filter = context.weights.weight("depthwise_kernel", [...config.kernel_size, channels, multiplier]);
  const grouped = reshaped(context.tensors, filter, [...config.kernel_size, 1, channels * multiplier]);
  return convolved(context, last, grouped, config, channels);
}

/** A convolution of channels-last data under Keras' padding. */
export function convolved(
  { tensors }: LayerContext,
  x: Operand,
  filter: Operand,
  windows: Windows,
  groups: number,
): Operand {
  const { strides, dilation_rate: dilations } = windows;
  const spatial = { input: x.shape.slice(1, -1), kernel: filter.shape.slice(0, -2), strides, dilations };
  const { padding } = tensorflowConv(spatial, paddingOf(spatial, windows.padding));
  return tensors.apply(conv, [x, filter], { strides, dilations, padding, groups });
}

/** Causal: a step sees itself and what was before it. */
function paddingOf({ kernel, dilations }: Spatial, padding: Windows["padding"]): TensorflowPadding {
  if (padding !== "causal") return padding === "same" ? "SAME" : "VALID";
  return kernel.map((size, d) => [(size - 1) * dilations[d], 0] as const);
}

/** The result plus the bias of the layer, where it has one. */
export function biased(
  { tensors, weights }: LayerContext,
  { use_bias: useBias }: { readonly use_bias: boolean },
  value: Operand,
  channels: number,
): Operand {
  return useBias ? tensors.apply(add, [value, weights.weight("bias", [channels])], {}) : value;
}

/** What is computed channels last, in the layout of the layer; its activation comes after. */
export function inLayout(
  { tensors }: LayerContext,
  config: { readonly data_format: "channels_last" | "channels_first"; readonly activation?: Activation },
  x: Operand,
  compute: (last: Operand) => Operand,
): Operand {
  const isFirst = config.data_format === "channels_first";
  const result = compute(isFirst ? channelsLast(tensors, x) : x);
  const inOrder = isFirst ? channelsFirst(tensors, result) : result;
  return config.activation === undefined ? inOrder : config.activation(tensors, inOrder);
}
