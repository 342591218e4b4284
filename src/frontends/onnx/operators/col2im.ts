/** Col2Im: blocks of an image, in columns, added up where they overlap: a transposed convolution whose filters each have a single 1. */
import { convTranspose } from "../../../ir/ops/conv-transpose.js";
import { elementCount, formatShape } from "../../../ir/types/shape.js";
import { algebra } from "../../importing/algebra.js";
import { channelsFirst, channelsLast, reshaped } from "../../importing/compose.js";
import { numbersOf, operand, refuse } from "../../importing/node-questions.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";
import { integers, type ValuesOf } from "../importing/attribute-kinds.js";
import type { NodeContext } from "../importing/node-context.js";
import { operator, type OperatorRow } from "../importing/operator.js";

const attributes = { dilations: integers, pads: integers, strides: integers };

export const blockSumOperators: readonly OperatorRow[] = [
  operator("Col2Im", { since: 18, operands: [3, 3], attributes }, importCol2Im),
];

function importCol2Im(context: NodeContext, given: ValuesOf<typeof attributes>): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const [image, kernel] = [numbersOf(context, 1, "the image's shape"), numbersOf(context, 2, "the block's shape")];
  const ones = kernel.map(() => 1);
  const { dilations = ones, strides = ones, pads = [...ones, ...ones].map(() => 0) } = given;
  const rank = kernel.length;
  const windows = image.map((size, d) => {
    const reach = (kernel[d] - 1) * dilations[d] + 1;
    return Math.floor((size + pads[d] + pads[rank + d] - reach) / strides[d]) + 1;
  });
  const taps = elementCount(kernel);
  const fits = image.length === rank && x.shape.length === 3 && x.shape[1] % taps === 0;
  if (!fits || x.shape[2] !== elementCount(windows) || dilations.length !== rank || pads.length !== 2 * rank)
    refuse(context, "import/operand", {
      expected: `columns [N, C · ${taps}, ${elementCount(windows)}]`,
      found: formatShape(x.shape),
    });
  const channels = x.shape[1] / taps;
  const columns = channelsLast(tensors, reshaped(tensors, x, [x.shape[0], x.shape[1], ...windows]));
  const summed = tensors.apply(convTranspose, [columns, singleTaps(tensors, kernel, channels, x.elementType)], {
    strides,
    dilations,
    padding: kernel.map(() => [0, 0] as const),
    output_padding: kernel.map(() => 0),
    groups: channels,
  });
  const { padded } = algebra(tensors);
  const fitted = image.reduce((result, size, d) => {
    return padded(result, d + 1, -pads[d], size + pads[d] - result.shape[d + 1]);
  }, summed);
  return channelsFirst(tensors, fitted);
}

/** [kernel…, 1, C · taps]: of the columns of each channel the one of number t adds to tap t. */
function singleTaps(
  tensors: TensorBuilder,
  kernel: readonly number[],
  channels: number,
  elementType: Operand["elementType"],
): Operand {
  const taps = elementCount(kernel);
  tensors.reserve(taps * taps * channels);
  const values = Array.from({ length: taps * taps * channels }, (_, i) => {
    return Number(Math.floor(i / (taps * channels)) === i % taps);
  });
  return tensors.known(elementType, [...kernel, 1, taps * channels], values);
}
