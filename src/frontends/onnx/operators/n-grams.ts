/** TfIdfVectorizer on numbers: how often each n-gram of a pool stands in a row, with up to so many elements between its own. */
import { reduce } from "../../../ir/ops/reduce.js";
import { gather } from "../../../ir/ops/indexing/gather.js";
import { algebra } from "../../importing/algebra.js";
import { broadcastTo, convert, reshaped, sliced } from "../../importing/compose.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";
import { choice, floats, integer, integers, required, texts, type ValuesOf } from "../importing/attribute-kinds.js";
import type { NodeContext } from "../importing/node-context.js";
import { operator, type OperatorRow } from "../importing/operator.js";

const attributes = {
  max_gram_length: required(integer(1)),
  max_skip_count: required(integer(0)),
  min_gram_length: required(integer(1)),
  mode: choice("TF", "IDF", "TFIDF"),
  ngram_counts: required(integers),
  ngram_indexes: required(integers),
  pool_int64s: integers,
  pool_strings: texts,
  weights: floats,
};

export const nGramOperators: readonly OperatorRow[] = [
  operator("TfIdfVectorizer", { since: 9, operands: [1, 1], attributes }, importTfIdf),
];

/** [C] or [N, C] to one number for each output column, f32. */
function importTfIdf(context: NodeContext, given: ValuesOf<typeof attributes>): Operand {
  const { tensors } = context;
  const { times, joined } = algebra(tensors);
  const x = operand(context, 0);
  const pools = poolsOf(context, given);
  const rows = x.shape.length === 1 ? reshaped(tensors, x, [1, x.shape[0]]) : x;
  const counts = pools.map((pool, i) => {
    const isCounted = i + 1 >= given.min_gram_length && i + 1 <= given.max_gram_length;
    return countsOf(tensors, rows, isCounted ? pool : [], pool.length, given.max_skip_count);
  });
  const nothing = broadcastTo(tensors, tensors.known("f32", [], [0]), [rows.shape[0], 1]);
  const all = joined([...counts, nothing], 1);
  const indexes = given.ngram_indexes ?? [];
  const columns = Array.from({ length: Math.max(-1, ...indexes) + 1 }, (_, column) => {
    const at = indexes.indexOf(column);
    return at < 0 ? indexes.length : at;
  });
  const weights = columns.map((at) => given.weights?.[at] ?? 1);
  const placed = tensors.apply(gather, [all, tensors.known("i32", [columns.length], columns)], { axis: 1 });
  const seen = given.mode === "IDF" ? algebra(tensors).min(placed, 1) : placed;
  const scaled = given.mode === "TF" ? seen : times(seen, tensors.known("f32", [columns.length], weights));
  return x.shape.length === 1 ? reshaped(tensors, scaled, [columns.length]) : scaled;
}

type Gram = readonly number[];

/** The pool's n-grams by their length, from 1 on. */
function poolsOf(context: NodeContext, given: ValuesOf<typeof attributes>): readonly (readonly Gram[])[] {
  const { shape } = operand(context, 0);
  const { pool_int64s: pool, ngram_counts: starts = [], ngram_indexes: indexes = [], max_skip_count: skips } = given;
  if (pool === undefined || shape.length < 1 || shape.length > 2 || skips < 0 || skips > 64)
    return refuse(context, "import/unsupported-form", {
      expected: "rows of numbers, and a pool of numbers",
      found: pool === undefined ? "a pool of strings" : `rank ${shape.length}, ${skips} elements passed over`,
    });
  const pools = starts.map((start, i) => {
    const values = pool.slice(start, starts[i + 1] ?? pool.length);
    return Array.from({ length: Math.ceil(values.length / (i + 1)) }, (_, k) =>
      values.slice(k * (i + 1), (k + 1) * (i + 1)),
    );
  });
  const isWhole = pools.every((grams, i) => grams.every((gram) => gram.length === i + 1));
  const isPlaced = indexes.length === pools.flat().length && indexes.every((index) => index >= 0 && index < 2 ** 20);
  if (isWhole && isPlaced && pools.length > 0) return pools;
  return refuse(context, "import/attribute", {
    expected: "a pool of whole n-grams, each with its column",
    found: `${pool.length} numbers, ${indexes.length} columns`,
  });
}

/** [N, grams], f32; n-grams of one element are counted once, whatever may be passed over. */
function countsOf(
  tensors: TensorBuilder,
  rows: Operand,
  grams: readonly Gram[],
  columns: number,
  mostSkipped: number,
): Operand {
  const { plus } = algebra(tensors);
  const zero = broadcastTo(tensors, tensors.known("f32", [], [0]), [rows.shape[0], columns]);
  if (grams.length === 0) return zero;
  const steps = grams[0].length === 1 ? [1] : Array.from({ length: mostSkipped + 1 }, (_, skipped) => skipped + 1);
  const counts = steps.flatMap((step) => countsApart(tensors, rows, grams, step) ?? []);
  return counts.reduce(plus, zero);
}

/** Of n-grams whose elements stand `step` apart; undefined where rows are too short for one. */
function countsApart(tensors: TensorBuilder, rows: Operand, grams: readonly Gram[], step: number): Operand | undefined {
  const { and, equal } = algebra(tensors);
  const places = rows.shape[1] - (grams[0].length - 1) * step;
  if (places <= 0) return undefined;
  const matches = grams[0].map((_, j) => {
    const elements = reshaped(tensors, sliced(tensors, rows, 1, j * step, places), [rows.shape[0], places, 1]);
    const wanted = tensors.known(
      rows.elementType,
      [1, 1, grams.length],
      grams.map((gram) => gram[j]),
    );
    return equal(elements, wanted);
  });
  const found = convert(tensors, matches.reduce(and), "f32");
  return tensors.apply(reduce, [found], { function: "sum", axes: [1] });
}
