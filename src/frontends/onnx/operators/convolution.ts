/** Convolutions and transposed convolutions. ONNX's filters are [out, in/groups, kernel…] and [in, out/groups, kernel…]. */
import { onnxConv, onnxConvTranspose } from "../../../ir/geometry/conventions/onnx.js";
import type { Spatial } from "../../../ir/geometry/spatial.js";
import { add } from "../../../ir/ops/binary.js";
import { convTranspose } from "../../../ir/ops/conv-transpose.js";
import { conv } from "../../../ir/ops/conv.js";
import { equalShapes, formatShape } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { choice, integer, integers } from "../importing/attribute-kinds.js";
import { operand, refuse, type NodeContext } from "../importing/node-context.js";
import type { Operand } from "../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { channelsFirst, channelsLast, transposed } from "./compose.js";

const windowAttributes = {
  auto_pad: choice("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"),
  dilations: integers,
  group: integer(1),
  kernel_shape: integers,
  pads: integers,
  strides: integers,
};

type Lists = Readonly<Record<"dilations" | "kernel_shape" | "strides", readonly number[] | undefined>>;

export const convolutionOperators: readonly OperatorRow[] = [
  operator("Conv", { operands: [2, 3], attributes: windowAttributes }, (context, attributes) => {
    const spatial = spatialOf(context, attributes);
    const geometry = onnxConv(spatial, padsOf(attributes));
    const { strides, dilations } = spatial;
    return filtered(context, (input, filter) =>
      context.tensors.apply(conv, [input, filter], {
        strides,
        dilations,
        padding: geometry.padding,
        groups: attributes.group,
      }),
    );
  }),
  operator(
    "ConvTranspose",
    { operands: [2, 3], attributes: { ...windowAttributes, output_padding: integers, output_shape: integers } },
    (context, attributes) => {
      const spatial = spatialOf(context, attributes);
      const { output_padding: outputPadding, output_shape: outputShape } = attributes;
      const geometry = onnxConvTranspose(spatial, {
        ...padsOf(attributes),
        ...(outputPadding && { outputPadding }),
        ...(outputShape && { outputShape }),
      });
      const { strides, dilations } = spatial;
      return filtered(context, (input, filter) =>
        context.tensors.apply(convTranspose, [input, filter], {
          strides,
          dilations,
          padding: geometry.padding,
          output_padding: geometry.outputPadding,
          groups: attributes.group,
        }),
      );
    },
  ),
];

function padsOf({
  auto_pad: autoPad,
  pads,
}: {
  auto_pad: "NOTSET" | "VALID" | "SAME_UPPER" | "SAME_LOWER";
  pads: readonly number[] | undefined;
}) {
  return { autoPad, ...(pads && { pads }) };
}

/** Sizes and windows; the kernel is the filter's, with which `kernel_shape` must agree. */
function spatialOf(context: NodeContext, { dilations, kernel_shape, strides }: Lists): Spatial {
  const [x, filter] = [operand(context, 0), operand(context, 1)];
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
function filtered(context: NodeContext, apply: (input: Operand, filter: Operand) => Operand): Operand {
  const { tensors } = context;
  const filter = operand(context, 1);
  const rank = filter.shape.length;
  const spatial = filter.shape.slice(2).map((_, d) => d + 2);
  const result = apply(channelsLast(tensors, operand(context, 0)), transposed(tensors, filter, [...spatial, 1, 0]));
  const bias = context.operands[2];
  if (bias === undefined) return channelsFirst(tensors, result);
  const channels = result.shape[rank - 1];
  if (bias.shape.length !== 1 || bias.shape[0] !== channels)
    refuse(context, "import/operand", { expected: `a bias [${channels}]`, found: formatTensorType(bias) });
  return channelsFirst(tensors, tensors.apply(add, [result, bias], {}));
}
