/** Transposed convolutions. Keras' filters are [kernel…, out, in], as the graph has them. */
import { kerasConvTranspose } from "../../../../ir/geometry/conventions/keras.js";
import { convTranspose } from "../../../../ir/ops/conv-transpose.js";
import type { Operand } from "../../../importing/operand.js";
import { count, perDimension, type ConfigKind, type ConfigOf } from "../importing/config-kinds.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";
import { biased, inLayout, windowConfig } from "./convolution.js";

function transposedConfig(rank: number) {
  const outputPadding: ConfigKind<readonly number[] | undefined> = {
    ...perDimension(rank, 0, 0),
    fallback: undefined,
  };
  return { ...windowConfig(rank), filters: count(1), output_padding: outputPadding };
}

export const transposedConvolutionLayers: readonly LayerRow[] = [
  layer("Conv1DTranspose", { rank: 3, config: transposedConfig(1) }, convolveTransposed),
  layer("Conv2DTranspose", { rank: 4, config: transposedConfig(2) }, convolveTransposed),
  layer("Conv3DTranspose", { rank: 5, config: transposedConfig(3) }, convolveTransposed),
];

function convolveTransposed(
  context: LayerContext,
  config: ConfigOf<ReturnType<typeof transposedConfig>>,
  x: Operand,
): Operand {
  const { kernel_size: kernel, strides, dilation_rate: dilations, filters } = config;
  return inLayout(context, config, x, (last) => {
    const filter = context.weights.weight("kernel", [...kernel, filters, last.shape[last.shape.length - 1]]);
    const spatial = { input: last.shape.slice(1, -1), kernel, strides, dilations };
    const { padding, outputPadding } = kerasConvTranspose(spatial, config.padding, config.output_padding);
    const attributes = { strides, dilations, padding, output_padding: outputPadding, groups: 1 };
    const result = context.tensors.apply(convTranspose, [last, filter], attributes);
    return biased(context, config, result, filters);
  });
}
