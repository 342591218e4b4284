/**
 * Sums of products of two operands in Einstein's notation, as one matrix product. Each dimension has a label: of those in both operands
 * the ones in the result are batches and the others are summed over; a label in one operand alone is a row or a column.
 *
 *     ab,bc->ac    [batches…, rows…, sums…] × [batches…, sums…, columns…] = [batches…, rows…, columns…]
 */
import { matmul } from "../../ir/ops/matmul.js";
import { elementCount, type Shape } from "../../ir/types/shape.js";
import { reducedAlong, reshaped, transposed } from "./compose.js";
import { refuse, type NodeQuestions } from "./node-questions.js";
import type { Operand } from "./operand.js";

/** The labels of the operands' dimensions and of the result's, each label once in a term: `["abc", "cd", "abd"]`. */
export type EinsumTerms = readonly [left: string, right: string, result: string];

/** Fails with `import/operand` where labels do not fit the operands. */
export function einsum(context: NodeQuestions, terms: EinsumTerms, operands: readonly Operand[]): Operand {
  const sizes = sizesOf(context, terms, operands);
  const { tensors } = context;
  const [left, right] = [0, 1].map((i) => needed(context, terms, i, operands[i]));
  const result = terms[2];
  const isIn = (term: string) => (label: string) => term.includes(label);
  const shared = [...left.labels].filter(isIn(right.labels));
  const batches = shared.filter(isIn(result));
  const sums = shared.filter((label) => !result.includes(label));
  const rows = [...left.labels].filter((label) => !right.labels.includes(label));
  const columns = [...right.labels].filter((label) => !left.labels.includes(label));
  const shapeOf = (labels: readonly string[]): Shape => labels.map((label) => sizes.get(label) ?? 1);
  const matrix = ({ labels, value }: Term, first: readonly string[], second: readonly string[]) => {
    const order = [...batches, ...first, ...second];
    const ordered = transposed(
      tensors,
      value,
      order.map((label) => labels.indexOf(label)),
    );
    const sizeOf = (list: readonly string[]) => elementCount(shapeOf(list));
    return reshaped(tensors, ordered, [...shapeOf(batches), sizeOf(first), sizeOf(second)]);
  };
  const product = tensors.apply(matmul, [matrix(left, rows, sums), matrix(right, sums, columns)], {});
  const made = [...batches, ...rows, ...columns];
  return transposed(
    tensors,
    reshaped(tensors, product, shapeOf(made)),
    [...result].map((label) => made.indexOf(label)),
  );
}

interface Term {
  readonly labels: string;
  readonly value: Operand;
}

/** The operand summed over labels that nothing else has. */
function needed({ tensors }: NodeQuestions, terms: EinsumTerms, index: number, operand: Operand): Term {
  const elsewhere = terms[1 - index] + terms[2];
  const labels = [...terms[index]];
  const alone = labels.flatMap((label, d) => (elsewhere.includes(label) ? [] : [d]));
  const kept = labels.filter((label) => elsewhere.includes(label));
  const summed = reducedAlong(tensors, operand, "sum", alone);
  const shape = operand.shape.filter((_, d) => !alone.includes(d));
  return { labels: kept.join(""), value: reshaped(tensors, summed, shape) };
}

function sizesOf(
  context: NodeQuestions,
  terms: EinsumTerms,
  operands: readonly Operand[],
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  const equation = `${terms[0]},${terms[1]}->${terms[2]}`;
  const wrong = (): never => {
    const found = operands.map(({ shape }) => `[${shape.join(",")}]`).join(", ");
    return refuse(context, "import/operand", {
      expected: `inputs that fit ${equation}, each label once in a term`,
      found,
    });
  };
  operands.forEach(({ shape }, i) => {
    const labels = [...terms[i]];
    if (labels.length !== shape.length || new Set(labels).size !== labels.length) wrong();
    labels.forEach((label, d) => {
      if ((sizes.get(label) ?? shape[d]) !== shape[d]) wrong();
      sizes.set(label, shape[d]);
    });
  });
  const result = [...terms[2]];
  if (new Set(result).size !== result.length || result.some((label) => !sizes.has(label))) wrong();
  return sizes;
}
