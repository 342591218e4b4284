/**
 * Convolutions. TensorFlow's filters are [kernel…, in / groups, out], depthwise ones [kernel…, in, multiplier], and those of gradients
 * with respect to the input, which transposed convolutions are, [kernel…, in, out] of the convolution that they turn round.
 */
import { tensorflowConvTranspose } from "../../../../ir/geometry/conventions/tensorflow.js";
import { convTranspose } from "../../../../ir/ops/conv-transpose.js";
import { conv } from "../../../../ir/ops/conv.js";
import { formatShape } from "../../../../ir/types/shape.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { reshaped } from "../../../importing/compose.js";
import { numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { integers } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { activated, fusedAttributes, type FusedAttributes } from "./fused.js";
import {
  convolutionNotes,
  fromFormat,
  geometryOf,
  isChannelsFirst,
  paddingOf,
  spatialOf,
  toFormat,
  windowAttributes,
  type WindowAttributes,
} from "./windows.js";

const attributes = { ...windowAttributes, ...convolutionNotes, dilations: integers };

export const convolutionOperators: readonly GraphOperatorRow[] = [
  graphOperator("Conv2D", { operands: [2, 2], attributes }, (context, given) => convolve(context, 4, given)),
  graphOperator("Conv3D", { operands: [2, 2], attributes }, (context, given) => convolve(context, 5, given)),
  graphOperator("DepthwiseConv2dNative", { operands: [2, 2], attributes }, convolveDepthwise),
  graphOperator("DepthwiseConv2d", { operands: [2, 2], attributes }, convolveDepthwise),
  fused("_FusedConv2D", (context, given) => convolve(context, 4, given)),
  fused("FusedDepthwiseConv2dNative", convolveDepthwise),
  graphOperator("Conv2DBackpropInput", { operands: [3, 3], attributes }, (context, given) =>
    convolveBack(context, 4, given),
  ),
  graphOperator("Conv3DBackpropInputV2", { operands: [3, 3], attributes }, (context, given) =>
    convolveBack(context, 5, given),
  ),
  graphOperator("DepthwiseConv2dNativeBackpropInput", { operands: [3, 3], attributes }, (context, given) =>
    convolveBack(context, 4, given, "depthwise"),
  ),
];

function fused(name: string, convolution: (context: GraphContext, attributes: WindowAttributes) => Operand) {
  return graphOperator(
    name,
    { operands: [2, Infinity], attributes: { ...attributes, ...fusedAttributes } },
    (context, given: WindowAttributes & FusedAttributes) =>
      activated(context, convolution(context, given), given, isChannelsFirst(given)),
  );
}

/** Input channels in as many groups as the filter's input channels ask for. */
function convolve(context: GraphContext, rank: number, given: WindowAttributes): Operand {
  const filter = operand(context, 1);
  const x = fromFormat(context, operand(context, 0), rank, given);
  checkFilter(context, filter, rank);
  const groups = x.shape[rank - 1] / filter.shape[rank - 2];
  if (!Number.isInteger(groups) || groups < 1) refuseFilter(context, x, filter);
  return convolved(context, x, filter, groups, given);
}

/** Every input channel by itself, `multiplier` times. */
function convolveDepthwise(context: GraphContext, given: WindowAttributes): Operand {
  const filter = operand(context, 1);
  const x = fromFormat(context, operand(context, 0), 4, given);
  checkFilter(context, filter, 4);
  const [height, width, channels, multiplier] = filter.shape;
  if (channels !== x.shape[3]) refuseFilter(context, x, filter);
  const flat = reshaped(context.tensors, filter, [height, width, 1, channels * multiplier]);
  return convolved(context, x, flat, channels, given);
}

function convolved(
  context: GraphContext,
  x: Operand,
  filter: Operand,
  groups: number,
  given: WindowAttributes,
): Operand {
  const spatial = spatialOf(context, x.shape.slice(1, -1), filter.shape.slice(0, -2), given);
  const { padding } = geometryOf(context, spatial, given);
  const { strides, dilations } = spatial;
  const result = context.tensors.apply(conv, [x, filter], { strides, dilations, padding, groups });
  return toFormat(context, result, given);
}

/** The sizes wanted are an operand, often computed in the graph; those of batch and channels follow. */
function convolveBack(context: GraphContext, rank: number, given: WindowAttributes, kind?: "depthwise"): Operand {
  const sizes = numbersOf(context, 0, "the sizes of the result");
  const filter = operand(context, 1);
  const x = fromFormat(context, operand(context, 2), rank, given);
  checkFilter(context, filter, rank);
  if (sizes.length !== rank && sizes.length !== rank - 2)
    refuse(context, "import/shape", { expected: `${rank} sizes`, found: formatShape(sizes) });
  const first = sizes.length === rank ? (isChannelsFirst(given) ? 2 : 1) : 0;
  const spatial = spatialOf(context, x.shape.slice(1, -1), filter.shape.slice(0, -2), given);
  const wanted = sizes.slice(first, first + rank - 2);
  const geometry = tensorflowConvTranspose(spatial, wanted, paddingOf(context, rank - 2, given));
  const { turned, groups } = turnedFilter(context, filter, x, kind);
  const result = context.tensors.apply(convTranspose, [x, turned], {
    strides: spatial.strides,
    dilations: spatial.dilations,
    padding: geometry.padding,
    output_padding: geometry.outputPadding,
    groups,
  });
  return toFormat(context, result, given);
}

/** [kernel…, out / groups, in] as transposed convolutions take it; depthwise [kernel…, channels, multiplier] has one output for each. */
function turnedFilter(context: GraphContext, filter: Operand, x: Operand, kind: "depthwise" | undefined) {
  if (kind === undefined) return { turned: filter, groups: 1 };
  const [height, width, channels, multiplier] = filter.shape;
  if (channels * multiplier !== x.shape[3]) refuseFilter(context, x, filter);
  const turned = reshaped(context.tensors, filter, [height, width, 1, channels * multiplier]);
  return { turned, groups: channels };
}

function checkFilter(context: GraphContext, filter: Operand, rank: number): void {
  if (filter.shape.length === rank) return;
  refuse(context, "import/operand", { expected: `a filter of rank ${rank}`, found: formatTensorType(filter) });
}

function refuseFilter(context: GraphContext, x: Operand, filter: Operand): never {
  return refuse(context, "import/operand", {
    expected: "a filter for the channels of the data",
    found: `${formatTensorType(filter)} for ${formatTensorType(x)}`,
  });
}
