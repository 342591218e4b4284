/**
 * Attention as matrix products:
 *
 *     Y = softmax(cap(scale · Q·Kᵀ) + bias) · V          cap(x) = c · tanh(x / c)
 *
 * Q has as many heads as K and V, or a multiple of them, which then share each. Rows whose bias is −∞ throughout give 0.
 */
import { tanh } from "../../../../ir/ops/unary.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";
import { algebra } from "../../../importing/algebra.js";
import { reducedAlong, reshaped, transposed } from "../../../importing/compose.js";

export interface DotProduct {
  /** [B, heads, S, D] */
  readonly q: Operand;
  /** [B, heads of keys, T, D] */
  readonly k: Operand;
  /** [B, heads of keys, T, E] */
  readonly v: Operand;
  readonly scale: number;
  /** No cap where 0. */
  readonly softcap: number;
  /** Broadcasts to [B, heads, S, T]. */
  readonly bias?: Operand | undefined;
}

/** Each step, [B, heads, S, T], and the result, [B, heads, S, E]. */
export interface Attended {
  readonly products: Operand;
  readonly capped: Operand;
  readonly biased: Operand;
  readonly weights: Operand;
  readonly result: Operand;
}

/** The whole of attention. Fails as the matrix products do. */
export function attend(tensors: TensorBuilder, given: DotProduct): Attended {
  const { q, k, v, scale, softcap, bias } = given;
  const { plus, times, over, of, softmaxOf } = algebra(tensors);
  const products = grouped(tensors, times(q, scale), transposed(tensors, k, [0, 1, 3, 2]));
  const capped = softcap === 0 ? products : times(of(tanh, over(products, softcap)), softcap);
  const biased = bias === undefined ? capped : plus(capped, bias);
  const spread = softmaxOf(biased, 3);
  const weights = bias === undefined ? spread : withoutMasked(tensors, spread, bias);
  return { products, capped, biased, weights, result: grouped(tensors, weights, v) };
}

/** A · B for each head of A; neighbouring heads of A share one of B where that has fewer. */
export function grouped(tensors: TensorBuilder, a: Operand, b: Operand): Operand {
  const { product } = algebra(tensors);
  const [batch, heads, rows, depth] = a.shape;
  const shared = b.shape[1];
  if (heads === shared) return product(a, b);
  const apart = reshaped(tensors, a, [batch, shared, (heads / shared) * rows, depth]);
  return reshaped(tensors, product(apart, b), [batch, heads, rows, b.shape[3]]);
}

/** 0 in rows where nothing may be attended to: softmax of −∞ alone is none. */
function withoutMasked(tensors: TensorBuilder, weights: Operand, bias: Operand): Operand {
  const { equal, where } = algebra(tensors);
  const most = reducedAlong(tensors, bias, "max", [bias.shape.length - 1]);
  return where(equal(most, -Infinity), 0, weights);
}

/** [B, S, heads · D] → [B, heads, S, D]. */
export function splitHeads(tensors: TensorBuilder, x: Operand, heads: number): Operand {
  const [batch, length, hidden] = x.shape;
  return transposed(tensors, reshaped(tensors, x, [batch, length, heads, hidden / heads]), [0, 2, 1, 3]);
}

/** [B, heads, S, D] → [B, S, heads · D]. */
export function joinHeads(tensors: TensorBuilder, x: Operand): Operand {
  const [batch, heads, length, depth] = x.shape;
  return reshaped(tensors, transposed(tensors, x, [0, 2, 1, 3]), [batch, length, heads * depth]);
}
