/** Experimental operators of ONNX before 1.5, which were withdrawn, and which published models still have. */
import { parametrisedOps } from "../../../../ir/ops/parametrised.js";
import { activationOps } from "../../../../ir/ops/activations.js";
import { pad } from "../../../../ir/ops/pad.js";
import { sqrt, tanh } from "../../../../ir/ops/unary.js";
import { formatShape } from "../../../../ir/types/shape.js";
import { algebra } from "../../../importing/algebra.js";
import { broadcastTo, reshaped } from "../../../importing/compose.js";
import { numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, float, floats, integers, integer, optionalFloat, required } from "../../importing/attribute-kinds.js";
import type { NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";
import { momentsOf, shifted } from "../moments.js";

export const withdrawnOperators: readonly OperatorRow[] = [
  operator("ImageScaler", { operands: [1, 1], attributes: { bias: floats, scale: float(1) } }, importImageScaler),
  operator("Crop", { operands: [1, 1], attributes: { border: required(integers), scale: integers } }, importCrop),
  operator(
    "Affine",
    { operands: [1, 1], attributes: { alpha: optionalFloat, beta: optionalFloat } },
    (context, given) => {
      const { plus, times } = algebra(context.tensors);
      return plus(times(operand(context, 0), given.alpha ?? 1), given.beta ?? 0);
    },
  ),
  operator("Scale", { operands: [1, 1], attributes: { scale: float(1) } }, (context, { scale }) =>
    algebra(context.tensors).times(operand(context, 0), scale),
  ),
  operator(
    "ParametricSoftplus",
    { operands: [1, 1], attributes: { alpha: optionalFloat, beta: optionalFloat } },
    (context, { alpha, beta }) => {
      const { times, of } = algebra(context.tensors);
      return times(of(activationOps.softplus, times(operand(context, 0), beta ?? 1)), alpha ?? 1);
    },
  ),
  operator(
    "ScaledTanh",
    { operands: [1, 1], attributes: { alpha: optionalFloat, beta: optionalFloat } },
    (context, { alpha, beta }) => {
      const { times, of } = algebra(context.tensors);
      return times(of(tanh, times(operand(context, 0), beta ?? 1)), alpha ?? 1);
    },
  ),
  operator("ThresholdedRelu", { until: 9, operands: [1, 1], attributes: { alpha: float(1) } }, (context, { alpha }) =>
    context.tensors.apply(parametrisedOps.thresholded_relu, [operand(context, 0)], { alpha }),
  ),
  operator(
    "MeanVarianceNormalization",
    { until: 8, operands: [1, 1], attributes: { across_channels: flag(false), normalize_variance: flag(true) } },
    importMeanVariance,
  ),
  operator(
    "ConstantFill",
    {
      operands: [0, 1],
      attributes: {
        dtype: integer(1),
        extra_shape: integers,
        input_as_shape: flag(false),
        shape: integers,
        value: float(0),
      },
    },
    importConstantFill,
  ),
];

/** x · scale + bias of the channel. */
function importImageScaler(
  context: NodeContext,
  { bias = [], scale }: { bias: readonly number[] | undefined; scale: number },
): Operand {
  const { tensors } = context;
  const { plus, times } = algebra(tensors);
  const x = operand(context, 0);
  const scaled = times(x, scale);
  if (bias.length === 0) return scaled;
  if (bias.length !== 1 && bias.length !== x.shape[1])
    refuse(context, "import/attribute", { expected: `bias for ${x.shape[1]} channels`, found: `${bias.length}` });
  return plus(scaled, tensors.known("f32", [bias.length, ...x.shape.slice(2).map(() => 1)], bias));
}

/** [N, C, H, W] without its border [left, top, right, bottom]; with `scale` so high and wide from the left top corner of what is left. */
function importCrop(
  context: NodeContext,
  { border = [], scale }: { border: readonly number[] | undefined; scale: readonly number[] | undefined },
): Operand {
  const x = operand(context, 0);
  if (x.shape.length !== 4 || border.length !== 4 || (scale !== undefined && scale.length !== 2))
    refuse(context, "import/operand", { expected: "[N, C, H, W] and a border of four", found: formatShape(x.shape) });
  const [left, top, right, bottom] = border;
  const low = scale === undefined ? bottom : x.shape[2] - top - scale[0];
  const far = scale === undefined ? right : x.shape[3] - left - scale[1];
  return context.tensors.apply(pad, [x], {
    padding: [
      [0, 0],
      [0, 0],
      [-top, -low],
      [-left, -far],
    ],
  });
}

/** Each channel, or all of them together, less its mean, over its deviation. */
function importMeanVariance(
  context: NodeContext,
  { across_channels: across, normalize_variance: scales }: { across_channels: boolean; normalize_variance: boolean },
): Operand {
  const { over, of } = algebra(context.tensors);
  const x = operand(context, 0);
  const axes = x.shape.map((_, d) => d).filter((d) => d > 1 || (d === 1 && across));
  const { centred, variance } = momentsOf(context, x, axes);
  return scales ? over(centred, shifted(context, of(sqrt, variance), 1e-9)) : centred;
}

interface Fill {
  readonly extra_shape: readonly number[] | undefined;
  readonly input_as_shape: boolean;
  readonly shape: readonly number[] | undefined;
  readonly value: number;
}

function importConstantFill(context: NodeContext, { extra_shape = [], input_as_shape, shape, value }: Fill): Operand {
  const { tensors } = context;
  const known = shape ?? (input_as_shape ? numbersOf(context, 0, "the shape") : operand(context, 0).shape);
  return broadcastTo(tensors, reshaped(tensors, tensors.known("f32", [1], [value]), []), [...known, ...extra_shape]);
}
