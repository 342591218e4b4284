/** What the converter fuses into convolutions and products: a bias, then an activation, in the order the node names them. */
import { activationOps } from "../../../../ir/ops/activations.js";
import { add, prelu } from "../../../../ir/ops/binary.js";
import { parametrisedOps } from "../../../../ir/ops/parametrised.js";
import { unaryOps } from "../../../../ir/ops/unary.js";
import { reshaped } from "../../../importing/compose.js";
import { operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import { float, ignored, integer, texts } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { addBias, together } from "./arithmetic.js";

export const fusedAttributes = {
  fused_ops: texts,
  num_args: integer(0),
  leakyrelu_alpha: float(0.2),
  epsilon: float(0),
  num_host_args: ignored,
  filter_format: ignored,
};

export interface FusedAttributes {
  readonly fused_ops: readonly string[];
  readonly leakyrelu_alpha: number;
}

/** The value with everything that is fused after it; operands from the third on are what that needs. */
export function activated(
  context: GraphContext,
  x: Operand,
  { fused_ops: names, leakyrelu_alpha: alpha }: FusedAttributes,
  isChannelsFirst: boolean,
): Operand {
  let next = 2;
  return names.reduce((value, name) => {
    switch (name) {
      case "BiasAdd":
        return biased(context, value, operand(context, next++), isChannelsFirst);
      case "Prelu":
        return context.tensors.apply(
          prelu,
          [value, alongChannels(context, operand(context, next++), isChannelsFirst)],
          {},
        );
      case "LeakyRelu":
        return context.tensors.apply(parametrisedOps.leaky_relu, [value], { alpha });
      default:
        return simple(context, value, name);
    }
  }, x);
}

/** A bias of each channel, or one that broadcasts. */
function biased(context: GraphContext, x: Operand, bias: Operand, isChannelsFirst: boolean): Operand {
  if (bias.shape.length === 1) return addBias(context, x, bias, isChannelsFirst);
  return together(context.tensors, add, x, bias);
}

function simple(context: GraphContext, x: Operand, name: string): Operand {
  const { tensors } = context;
  switch (name.toLowerCase()) {
    case "linear":
      return x;
    case "relu":
      return tensors.apply(activationOps.relu, [x], {});
    case "relu6":
      return tensors.apply(parametrisedOps.clip, [x], { low: 0, high: 6 });
    case "elu":
      return tensors.apply(parametrisedOps.elu, [x], {});
    case "sigmoid":
      return tensors.apply(activationOps.sigmoid, [x], {});
    case "tanh":
      return tensors.apply(unaryOps.tanh, [x], {});
    default: {
      const expected = "fused BiasAdd, Relu, Relu6, Elu, LeakyRelu, Prelu, Sigmoid, Tanh";
      return refuse(context, "import/unsupported-form", { expected, found: quoted(name) });
    }
  }
}

/** Slopes of each channel as they broadcast to channels-first data. */
function alongChannels({ tensors }: GraphContext, slopes: Operand, isChannelsFirst: boolean): Operand {
  return isChannelsFirst && slopes.shape.length === 1 ? reshaped(tensors, slopes, [...slopes.shape, 1, 1]) : slopes;
}
