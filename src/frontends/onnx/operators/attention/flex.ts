/** FlexAttention: attention whose scores and weights pass through graphs of the model's own. */
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import { transposed } from "../../../importing/compose.js";
import { operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { optionalFloat, optionalGraph, optionalInteger, type ValuesOf } from "../../importing/attribute-kinds.js";
import type { NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";
import type { OnnxGraph } from "../../proto/model.js";
import { grouped } from "./dot-product.js";

const attributes = {
  prob_mod: optionalGraph,
  scale: optionalFloat,
  score_mod: optionalGraph,
  softmax_precision: optionalInteger,
};

export const flexAttentionOperators: readonly OperatorRow[] = [
  operator("FlexAttention", { domain: "ai.onnx.preview", operands: [3, 3], attributes }, importFlexAttention),
];

/** softmax through `prob_mod` of scale · Q·Kᵀ through `score_mod`, times V; operands [B, heads, length, depth]. */
function importFlexAttention(context: NodeContext, given: ValuesOf<typeof attributes>): Operand {
  const { tensors } = context;
  const { times, softmaxOf } = algebra(tensors);
  const [q, k, v] = [0, 1, 2].map((i) => operand(context, i));
  const isHeads = [q, k, v].every(({ shape }) => shape.length === 4) && k.shape[1] === v.shape[1];
  if (!isHeads || q.shape[1] % k.shape[1] !== 0)
    refuse(context, "import/operand", {
      expected: "Q, K and V [B, heads, length, depth], heads of Q a multiple of those of K and V",
      found: [q, k, v].map(formatTensorType).join(", "),
    });
  const scale = given.scale ?? 1 / Math.sqrt(q.shape[3]);
  const scores = grouped(tensors, times(q, scale), transposed(tensors, k, [0, 1, 3, 2]));
  const weights = softmaxOf(through(context, given.score_mod, scores), 3);
  return grouped(tensors, through(context, given.prob_mod, weights), v);
}

/** The value after the graph, which keeps its type. */
function through(context: NodeContext, graph: OnnxGraph | undefined, x: Operand): Operand {
  if (graph === undefined) return x;
  const [result, ...others] = context.importNested(graph, [x]);
  if (result?.shape.join() === x.shape.join() && others.length === 0) return result;
  return refuse(context, "import/operand", {
    expected: `a graph that gives one tensor like its input, ${formatTensorType(x)}`,
    found: result === undefined ? "none" : formatTensorType(result),
  });
}
