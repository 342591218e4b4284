/**
 * LinearAttention: a state of keys times values, written and read once for each position.
 *
 *     linear        S ← S + k vᵀ
 *     gated         S ← e^decay S + k vᵀ
 *     delta         S ← S + k (beta (v − Sᵀk))ᵀ
 *     gated_delta   both                                 y = scale · Sᵀq
 */
import { exp } from "../../../../ir/ops/unary.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { choice, float, integer, required, type ValuesOf } from "../../importing/attribute-kinds.js";
import { operand, refuse } from "../../../importing/node-questions.js";
import type { NodeContext } from "../../importing/node-context.js";
import type { Operand } from "../../../importing/operand.js";
import { operator, type Imported, type OperatorRow } from "../../importing/operator.js";
import { algebra } from "../../../importing/algebra.js";
import { broadcastTo, convert, reshaped, sliced, transposed } from "../../../importing/compose.js";
import { grouped, splitHeads } from "./dot-product.js";

const attributes = {
  chunk_size: integer(64),
  kv_num_heads: required(integer(0)),
  q_num_heads: required(integer(0)),
  scale: float(0),
  update_rule: choice("gated_delta", "linear", "gated", "delta"),
};

export const linearAttentionOperators: readonly OperatorRow[] = [
  operator("LinearAttention", { since: 27, operands: [3, 6], attributes }, importLinearAttention),
];

/** What is used at each position, [B, heads, T, …]; undefined where the rule has no use for it. */
interface Steps {
  readonly q: Operand;
  readonly k: Operand;
  readonly v: Operand;
  readonly decay: Operand | undefined;
  readonly beta: Operand | undefined;
}

function importLinearAttention(context: NodeContext, given: ValuesOf<typeof attributes>): Imported {
  const { tensors } = context;
  const { times, joined } = algebra(tensors);
  const steps = stepsOf(context, given);
  const [batch, heads, length, depth] = steps.k.shape;
  const past = context.operands[3];
  const scale = given.scale === 0 ? 1 / Math.sqrt(depth) : given.scale;
  const width = steps.v.shape[3];
  let state =
    past === undefined
      ? broadcastTo(tensors, tensors.known(steps.q.elementType, [], [0]), [batch, heads, depth, width])
      : past;
  const read: Operand[] = [];
  for (let t = 0; t < length; t++) {
    const at = (x: Operand) => sliced(tensors, x, 2, t, 1);
    state = written(context, state, steps, at);
    read.push(grouped(tensors, at(steps.q), state));
  }
  const result = times(joined(read, 2), scale);
  const flat = reshaped(tensors, transposed(tensors, result, [0, 2, 1, 3]), [batch, length, result.shape[1] * width]);
  return [flat, convert(tensors, state, operand(context, 0).elementType)];
}

function written({ tensors }: NodeContext, before: Operand, steps: Steps, at: (x: Operand) => Operand): Operand {
  const { plus, minus, times, product, of } = algebra(tensors);
  const column = (x: Operand) => transposed(tensors, at(x), [0, 1, 3, 2]);
  const kept = steps.decay === undefined ? before : times(before, of(exp, column(steps.decay)));
  const key = column(steps.k);
  const value = at(steps.v);
  const added = steps.beta === undefined ? value : times(minus(value, product(at(steps.k), kept)), at(steps.beta));
  return plus(kept, times(key, added));
}

function stepsOf(context: NodeContext, given: ValuesOf<typeof attributes>): Steps {
  const { q_num_heads, kv_num_heads, update_rule } = given;
  const part = (index: number, heads: number): Operand => {
    const x = operand(context, index);
    if (x.shape.length === 3 && heads > 0 && x.shape[2] % heads === 0) return splitHeads(context.tensors, x, heads);
    return refuse(context, "import/operand", { expected: `[B, T, ${heads} · D]`, found: formatTensorType(x) });
  };
  if (kv_num_heads < 1 || q_num_heads % kv_num_heads !== 0)
    refuse(context, "import/attribute", {
      expected: "q_num_heads to be a multiple of kv_num_heads",
      found: `${q_num_heads}, ${kv_num_heads}`,
    });
  return {
    q: part(0, q_num_heads),
    k: part(1, kv_num_heads),
    v: part(2, kv_num_heads),
    decay: update_rule.startsWith("gated") ? part(4, kv_num_heads) : undefined,
    beta: update_rule.endsWith("delta") ? part(5, Math.min(kv_num_heads, operand(context, 5).shape[2])) : undefined,
  };
}
