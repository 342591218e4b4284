/** Losses, as what they are in a forward pass: the element of each label, weighted, and their sum or mean. */
import { formatShape } from "../../../ir/types/shape.js";
import { negate } from "../../../ir/ops/unary.js";
import { algebra } from "../../importing/algebra.js";
import { convert, iota, reducedAlong, reshaped } from "../../importing/compose.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";
import { choice, optionalInteger, type ValuesOf } from "../importing/attribute-kinds.js";
import type { NodeContext } from "../importing/node-context.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { logSoftmax } from "./log-softmax.js";

const attributes = { ignore_index: optionalInteger, reduction: choice("mean", "none", "sum") };

type Attributes = ValuesOf<typeof attributes>;

export const lossOperators: readonly OperatorRow[] = [
  operator("NegativeLogLikelihoodLoss", { since: 12, operands: [2, 3], attributes }, (context, given) =>
    lossOf(context, operand(context, 0), given),
  ),
  operator("SoftmaxCrossEntropyLoss", { since: 12, operands: [2, 3], attributes }, (context, given) => {
    const logarithms = logSoftmax(context.tensors, operand(context, 0), 1);
    return [lossOf(context, logarithms, given), logarithms];
  }),
];

/** −weight[label] · logarithm[label] at each place, 0 where the label is to be ignored; a mean is over the weights that count. */
function lossOf(context: NodeContext, logarithms: Operand, { ignore_index, reduction }: Attributes): Operand {
  const { tensors } = context;
  const { times, over, where, of } = algebra(tensors);
  const isLabel = labelled(context, logarithms);
  const picked = summed(tensors, where(isLabel, logarithms, 0), [1]);
  const weights = weightsOf(context, isLabel, logarithms, ignore_index);
  const losses = of(negate, times(picked, weights));
  if (reduction === "none") return losses;
  const all = losses.shape.map((_, d) => d);
  const total = summed(tensors, losses, all);
  return reduction === "sum" ? total : over(total, summed(tensors, weights, all));
}

/** Whether a class is the label of its place, [N, C, …]. */
function labelled(context: NodeContext, { shape }: Operand): Operand {
  const { tensors } = context;
  const labels = operand(context, 1);
  const expected = shape.toSpliced(1, 1);
  if (shape.length < 2 || formatShape(expected) !== formatShape(labels.shape))
    refuse(context, "import/operand", {
      expected: "scores [N, C, …] and labels [N, …]",
      found: `${formatShape(shape)}, ${formatShape(labels.shape)}`,
    });
  const column = reshaped(tensors, convert(tensors, labels, "i32"), shape.with(1, 1));
  return algebra(tensors).equal(column, iota(tensors, shape[1], shape.length, 1));
}

/** What each place counts, [N, …]. */
function weightsOf(
  context: NodeContext,
  isLabel: Operand,
  { elementType, shape }: Operand,
  ignored: number | undefined,
): Operand {
  const { tensors, operands } = context;
  const { where, equal } = algebra(tensors);
  const given = operands[2];
  const one = tensors.known(elementType, [], [1]);
  const perClass = given === undefined ? one : reshaped(tensors, given, [shape[1], ...shape.slice(2).map(() => 1)]);
  const zero = tensors.known(elementType, [], [0]);
  const weights = summed(tensors, where(isLabel, perClass, zero), [1]);
  if (ignored === undefined) return weights;
  return where(equal(convert(tensors, operand(context, 1), "i32"), ignored), 0, weights);
}

/** Σ along axes, which go. */
function summed(tensors: TensorBuilder, x: Operand, axes: readonly number[]): Operand {
  const kept = x.shape.filter((_, d) => !axes.includes(d));
  return reshaped(tensors, reducedAlong(tensors, x, "sum", axes), kept);
}
