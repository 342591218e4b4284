/**
 * Einsum by its equation: products of tensors summed over the letters that the result does not have. Operands are taken in from the
 * left, two at a time; each pair is one product of matrices, with the letters that both and the result have as its batch.
 */
import { gather } from "../../ir/ops/indexing/gather.js";
import { elementCount, formatShape } from "../../ir/types/shape.js";
import { algebra } from "./algebra.js";
import { broadcastTo, iota, reducedAlong, reshaped, transposed } from "./compose.js";
import { operand, refuse, type NodeQuestions } from "./node-questions.js";
import type { Operand } from "./operand.js";
import { weighted } from "./positions.js";
import type { TensorBuilder } from "./tensor-builder.js";

/** A tensor with a letter for each dimension; dimensions of an ellipsis are called by their number from the end. */
interface Lettered {
  readonly value: Operand;
  readonly letters: readonly string[];
}

/** Sums of products as the equation says. Fails with `import/attribute`, `import/operand`. */
export function einsumByEquation(context: NodeQuestions, equation: string): Operand {
  const { tensors } = context;
  const { inputs, output } = parsed(context, equation);
  const sizes = sizesOf(context, inputs);
  const single = inputs.map((each) => withoutStretched(tensors, diagonal(tensors, each), sizes));
  const result = single.slice(1).reduce((left, right, i) => {
    const later = new Set([...output, ...single.slice(i + 2).flatMap(({ letters }) => letters)]);
    return multiplied(tensors, summed(tensors, left, new Set([...later, ...right.letters])), right, later);
  }, single[0]);
  const { value, letters } = summed(tensors, result, new Set(output));
  const ordered = transposed(
    tensors,
    value,
    output.filter((letter) => letters.includes(letter)).map((letter) => letters.indexOf(letter)),
  );
  const shape = output.map((letter) => sizes.get(letter) ?? 1);
  const present = output.map((letter) => (letters.includes(letter) ? (sizes.get(letter) ?? 1) : 1));
  return broadcastTo(tensors, reshaped(tensors, ordered, present), shape);
}

interface Equation {
  readonly inputs: readonly Lettered[];
  readonly output: readonly string[];
}

/** There are 52 letters. */
const mostTerms = 64;

/** Without a result its letters are those that stand once, in alphabetical order, after the ellipsis. */
function parsed(context: NodeQuestions, equation: string): Equation {
  const [left, right] = equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  if (terms.length > mostTerms)
    refuse(context, "import/limit", { expected: `at most ${mostTerms} operands of an equation` });
  if (terms.length !== context.operands.length) refuseEquation(context, equation);
  const inputs = terms.map((term, i): Lettered => {
    const value = operand(context, i);
    const letters = lettersOf(term, value.shape.length);
    return letters?.length === value.shape.length ? { value, letters } : refuseEquation(context, equation);
  });
  const ellipsis = Math.max(...inputs.map(({ letters }) => letters.filter((letter) => letter.length > 1).length));
  if (right !== undefined) {
    const known = new Set(inputs.flatMap(({ letters }) => letters));
    const output = lettersOf(right, right.replace("...", "").length + (right.includes("...") ? ellipsis : 0));
    const isValid = output?.every((letter) => known.has(letter)) && new Set(output).size === output.length;
    return output !== undefined && isValid ? { inputs, output } : refuseEquation(context, equation);
  }
  const all = inputs.flatMap(({ letters }) => letters);
  const once = all.filter((letter) => letter.length === 1 && all.filter((other) => other === letter).length === 1);
  return { inputs, output: [...ellipsisLetters(ellipsis), ...once.sort()] };
}

function refuseEquation(context: NodeQuestions, equation: string): never {
  const expected = `an equation for operands of ${context.operands.map((x) => formatShape(x?.shape ?? [])).join(", ")}`;
  return refuse(context, "import/attribute", { expected, found: JSON.stringify(equation.slice(0, 100)) });
}

function ellipsisLetters(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `.${count - i}`);
}

/** One letter for each of `rank` dimensions; undefined where the term cannot be read. */
function lettersOf(term: string, rank: number): readonly string[] | undefined {
  const match = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/.exec(term);
  if (match === null) return undefined;
  const [, before = "", dots, after = ""] = match;
  const hidden = dots === undefined ? 0 : rank - before.length - after.length;
  return hidden < 0 ? undefined : [...before, ...ellipsisLetters(hidden), ...after];
}

function sizesOf(context: NodeQuestions, inputs: readonly Lettered[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { letters, value } of inputs)
    letters.forEach((letter, d) => {
      const [before, size] = [sizes.get(letter) ?? 1, value.shape[d]];
      if (before !== 1 && size !== 1 && before !== size)
        refuse(context, "import/shape", { expected: `${letter} to be ${before}, as elsewhere`, found: `${size}` });
      sizes.set(letter, before === 1 ? size : before);
    });
  return sizes;
}

/** Where a letter stands twice, the elements whose positions there are equal. */
function diagonal(tensors: TensorBuilder, { value, letters }: Lettered): Lettered {
  const unique = [...new Set(letters)];
  if (unique.length === letters.length) return { value, letters };
  const shape = unique.map((letter) => Math.min(...value.shape.filter((_, d) => letters[d] === letter)));
  const terms = letters.map((letter) =>
    iota(tensors, shape[unique.indexOf(letter)], unique.length, unique.indexOf(letter)),
  );
  const strides = value.shape.map((_, d) => elementCount(value.shape.slice(d + 1)));
  const numbers = broadcastTo(tensors, weighted(tensors, terms, strides), shape);
  const flat = reshaped(tensors, value, [elementCount(value.shape)]);
  return { value: tensors.apply(gather, [flat, numbers], { axis: 0 }), letters: unique };
}

/** Dimensions of size 1 that are larger elsewhere count for nothing. */
function withoutStretched(
  tensors: TensorBuilder,
  { value, letters }: Lettered,
  sizes: ReadonlyMap<string, number>,
): Lettered {
  const kept = letters.filter((letter, d) => value.shape[d] === sizes.get(letter));
  const shape = kept.map((letter) => sizes.get(letter) ?? 1);
  return { value: reshaped(tensors, value, shape), letters: kept };
}

/** Summed over the letters that are not wanted. */
function summed(tensors: TensorBuilder, { value, letters }: Lettered, wanted: ReadonlySet<string>): Lettered {
  const axes = letters.flatMap((letter, d) => (wanted.has(letter) ? [] : [d]));
  const kept = letters.filter((letter) => wanted.has(letter));
  const shape = value.shape.filter((_, d) => !axes.includes(d));
  return { value: reshaped(tensors, reducedAlong(tensors, value, "sum", axes), shape), letters: kept };
}

/** The product of two, summed over letters that both have and that are not wanted later. */
function multiplied(tensors: TensorBuilder, a: Lettered, given: Lettered, later: ReadonlySet<string>): Lettered {
  const { product } = algebra(tensors);
  const b = summed(tensors, given, new Set([...later, ...a.letters]));
  const shared = a.letters.filter((letter) => b.letters.includes(letter));
  const batch = shared.filter((letter) => later.has(letter));
  const inner = shared.filter((letter) => !later.has(letter));
  const rows = a.letters.filter((letter) => !shared.includes(letter));
  const columns = b.letters.filter((letter) => !shared.includes(letter));
  const left = grouped(tensors, a, [batch, rows, inner]);
  const right = grouped(tensors, b, [batch, inner, columns]);
  const letters = [...batch, ...rows, ...columns];
  const size = (letter: string) => (a.letters.includes(letter) ? sizeOf(a, letter) : sizeOf(b, letter));
  return { value: reshaped(tensors, product(left, right), letters.map(size)), letters };
}

function sizeOf({ value, letters }: Lettered, letter: string): number {
  return value.shape[letters.indexOf(letter)];
}

/** Letters brought in order, each group one dimension. */
function grouped(tensors: TensorBuilder, x: Lettered, groups: readonly (readonly string[])[]): Operand {
  const order = groups.flat().map((letter) => x.letters.indexOf(letter));
  const shape = groups.map((letters) => elementCount(letters.map((letter) => sizeOf(x, letter))));
  return reshaped(tensors, transposed(tensors, x.value, order), shape);
}
