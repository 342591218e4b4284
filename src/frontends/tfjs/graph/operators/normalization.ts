/** Normalisations, as arithmetic. */
import { add, divide, multiply, power, subtract } from "../../../../ir/ops/binary.js";
import { rsqrt } from "../../../../ir/ops/activations.js";
import { softmax } from "../../../../ir/ops/softmax.js";
import { sumPool } from "../../../../ir/ops/sum-pool.js";
import { exp, log, sqrt } from "../../../../ir/ops/unary.js";
import { elementCount } from "../../../../ir/types/shape.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { reducedAlong, reshaped, scalarLike } from "../../../importing/compose.js";
import { axesOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { choice, flag, float, integer } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { asFloat } from "./elementwise.js";

const batchAttributes = {
  data_format: choice("NHWC", "NCHW", "NDHWC", "NCDHW"),
  epsilon: float(1e-4),
  exponential_avg_factor: float(1),
  is_training: flag(true),
};

/** Of which all but the first are for training, and not there. */
const batchResults = [
  "y",
  "batch_mean",
  "batch_variance",
  "reserve_space_1",
  "reserve_space_2",
  "reserve_space_3",
] as const;

export const normalizationOperators: readonly GraphOperatorRow[] = [
  ...["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"].map((name) =>
    graphOperator(name, { operands: [5, 5], attributes: batchAttributes, results: batchResults }, importBatchNorm),
  ),
  graphOperator("Softmax", { operands: [1, 1] }, (context) => {
    const x = vectors(context);
    return context.tensors.apply(softmax, [x], { axis: x.shape.length - 1 });
  }),
  graphOperator("LogSoftmax", { operands: [1, 1] }, importLogSoftmax),
  graphOperator(
    "LRN",
    {
      operands: [1, 1],
      attributes: { depth_radius: integer(5), bias: float(1), alpha: float(1), beta: float(0.5) },
    },
    importLocalResponse,
  ),
  graphOperator(
    "EuclideanNorm",
    { operands: [2, 2], attributes: { keep_dims: flag(false) } },
    (context, { keep_dims }) => {
      const { tensors } = context;
      const x = asFloat(tensors, operand(context, 0));
      const axes = axesOf(context, numbersOf(context, 1, "the axes"), x.shape.length);
      const sum = reducedAlong(tensors, tensors.apply(multiply, [x, x], {}), "sum", axes);
      const root = tensors.apply(sqrt, [sum], {});
      return keep_dims
        ? root
        : reshaped(
            tensors,
            root,
            x.shape.filter((_, d) => !axes.includes(d)),
          );
    },
  ),
];

/** (x − mean) / √(variance + ε) · scale + offset; TensorFlow.js knows no training here, whatever the node says. */
function importBatchNorm(
  context: GraphContext,
  { data_format, epsilon }: { readonly data_format: string; readonly epsilon: number },
): Operand {
  const { tensors } = context;
  const [x, scale, offset, mean, variance] = [0, 1, 2, 3, 4].map((i) => asFloat(tensors, operand(context, i)));
  const ones = x.shape.slice(2).map(() => 1);
  const along = (parameter: Operand): Operand =>
    data_format.startsWith("NC") && parameter.shape.length === 1
      ? reshaped(tensors, parameter, [...parameter.shape, ...ones])
      : parameter;
  const inverse = tensors.apply(
    rsqrt,
    [tensors.apply(add, [variance, scalarLike(tensors, variance, epsilon)], {})],
    {},
  );
  const factor = tensors.apply(multiply, [inverse, scale], {});
  const shift = tensors.apply(subtract, [offset, tensors.apply(multiply, [mean, factor], {})], {});
  const scaled = tensors.apply(multiply, [x, along(factor)], {});
  return tensors.apply(add, [scaled, along(shift)], {});
}

function vectors(context: GraphContext): Operand {
  const x = asFloat(context.tensors, operand(context, 0));
  if (x.shape.length > 0) return x;
  return refuse(context, "import/operand", { expected: "a vector, or many", found: formatTensorType(x) });
}

/** x − max − log Σ exp(x − max) along the last dimension. */
function importLogSoftmax(context: GraphContext): Operand {
  const { tensors } = context;
  const x = vectors(context);
  if (elementCount(x.shape) === 0) return x;
  const axes = [x.shape.length - 1];
  const centred = tensors.apply(subtract, [x, reducedAlong(tensors, x, "max", axes)], {});
  const sum = reducedAlong(tensors, tensors.apply(exp, [centred], {}), "sum", axes);
  return tensors.apply(subtract, [centred, tensors.apply(log, [sum], {})], {});
}

/** x / (bias + alpha · Σ over 2 · radius + 1 channels around: x²) ^ beta. Channels are the one spatial dimension of a sum_pool. */
function importLocalResponse(
  context: GraphContext,
  { depth_radius: radius, bias, alpha, beta }: Readonly<Record<"depth_radius" | "bias" | "alpha" | "beta", number>>,
): Operand {
  const { tensors } = context;
  const x = vectors(context);
  const channels = x.shape[x.shape.length - 1];
  if (radius < 0) refuse(context, "import/attribute", { expected: "depth_radius from 0", found: `${radius}` });
  const reach = Math.min(radius, channels);
  const flat = reshaped(tensors, tensors.apply(multiply, [x, x], {}), [
    elementCount(x.shape.slice(0, -1)),
    channels,
    1,
  ]);
  const windows = { kernel: [2 * reach + 1], strides: [1], dilations: [1], padding: [[reach, reach]] as const };
  const sum = reshaped(tensors, tensors.apply(sumPool, [flat], windows), x.shape);
  const scaled = tensors.apply(multiply, [sum, scalarLike(tensors, sum, alpha)], {});
  const base = tensors.apply(add, [scaled, scalarLike(tensors, sum, bias)], {});
  return tensors.apply(divide, [x, tensors.apply(power, [base, scalarLike(tensors, base, beta)], {})], {});
}
