/** Normalisations, as arithmetic: what is constant of them is folded here or by the graph's passes, into filters where there are some. */
import { add, divide, multiply, power, subtract } from "../../../ir/ops/binary.js";
import { equal, select } from "../../../ir/ops/compare.js";
import { sumPool } from "../../../ir/ops/sum-pool.js";
import { absolute, sqrt } from "../../../ir/ops/unary.js";
import { elementCount, formatShape } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { flag, float, integer, integers, required } from "../importing/attribute-kinds.js";
import { axesOf, axisOf, operand, refuse, wants, type NodeContext } from "../importing/node-context.js";
import type { Operand } from "../importing/operand.js";
import { operator, type Imported, type OperatorRow } from "../importing/operator.js";
import { channelsFirst, channelsLast, convert, reducedAlong, reshaped, scalarLike } from "./compose.js";

const epsilon = float(1e-5);
const momentum = float(0.9);

export const normalizationOperators: readonly OperatorRow[] = [
  operator(
    "BatchNormalization",
    { since: 7, operands: [5, 5], attributes: { epsilon, momentum, spatial: flag(true) } },
    (context, attributes) => importBatchNormalization(context, attributes),
  ),
  operator(
    "BatchNormalization",
    { since: 9, operands: [5, 5], attributes: { epsilon, momentum } },
    (context, attributes) => importBatchNormalization(context, attributes),
  ),
  operator(
    "BatchNormalization",
    { since: 14, operands: [5, 5], attributes: { epsilon, momentum, training_mode: flag(false) } },
    (context, attributes) =>
      attributes.training_mode
        ? trainBatchNormalization(context, attributes)
        : importBatchNormalization(context, attributes),
  ),
  operator(
    "InstanceNormalization",
    { since: 6, operands: [3, 3], attributes: { epsilon } },
    importInstanceNormalization,
  ),
  operator(
    "LayerNormalization",
    { since: 17, operands: [2, 3], attributes: { axis: integer(-1), epsilon, stash_type: integer(1) } },
    importLayerNormalization,
  ),
  operator(
    "RMSNormalization",
    { since: 23, operands: [2, 2], attributes: { axis: integer(-1), epsilon, stash_type: integer(1) } },
    importRmsNormalization,
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

/** x · a + b per channel, with a = scale / √(variance + epsilon), b = bias − mean · a. */
function importBatchNormalization(
  context: NodeContext,
  { epsilon, spatial = true }: Epsilon & { spatial?: boolean },
): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  if (x.shape.length < 2) refuse(context, "import/operand", { expected: "input [N,C,…]", found: formatTensorType(x) });
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) =>
    perChannel(context, i, spatial ? x.shape.slice(1, 2) : x.shape.slice(1)),
  );
  const deviation = tensors.apply(sqrt, [shifted(context, variance, epsilon)], {});
  const factor = tensors.apply(divide, [scale, deviation], {});
  const shift = tensors.apply(subtract, [bias, tensors.apply(multiply, [mean, factor], {})], {});
  const data = spatial ? channelsLast(tensors, x) : x;
  const result = scaleAndShift(context, { ...data, elementType: widest(x, scale) }, factor, shift);
  return retyped(spatial ? channelsFirst(tensors, result) : result, x);
}

/** Float types may differ between data and statistics; computed types then meet in the data's. */
function widest(x: Operand, scale: Operand): Operand["elementType"] {
  return scale.elementType === "f64" ? "f64" : x.elementType;
}

function retyped(result: Operand, like: Operand): Operand {
  return { ...result, elementType: like.elementType };
}

/** A parameter of shape [C], in the type that the data are computed in. */
function perChannel(context: NodeContext, index: number, shape: readonly number[]): Operand {
  const [x, parameter] = [operand(context, 0), operand(context, index)];
  if (formatShape(parameter.shape) !== formatShape(shape))
    refuse(context, "import/operand", {
      expected: `input ${index} of shape ${formatShape(shape)}`,
      found: formatTensorType(parameter),
    });
  return convert(context.tensors, parameter, x.elementType === "f64" ? "f64" : "f32");
}

function scaleAndShift({ tensors }: NodeContext, x: Operand, factor: Operand, shift: Operand): Operand {
  return tensors.apply(add, [tensors.apply(multiply, [x, factor], {}), shift], {});
}

function shifted({ tensors }: NodeContext, x: Operand, value: number): Operand {
  return tensors.apply(add, [x, scalarLike(tensors, x, value)], {});
}

/** Statistics of the batch itself, and the running ones moved towards them. */
function trainBatchNormalization(
  context: NodeContext,
  { epsilon, momentum }: Epsilon & { momentum: number },
): Imported {
  const { tensors } = context;
  const x = operand(context, 0);
  if (x.shape.length < 2) refuse(context, "import/operand", { expected: "input [N,C,…]", found: formatTensorType(x) });
  const channels = x.shape.slice(1, 2);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => perChannel(context, i, channels));
  const last = channelsLast(tensors, x);
  const axes = last.shape.slice(0, -1).map((_, d) => d);
  const moments = momentsOf(context, last, axes);
  const result = normalized(context, moments, epsilon);
  const output = channelsFirst(tensors, scaleAndShift(context, result, scale, bias));
  if (!wants(context, 1) && !wants(context, 2)) return output;
  const running = (old: Operand, current: Operand) =>
    mixed(context, old, reshaped(tensors, current, channels), momentum);
  return [output, running(mean, moments.mean), running(variance, moments.variance)];
}

/** old · weight + current · (1 − weight) */
function mixed({ tensors }: NodeContext, old: Operand, current: Operand, weight: number): Operand {
  const kept = tensors.apply(multiply, [old, scalarLike(tensors, old, weight)], {});
  const added = tensors.apply(multiply, [current, scalarLike(tensors, current, 1 - weight)], {});
  return tensors.apply(add, [kept, added], {});
}

interface Moments {
  readonly centred: Operand;
  readonly mean: Operand;
  readonly variance: Operand;
}

/** x − mean, the mean, and the mean of its square, along axes that stay with size 1. */
function momentsOf({ tensors }: NodeContext, x: Operand, axes: readonly number[]): Moments {
  const mean = reducedAlong(tensors, x, "mean", axes);
  const centred = tensors.apply(subtract, [x, mean], {});
  const variance = reducedAlong(tensors, tensors.apply(multiply, [centred, centred], {}), "mean", axes);
  return { centred, mean, variance };
}

function normalized(context: NodeContext, { centred, variance }: Moments, epsilon: number): Operand {
  const deviation = context.tensors.apply(sqrt, [shifted(context, variance, epsilon)], {});
  return context.tensors.apply(divide, [centred, deviation], {});
}

function importInstanceNormalization(context: NodeContext, { epsilon }: Epsilon): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  if (x.shape.length < 3) refuse(context, "import/operand", { expected: "input [N,C,…]", found: formatTensorType(x) });
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
  const x = operand(context, 0);
  if (x.shape.length < 2) refuse(context, "import/operand", { expected: "input [N,C,…]", found: formatTensorType(x) });
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
