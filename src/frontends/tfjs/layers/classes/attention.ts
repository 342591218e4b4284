/** Attention of several heads: softmax(query · keyᵀ / √size) · value, each projected to its heads before. */
import { add } from "../../../../ir/ops/binary.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import { iota, reshaped } from "../../../importing/compose.js";
import { einsum } from "../../../importing/einsum.js";
import { refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { valueOption } from "../importing/call-options.js";
import { anything, count, flag, integers, number, optionalNumber, type ConfigOf } from "../importing/config-kinds.js";
import { layer, type LayerContext, type LayerRow } from "../importing/layer.js";
import type { WeightScope } from "../importing/weight-scope.js";
import { softmaxAlong } from "./activation-layers.js";

const config = {
  num_heads: count(1),
  key_dim: count(1),
  value_dim: optionalNumber,
  use_bias: flag(true),
  output_shape: integers,
  attention_axes: integers,
  dropout: number(0),
  query_shape: anything,
  key_shape: anything,
  value_shape: anything,
};

type Config = ConfigOf<typeof config>;

const options = ["value", "key", "attention_mask", "use_causal_mask"];

export const attentionLayers: readonly LayerRow[] = [
  layer("MultiHeadAttention", { inputs: [1, 3], rank: 3, config, options }, attend),
];

function attend(context: LayerContext, given: Config, query: Operand): Operand {
  const { tensors } = context;
  if ((given.attention_axes ?? [1]).join() !== "1") {
    refuse(context, "import/unsupported-form", { expected: "attention along axis 1", found: "attention_axes" });
  }
  const value = valueOption(context, "value")?.value ?? context.operands[1] ?? query;
  const key = valueOption(context, "key")?.value ?? context.operands[2] ?? value;
  const { num_heads: heads, key_dim: size, value_dim: valueSize = size } = given;
  const q = projected(context, given, query, "query", [heads, size]);
  const k = projected(context, given, key, "key", [heads, size]);
  const v = projected(context, given, value, "value", [heads, valueSize]);
  const scaled = algebra(tensors).times(q, 1 / Math.sqrt(size));
  const scores = einsum(context, ["aecd", "abcd", "acbe"], [k, scaled]);
  const weights = softmaxAlong(context, scores, [3], maskOf(context, query.shape[1], key.shape[1]));
  const attended = einsum(context, ["acbe", "aecd", "abcd"], [weights, v]);
  return outputOf(context, given, attended, given.output_shape?.at(-1) ?? query.shape[2]);
}

/** [batch, steps, size] → [batch, steps, heads, size of a head] */
function projected(
  context: LayerContext,
  { use_bias: hasBias }: Config,
  x: Operand,
  name: string,
  heads: readonly [number, number],
): Operand {
  if (x.shape.length !== 3)
    refuse(context, "import/operand", { expected: `${name} of rank 3`, found: formatTensorType(x) });
  const weights = context.weights.inner(name);
  const product = einsum(context, ["abc", "cde", "abde"], [x, weights.weight("kernel", [x.shape[2], ...heads])]);
  return hasBias ? context.tensors.apply(add, [product, weights.weight("bias", heads)], {}) : product;
}

function outputOf(context: LayerContext, { use_bias: hasBias }: Config, x: Operand, size: number): Operand {
  const weights = outputWeights(context.weights);
  const [, , heads, headSize] = x.shape;
  const product = einsum(context, ["abcd", "cde", "abe"], [x, weights.weight("kernel", [heads, headSize, size])]);
  return hasBias ? context.tensors.apply(add, [product, weights.weight("bias", [size])], {}) : product;
}

/** Python and TensorFlow.js write the name in their own ways. */
function outputWeights(weights: WeightScope): WeightScope {
  const ours = weights.inner("attentionOutput");
  return ours.has("kernel") ? ours : weights.inner("attention_output");
}

/** What counts for whom, [batch, 1, queries, keys]: the mask that is given, and nothing that comes later. */
function maskOf(context: LayerContext, queries: number, keys: number): Operand | undefined {
  const { tensors, options: given } = context;
  const { and, lessEqual } = algebra(tensors);
  const option = given.get("use_causal_mask");
  const isCausal = option?.kind === "plain" && option.value === true;
  const causal = isCausal ? lessEqual(iota(tensors, keys, 4, 3), iota(tensors, queries, 4, 2)) : undefined;
  const mask = valueOption(context, "attention_mask")?.value;
  if (mask === undefined) return causal;
  if (mask.shape.length !== 3)
    refuse(context, "import/operand", { expected: "[batch, queries, keys]", found: formatTensorType(mask) });
  const counts = algebra(tensors).notEqual(reshaped(tensors, mask, [mask.shape[0], 1, ...mask.shape.slice(1)]), 0);
  return causal === undefined ? counts : and(counts, causal);
}
