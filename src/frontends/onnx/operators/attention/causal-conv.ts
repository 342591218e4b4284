/** CausalConvWithState: a depthwise convolution over what came before, which is handed on from call to call. */
import { activationOps } from "../../../../ir/ops/activations.js";
import { conv } from "../../../../ir/ops/conv.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { choice } from "../../importing/attribute-kinds.js";
import { operand, refuse } from "../../../importing/node-questions.js";
import type { NodeContext } from "../../importing/node-context.js";
import type { Operand } from "../../../importing/operand.js";
import { operator, type Imported, type OperatorRow } from "../../importing/operator.js";
import { algebra } from "../../../importing/algebra.js";
import { channelsFirst, channelsLast, sliced, transposed } from "../../../importing/compose.js";

const attributes = { activation: choice("none", "silu", "swish") };

export const causalConvOperators: readonly OperatorRow[] = [
  operator("CausalConvWithState", { since: 27, operands: [2, 4], attributes }, (context, { activation }) =>
    importCausalConv(context, activation !== "none"),
  ),
];

/** Results: [B, C, L], and the last K − 1 elements of what was convolved, [B, C, K − 1]. */
function importCausalConv(context: NodeContext, isActivated: boolean): Imported {
  const { tensors, operands } = context;
  const { plus, times, of, joined, padded } = algebra(tensors);
  const [x, weight] = [operand(context, 0), operand(context, 1)];
  if (x.shape.length !== 3 || weight.shape.length !== 3 || weight.shape[1] !== 1 || weight.shape[0] !== x.shape[1])
    refuse(context, "import/operand", {
      expected: "input [B, C, L] and weight [C, 1, K]",
      found: [x, weight].map(formatTensorType).join(", "),
    });
  const before = weight.shape[2] - 1;
  const past = operands[3];
  const whole = past === undefined ? padded(x, 2, before, 0) : joined([past, x], 2);
  const summed = channelsFirst(tensors, depthwise(context, channelsLast(tensors, whole), weight, plus));
  const result = isActivated ? times(summed, of(activationOps.sigmoid, summed)) : summed;
  return [result, sliced(tensors, whole, 2, whole.shape[2] - before, before)];
}

function depthwise(
  { tensors, operands }: NodeContext,
  x: Operand,
  weight: Operand,
  plus: (a: Operand, b: Operand) => Operand,
): Operand {
  const filter = transposed(tensors, weight, [2, 1, 0]);
  const windows = { strides: [1], dilations: [1], padding: [[0, 0] as const], groups: weight.shape[0] };
  const result = tensors.apply(conv, [x, filter], windows);
  const bias = operands[2];
  return bias === undefined ? result : plus(result, bias);
}
