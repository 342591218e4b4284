/** Normalisations along axes of the data themselves, as arithmetic. */
import { add, divide, multiply, power } from "../../../ir/ops/binary.js";
import { equal, select } from "../../../ir/ops/compare.js";
import { sumPool } from "../../../ir/ops/sum-pool.js";
import { absolute, sqrt } from "../../../ir/ops/unary.js";
import { elementCount } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { float, integer, integers, required } from "../importing/attribute-kinds.js";
import { axesOf, axisOf, operand, refuse } from "../../importing/node-questions.js";
import { wants, type NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type Imported, type OperatorRow } from "../importing/operator.js";
import { channelsFirst, channelsLast, reducedAlong, reshaped, scalarLike } from "../../importing/compose.js";
import { channelsOf, momentsOf, normalized, perChannel, scaleAndShift, shifted } from "./moments.js";

const epsilon = float(1e-5);

export const normalizationOperators: readonly OperatorRow[] = [
  operator("InstanceNormalization", { operands: [3, 3], attributes: { epsilon } }, importInstanceNormalization),
  /** From 17 on by the specification; onnxruntime has it, and the simplified one, in every operator set. */
  operator(
    "LayerNormalization",
    { operands: [2, 3], attributes: { axis: integer(-1), epsilon, stash_type: integer(1) } },
    importLayerNormalization,
  ),
  ...[
    { name: "RMSNormalization", since: 23 },
    { name: "SimplifiedLayerNormalization", since: 1 },
  ].map(({ name, since }) =>
    operator(
      name,
      { since, operands: [2, 2], attributes: { axis: integer(-1), epsilon, stash_type: integer(1) } },
      importRmsNormalization,
    ),
  ),
  operator(
    "GroupNormalization",
    { since: 18, until: 20, operands: [3, 3], attributes: { epsilon, num_groups: required(integer(1)) } },
    (context, attributes) => importGroupNormalization(context, attributes, "group"),
  ),
  operator(
    "GroupNormalization",
    { since: 21, operands: [3, 3], attributes: { epsilon, num_groups: required(integer(1)), stash_type: integer(1) } },
    (context, attributes) => importGroupNormalization(context, attributes, "channel"),
  ),
  operator(
    "MeanVarianceNormalization",
    { since: 9, operands: [1, 1], attributes: { axes: integers } },
    (context, { axes = [0, 2, 3] }) => {
      const x = operand(context, 0);
      const along = axesOf(context, axes, x.shape.length);
      const { centred, variance } = momentsOf(context, x, along);
      const deviation = context.tensors.apply(sqrt, [variance], {});
      return context.tensors.apply(divide, [centred, shifted(context, deviation, 1e-9)], {});
    },
  ),
  operator(
    "LpNormalization",
    { operands: [1, 1], attributes: { axis: integer(-1), p: integer(2) } },
    importLpNormalization,
  ),
  operator(
    "LRN",
    {
      operands: [1, 1],
      attributes: { alpha: float(1e-4), beta: float(0.75), bias: float(1), size: required(integer(1)) },
    },
    importLrn,
  ),
];

interface Epsilon {
  readonly epsilon: number;
}

function importInstanceNormalization(context: NodeContext, { epsilon }: Epsilon): Operand {
  const { tensors } = context;
  const x = channelsOf(context, 3);
  const [scale, bias] = [1, 2].map((i) => perChannel(context, i, x.shape.slice(1, 2)));
  const last = channelsLast(tensors, x);
  const axes = x.shape.slice(2).map((_, d) => d + 1);
  const result = normalized(context, momentsOf(context, last, axes), epsilon);
  return channelsFirst(tensors, scaleAndShift(context, result, scale, bias));
}

function axesFrom(context: NodeContext, axis: number): readonly number[] {
  const rank = operand(context, 0).shape.length;
  const first = axisOf(context, axis, rank);
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** Mean and reciprocal deviation are its other two results. */
function importLayerNormalization(context: NodeContext, { axis, epsilon }: Epsilon & { axis: number }): Imported {
  const { tensors } = context;
  const moments = momentsOf(context, operand(context, 0), axesFrom(context, axis));
  const deviation = tensors.apply(sqrt, [shifted(context, moments.variance, epsilon)], {});
  const scaled = tensors.apply(
    multiply,
    [tensors.apply(divide, [moments.centred, deviation], {}), operand(context, 1)],
    {},
  );
  const bias = context.operands[2];
  const result = bias === undefined ? scaled : tensors.apply(add, [scaled, bias], {});
  if (!wants(context, 1) && !wants(context, 2)) return result;
  const inverse = tensors.apply(divide, [scalarLike(tensors, deviation, 1), deviation], {});
  const float = operand(context, 0).elementType === "f64" ? "f64" : "f32";
  return [result, { ...moments.mean, elementType: float }, { ...inverse, elementType: float }];
}

function importRmsNormalization(context: NodeContext, { axis, epsilon }: Epsilon & { axis: number }): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const square = reducedAlong(tensors, tensors.apply(multiply, [x, x], {}), "mean", axesFrom(context, axis));
  const root = tensors.apply(sqrt, [shifted(context, square, epsilon)], {});
  return tensors.apply(multiply, [tensors.apply(divide, [x, root], {}), operand(context, 1)], {});
}

/** Parameters are one for each group up to operator set 20, one for each channel from 21 on. */
function importGroupNormalization(
  context: NodeContext,
  { epsilon, num_groups: groups }: Epsilon & { num_groups: number },
  per: "group" | "channel",
): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const channels = x.shape[1];
  if (x.shape.length < 3 || groups < 1 || channels % groups !== 0)
    refuse(context, "import/operand", {
      expected: `input [N,C,…] with C a multiple of ${groups}`,
      found: formatTensorType(x),
    });
  const grouped = reshaped(tensors, x, [x.shape[0], groups, elementCount(x.shape.slice(1)) / groups]);
  const result = normalized(context, momentsOf(context, grouped, [2]), epsilon);
  const parameters = [1, 2].map((i) => perChannel(context, i, [per === "group" ? groups : channels]));
  if (per === "group") {
    const [scale, bias] = parameters.map((each) => reshaped(tensors, each, [groups, 1]));
    return reshaped(tensors, scaleAndShift(context, result, scale, bias), x.shape);
  }
  const last = channelsLast(tensors, reshaped(tensors, result, x.shape));
  return channelsFirst(tensors, scaleAndShift(context, last, parameters[0], parameters[1]));
}

/** x over its norm along the axis, 0 where that is 0. */
function importLpNormalization(context: NodeContext, { axis, p }: { axis: number; p: number }): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  if (p !== 1 && p !== 2) refuse(context, "import/attribute", { expected: "p to be 1 or 2", found: `${p}` });
  const along = [axisOf(context, axis, x.shape.length)];
  const terms = p === 1 ? tensors.apply(absolute, [x], {}) : tensors.apply(multiply, [x, x], {});
  const sum = reducedAlong(tensors, terms, "sum", along);
  const norm = p === 1 ? sum : tensors.apply(sqrt, [sum], {});
  const isZero = tensors.apply(equal, [norm, scalarLike(tensors, norm, 0)], {}, "bool");
  const divisor = tensors.apply(select, [isZero, scalarLike(tensors, norm, 1), norm], {}, x.elementType);
  return tensors.apply(divide, [x, divisor], {});
}

/** x / (bias + alpha / size · Σ over `size` channels around: x²) ^ beta. Channels are the one spatial dimension of a sum_pool. */
function importLrn(
  context: NodeContext,
  { alpha, beta, bias, size }: { alpha: number; beta: number; bias: number; size: number },
): Operand {
  const { tensors } = context;
  const x = channelsOf(context, 2);
  const square = tensors.apply(multiply, [x, x], {});
  const flat = reshaped(tensors, square, [x.shape[0], x.shape[1], elementCount(x.shape.slice(2))]);
  const before = Math.floor((size - 1) / 2);
  const sum = tensors.apply(sumPool, [flat], {
    kernel: [size],
    strides: [1],
    dilations: [1],
    padding: [[before, size - 1 - before]],
  });
  const mean = tensors.apply(multiply, [sum, scalarLike(tensors, sum, alpha / size)], {});
  const base = shifted(context, reshaped(tensors, mean, x.shape), bias);
  return tensors.apply(divide, [x, tensors.apply(power, [base, scalarLike(tensors, base, beta)], {})], {});
}
