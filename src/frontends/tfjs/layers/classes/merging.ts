/** Layers of several inputs. Inputs of fewer dimensions get ones after the batch, then they broadcast. */
import * as binary from "../../../../ir/ops/binary.js";
import { concat } from "../../../../ir/ops/concat.js";
import type { NoAttributes } from "../../../../ir/ops/elementwise.js";
import type { OpDefinition } from "../../../../ir/graph/graph.js";
import { sqrt } from "../../../../ir/ops/unary.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import { broadcastTo, reducedAlong, reshaped } from "../../../importing/compose.js";
import { einsum } from "../../../importing/einsum.js";
import { axisOf, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, integers, optionalNumber, required, type ConfigOf } from "../importing/config-kinds.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";
import type { LayerValue } from "../importing/layer-value.js";

const several = { inputs: [2, Infinity] as const };

export const mergingLayers: readonly LayerRow[] = [
  merge("Add", binary.add),
  merge("Multiply", binary.multiply),
  merge("Maximum", binary.maximum),
  merge("Minimum", binary.minimum),
  layer("Subtract", { inputs: [2, 2] }, (context) => merged(context, binary.subtract)),
  layer("Average", several, (context) => {
    const [sum] = merged(context, binary.add);
    return [{ ...sum, value: algebra(context.tensors).over(sum.value, context.inputs.length) }];
  }),
  layer("Concatenate", { inputs: [1, Infinity], config: { axis: optionalNumber } }, concatenated),
  layer("Dot", { inputs: [2, 2], config: { axes: required(integers), normalize: flag(false) } }, dot),
];

function merge(className: string, op: OpDefinition<NoAttributes>): LayerRow {
  return layer(className, several, (context) => merged(context, op));
}

/** What counts is what counts in every input that says so, as in Keras. */
function merged(context: LayerContext, op: OpDefinition<NoAttributes>): readonly LayerValue[] {
  const { tensors, operands, inputs } = context;
  const rank = operands.reduce((most, { shape }) => Math.max(most, shape.length), 0);
  const aligned = operands.map((x) => {
    const missing = Array.from({ length: rank - x.shape.length }, () => 1);
    return reshaped(tensors, x, [...x.shape.slice(0, 1), ...missing, ...x.shape.slice(1)]);
  });
  const masks = inputs.flatMap(({ mask }) => mask ?? []);
  const mask = masks.length === 0 ? undefined : masks.reduce((a, b) => algebra(tensors).and(a, b));
  return [{ value: aligned.reduce((a, b) => tensors.apply(op, [a, b], {})), mask }];
}

function concatenated(context: LayerContext, config: { readonly axis: number | undefined }): readonly LayerValue[] {
  const { tensors, operands } = context;
  const axis = axisOf(context, config.axis ?? -1, operands[0].shape.length);
  return [{ value: tensors.apply(concat, operands, { axis }), mask: concatenatedMask(context, axis) }];
}

/** Masks side by side as their values are, where an input without one counts everywhere; along the last axis all must count. */
function concatenatedMask({ tensors, inputs }: LayerContext, axis: number): Operand | undefined {
  if (inputs.every(({ mask }) => mask === undefined)) return undefined;
  const wide = inputs.map(({ value, mask }) => {
    const counts = mask ?? tensors.known("bool", [], [1]);
    const shape = [...counts.shape, ...value.shape.slice(counts.shape.length).map(() => 1)];
    return broadcastTo(tensors, reshaped(tensors, counts, shape), value.shape);
  });
  const joined = tensors.apply(concat, wide, { axis });
  const rank = joined.shape.length;
  return reshaped(tensors, reducedAlong(tensors, joined, "min", [rank - 1]), joined.shape.slice(0, -1));
}

const labels = "abcdefgh";

/** Sums of products along one axis of each, batch by batch. */
function dot(
  context: LayerContext,
  { axes = [], normalize }: ConfigOf<{ axes: typeof integers; normalize: ReturnType<typeof flag> }>,
): Operand {
  const [a, b] = context.operands;
  const ranks = [a.shape.length, b.shape.length];
  if (ranks.some((rank) => rank < 2 || rank > 3)) {
    const found = context.operands.map(formatTensorType).join(", ");
    return refuse(context, "import/operand", { expected: "inputs of rank 2 or 3", found });
  }
  const [left, right] = [a, b].map((x, i) => axisOf(context, axes[i] ?? axes[0] ?? -1, x.shape.length));
  const { tensors } = context;
  const operands = normalize ? [unit(context, a, left), unit(context, b, right)] : [a, b];
  const leftTerm = labels.slice(0, ranks[0]);
  const others = labels.slice(ranks[0]);
  const rightTerm = Array.from({ length: ranks[1] }, (_, d) =>
    d === 0 ? leftTerm[0] : d === right ? leftTerm[left] : others[d],
  ).join("");
  const result = [...leftTerm, ...rightTerm.slice(1)].filter((label) => label !== leftTerm[left]).join("");
  const product = einsum(context, [leftTerm, rightTerm, result], operands);
  return product.shape.length > 1 ? product : reshaped(tensors, product, [...product.shape, 1]);
}

/** The value divided by its length along an axis; one below √10⁻⁷ counts as that, as in TensorFlow.js. */
function unit({ tensors }: LayerContext, x: Operand, axis: number): Operand {
  const { times, over, max, of } = algebra(tensors);
  const squares = reducedAlong(tensors, times(x, x), "sum", [axis]);
  return over(x, of(sqrt, max(squares, 1e-7)));
}
