/** Convolutions and transposed convolutions. ONNX's filters are [out, in/groups, kernel…] and [in, out/groups, kernel…]. */
import { onnxConv, onnxConvTranspose } from "../../../ir/geometry/conventions/onnx.js";
import type { Spatial } from "../../../ir/geometry/spatial.js";
import { add } from "../../../ir/ops/binary.js";
import { convTranspose } from "../../../ir/ops/conv-transpose.js";
import { conv } from "../../../ir/ops/conv.js";
import { equalShapes, formatShape } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { choice, integer, integers, type ValuesOf } from "../importing/attribute-kinds.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { channelsFirst, channelsLast, transposed } from "../../importing/compose.js";

export const convAttributes = {
  auto_pad: choice("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"),
  dilations: integers,
  group: integer(1),
  kernel_shape: integers,
  pads: integers,
  strides: integers,
};

type ConvAttributes = ValuesOf<typeof convAttributes>;

/** What is convolved, channels first. */
export interface Convolved {
  readonly input: Operand;
  readonly filter: Operand;
  readonly bias?: Operand | undefined;
}

export const convolutionOperators: readonly OperatorRow[] = [
  operator("Conv", { operands: [2, 3], attributes: convAttributes }, (context, attributes) =>
    convolve(context, convolvedOf(context), attributes),
  ),
  operator(
    "ConvTranspose",
    { operands: [2, 3], attributes: { ...convAttributes, output_padding: integers, output_shape: integers } },
    (context, attributes) => convolveTransposed(context, convolvedOf(context), attributes),
  ),
];

export function convolvedOf(context: NodeContext): Convolved {
  return { input: operand(context, 0), filter: operand(context, 1), bias: context.operands[2] };
}

/** Conv of any operands. */
export function convolve(context: NodeContext, convolved: Convolved, attributes: ConvAttributes): Operand {
  const spatial = spatialOf(context, convolved, attributes);
  const { padding } = onnxConv(spatial, padsOf(attributes));
  const { strides, dilations } = spatial;
  const complete = { strides, dilations, padding, groups: attributes.group };
  return filtered(context, convolved, (input, filter) => context.tensors.apply(conv, [input, filter], complete));
}

function convolveTransposed(
  context: NodeContext,
  convolved: Convolved,
  attributes: ConvAttributes & Readonly<Record<"output_padding" | "output_shape", readonly number[] | undefined>>,
): Operand {
  const spatial = spatialOf(context, convolved, attributes);
  const { output_padding, output_shape: outputShape } = attributes;
  const { padding, outputPadding } = onnxConvTranspose(spatial, {
    ...padsOf(attributes),
    ...(output_padding && { outputPadding: output_padding }),
    ...(outputShape && { outputShape }),
  });
  const { strides, dilations } = spatial;
  const complete = { strides, dilations, padding, output_padding: outputPadding, groups: attributes.group };
  return filtered(context, convolved, (input, filter) =>
    context.tensors.apply(convTranspose, [input, filter], complete),
  );
}

function padsOf({ auto_pad: autoPad, pads }: Pick<ConvAttributes, "auto_pad" | "pads">) {
  return { autoPad, ...(pads && { pads }) };
}

/** Sizes and windows; the kernel is the filter's, with which `kernel_shape` must agree. */
function spatialOf(
  context: NodeContext,
  { input: x, filter }: Convolved,
  { dilations, kernel_shape, strides }: ConvAttributes,
): Spatial {
  if (x.shape.length < 3 || filter.shape.length !== x.shape.length) {
    const expected = "input [N,C,…] and a filter of the same rank, with at least one dimension after the channels";
    refuse(context, "import/operand", { expected, found: `${formatTensorType(x)}, ${formatTensorType(filter)}` });
  }
  const kernel = filter.shape.slice(2);
  if (kernel_shape !== undefined && !equalShapes(kernel, kernel_shape))
    refuse(context, "import/attribute", {
      expected: `kernel_shape ${formatShape(kernel)}`,
      found: formatShape(kernel_shape),
    });
  const ones = kernel.map(() => 1);
  return { input: x.shape.slice(2), kernel, strides: strides ?? ones, dilations: dilations ?? ones };
}

/** The op between transposes, with its bias. */
function filtered(
  context: NodeContext,
  { input, filter, bias }: Convolved,
  apply: (input: Operand, filter: Operand) => Operand,
): Operand {
  const { tensors } = context;
  const rank = filter.shape.length;
  const spatial = filter.shape.slice(2).map((_, d) => d + 2);
  const result = apply(channelsLast(tensors, input), transposed(tensors, filter, [...spatial, 1, 0]));
  if (bias === undefined) return channelsFirst(tensors, result);
  const channels = result.shape[rank - 1];
  if (bias.shape.length !== 1 || bias.shape[0] !== channels)
    refuse(context, "import/operand", { expected: `a bias [${channels}]`, found: formatTensorType(bias) });
  return channelsFirst(tensors, tensors.apply(add, [result, bias], {}));
}
