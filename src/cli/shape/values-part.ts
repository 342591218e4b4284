/** Small worked examples: one channel of numbers through the operation, straight from its definition. */
import { numberOf } from "../../ir/geometry/linear.js";
import { fail } from "../../diagnostics/error.js";
import { isTransposed, solveCase } from "../../ir/geometry/solver/case.js";
import { joinParts, part, type Part } from "./part.js";
import type { Request } from "./request.js";
import { parseNumber, refuse } from "./sizes.js";

/** Larger examples than this are no examples. */
const mostValues = 4096;

/** An n-dimensional array in row-major order. */
export interface Grid {
  readonly sizes: readonly number[];
  readonly values: readonly number[];
}

/** The result, and the products that were added up for each position. */
interface Sums extends Grid {
  readonly products: readonly (readonly number[])[];
}

/** One dimension of the example. */
interface Axis {
  readonly stride: number;
  readonly dilation: number;
  readonly low: number;
  readonly output: number;
}

/** Adds a row with the output's values. Fails with `command/option`, `geometry/underdetermined`. */
export function valuesPart(request: Request, answer: Part, weights: string, values: string): Part {
  const { problem } = request;
  const choice = problem.padding ?? { kind: "same", oddEnd: "high" as const };
  const solved = solveCase(problem, choice);
  const axes = solved.dimensions.flatMap(({ facts, geometry }): Axis[] => {
    if (!geometry || facts.stride === undefined) return [];
    return [{ stride: facts.stride, dilation: facts.dilation, low: geometry.padding[0], output: geometry.output }];
  });
  const sizes = problem.dimensions.flatMap(({ input }) => (input ? (numberOf(input) ?? []) : []));
  const kernel = problem.dimensions.flatMap((facts) => facts.kernel ?? []);
  if (axes.length < request.rank || sizes.length < request.rank || kernel.length < request.rank) {
    fail("geometry/underdetermined", {
      expected: "input sizes, kernel and strides in numbers",
      found: "an unknown one",
    });
  }
  const result = compute(
    grid("--values", values, sizes),
    grid("--weights", weights, kernel),
    axes,
    isTransposed(problem),
  );
  const about = `one channel, weights ${weights}, input ${values}${sumText(result)}`;
  return joinParts([answer, part("values", [...printGrid(result), about], { values: [...result.values] })]);
}

/** Scatters or gathers: output and input positions are joined by stride * small + dilation * tap - low = large. */
function compute(input: Grid, weights: Grid, axes: readonly Axis[], transposed: boolean): Sums {
  const sizes = axes.map(({ output }) => output);
  checkCount(sizes, "the output");
  const products = Array.from({ length: count(sizes) }, (): number[] => []);
  const small = transposed ? input.sizes : sizes;
  const large = transposed ? sizes : input.sizes;
  for (let i = 0; i < count(small); i++) {
    for (let t = 0; t < weights.values.length; t++) {
      const [position, taps] = [unravel(i, small), unravel(t, weights.sizes)];
      const at = ravel(
        axes.map(({ stride, dilation, low }, d) => stride * (position[d] ?? 0) + dilation * (taps[d] ?? 0) - low),
        large,
      );
      if (at === undefined) continue;
      const [from, to] = transposed ? [i, at] : [at, i];
      products[to]?.push((input.values[from] ?? 0) * (weights.values[t] ?? 0));
    }
  }
  return { sizes, values: products.map((own) => own.reduce((sum, product) => sum + product, 0)), products };
}

/** Of a single value, the products it is made of: what padding left out is missing there. */
function sumText({ products: [first, ...rest] }: Sums): string {
  return first && rest.length === 0 ? `: ${first.join(" + ")}` : "";
}

/** `ones`, `0..8`, or as many numbers as there are positions. Fails with `command/option`. */
export function grid(option: string, text: string, sizes: readonly number[]): Grid {
  checkCount(sizes, option);
  const total = count(sizes);
  const match = /^(-?\d+)\.\.(-?\d+)$/.exec(text);
  const from = match ? parseNumber(option, match[1] ?? "", -1e6) : 0;
  if (match && Number(match[2]) - from + 1 !== total) refuse(option, `${total} numbers`, text);
  if (match || text === "ones")
    return { sizes, values: Array.from({ length: total }, (_, i) => (match ? from + i : 1)) };
  const values = text
    .split(",")
    .map((part) => (/^-?\d+(\.\d+)?$/.test(part.trim()) ? Number(part) : refuse(option, "numbers", part)));
  return values.length === total ? { sizes, values } : refuse(option, `${total} numbers`, text);
}

/** Rows of the last dimension. */
export function printGrid({ sizes, values }: Grid): readonly string[] {
  const row = sizes.at(-1) ?? 1;
  return Array.from({ length: values.length / row }, (_, i) => values.slice(i * row, (i + 1) * row).join(" "));
}

function unravel(index: number, sizes: readonly number[]): readonly number[] {
  return sizes.reduceRight<{ rest: number; at: number[] }>(
    ({ rest, at }, size) => ({ rest: Math.floor(rest / size), at: [rest % size, ...at] }),
    { rest: index, at: [] },
  ).at;
}

function ravel(position: readonly number[], sizes: readonly number[]): number | undefined {
  if (position.some((at, d) => at < 0 || at >= (sizes[d] ?? 0))) return undefined;
  return position.reduce((index, at, d) => index * (sizes[d] ?? 1) + at, 0);
}

function count(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

function checkCount(sizes: readonly number[], what: string): void {
  if (count(sizes) > mostValues) refuse("--weights", `${what} of at most ${mostValues} values`, sizes.join("x"));
}
