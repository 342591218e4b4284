/** ONNX's Attention: heads, past keys and values, and what may be attended to. */
import { formatTensorType } from "../../../../ir/types/tensor.js";
import {
  flag,
  float,
  integer,
  optionalFloat,
  optionalInteger,
  type ValuesOf,
} from "../../importing/attribute-kinds.js";
import { operand, refuse } from "../../../importing/node-questions.js";
import type { NodeContext } from "../../importing/node-context.js";
import type { Operand } from "../../../importing/operand.js";
import { operator, type Imported, type OperatorRow } from "../../importing/operator.js";
import { algebra } from "../../../importing/algebra.js";
import { convert, iota, reshaped } from "../../../importing/compose.js";
import { attend, joinHeads, splitHeads, type Attended } from "./dot-product.js";

const attributes = {
  is_causal: flag(false),
  kv_num_heads: optionalInteger,
  q_num_heads: optionalInteger,
  qk_matmul_output_mode: integer(0),
  scale: optionalFloat,
  softcap: float(0),
  softmax_precision: optionalInteger,
};

type Attributes = ValuesOf<typeof attributes>;

export const attentionOperators: readonly OperatorRow[] = [
  operator("Attention", { since: 23, operands: [3, 6], attributes }, importAttention),
  operator("Attention", { since: 24, operands: [3, 7], attributes }, importAttention),
];

/** Q, K and V as [B, heads, length, depth]. */
interface Heads {
  readonly q: Operand;
  readonly k: Operand;
  readonly v: Operand;
}

/** Results: Y in the operands' layout, keys and values with those of the past, and the step of the products that is asked for. */
function importAttention(context: NodeContext, given: Attributes): Imported {
  const { tensors } = context;
  const { q, k, v } = headsOf(context, given);
  const [keys, values] = [withPast(context, k, 4), withPast(context, v, 5)];
  const scale = given.scale ?? 1 / Math.sqrt(q.shape[3]);
  const bias = biasOf(context, q, keys, given.is_causal);
  const attended = attend(tensors, { q, k: keys, v: values, scale, softcap: given.softcap, bias });
  const isFlat = operand(context, 0).shape.length === 3;
  const result = isFlat ? joinHeads(tensors, attended.result) : attended.result;
  return [result, keys, values, stepOf(context, attended, given.qk_matmul_output_mode)];
}

function stepOf(context: NodeContext, attended: Attended, mode: number): Operand {
  const steps = [attended.products, attended.capped, attended.biased, attended.weights];
  const expected = "qk_matmul_output_mode from 0 to 3";
  return steps[mode] ?? refuse(context, "import/attribute", { expected, found: `${mode}` });
}

function headsOf(context: NodeContext, { q_num_heads, kv_num_heads }: Attributes): Heads {
  const given = [0, 1, 2].map((i) => operand(context, i));
  const counts = [q_num_heads, kv_num_heads, kv_num_heads];
  const parts = given.map((x, i) => {
    const heads = counts[i];
    if (x.shape.length === 4) return x;
    if (x.shape.length === 3 && heads !== undefined && heads > 0 && x.shape[2] % heads === 0)
      return splitHeads(context.tensors, x, heads);
    return refuse(context, "import/operand", {
      expected: "Q, K and V [B, heads, S, D], or [B, S, heads · D] with the numbers of heads",
      found: formatTensorType(x),
    });
  });
  const [q, k, v] = parts;
  if (q.shape[1] % k.shape[1] !== 0 || k.shape[1] !== v.shape[1])
    refuse(context, "import/operand", {
      expected: "as many heads of K as of V, and of Q a multiple of them",
      found: `${q.shape[1]}, ${k.shape[1]}, ${v.shape[1]}`,
    });
  return { q, k, v };
}

function withPast({ tensors, operands }: NodeContext, x: Operand, index: number): Operand {
  const past = operands[index];
  return past === undefined ? x : algebra(tensors).joined([past, x], 2);
}

/** What is added to the products: the mask, and −∞ beyond the present and beyond what is no padding. */
function biasOf(context: NodeContext, q: Operand, keys: Operand, isCausal: boolean): Operand | undefined {
  const { plus, where } = algebra(context.tensors);
  const negative = (allowed: Operand) =>
    convert(context.tensors, where(allowed, context.tensors.known("f32", [], [0]), -Infinity), q.elementType);
  const parts = [
    maskOf(context, keys.shape[2], q.elementType),
    isCausal ? negative(notLater(context, q.shape[2], keys.shape[2])) : undefined,
    context.operands[6] === undefined ? undefined : negative(notPadding(context, keys.shape[2])),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.reduce(plus);
}

/** The mask as a bias; keys beyond its end may not be attended to. */
function maskOf(context: NodeContext, length: number, elementType: Operand["elementType"]): Operand | undefined {
  const { where, padded } = algebra(context.tensors);
  const mask = context.operands[3];
  if (mask === undefined) return undefined;
  if (mask.shape.length < 1 || mask.shape.length > 4)
    refuse(context, "import/operand", {
      expected: "a mask [B, heads, S, T] or what broadcasts",
      found: formatTensorType(mask),
    });
  const zero = context.tensors.known("f32", [], [0]);
  const bias = mask.elementType === "bool" ? where(mask, zero, -Infinity) : mask;
  const last = bias.shape.length - 1;
  const missing = bias.shape[last] === 1 ? 0 : length - bias.shape[last];
  return convert(context.tensors, padded(bias, last, 0, Math.max(missing, 0), -Infinity), elementType);
}

/** Which keys are not after the query: query i stands at i + what came before, [B or 1, 1, S, T]. */
function notLater(context: NodeContext, queries: number, length: number): Operand {
  const { tensors, operands } = context;
  const { plus, minus, lessEqual } = algebra(tensors);
  const [rows, columns] = [iota(tensors, queries, 4, 2), iota(tensors, length, 4, 3)];
  if (operands[6] !== undefined) return lessEqual(columns, plus(rows, minus(presentOf(context), queries)));
  return lessEqual(columns, plus(rows, operands[4]?.shape[2] ?? 0));
}

/** Which keys are none of the padding at the end, [B, 1, 1, T]. */
function notPadding(context: NodeContext, length: number): Operand {
  return algebra(context.tensors).less(iota(context.tensors, length, 4, 3), presentOf(context));
}

/** How many keys of each batch are no padding, [B, 1, 1, 1]. */
function presentOf(context: NodeContext): Operand {
  const { tensors } = context;
  const counts = operand(context, 6);
  if (counts.shape.length !== 1)
    refuse(context, "import/operand", { expected: "nonpad_kv_seqlen [B]", found: formatTensorType(counts) });
  return reshaped(tensors, convert(tensors, counts, "i32"), [counts.shape[0], 1, 1, 1]);
}
