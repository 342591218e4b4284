/** Poolings that round up, which the relation of sizes does not cover: their sizes are counted. */
import { constant, numberOf } from "../linear.js";
import { poolOutputSize, type Padding } from "../window.js";
import { bounds, none, numbers, only, type Candidates } from "./candidates.js";
import type { DimensionAnswer } from "./dimension.js";
import type { DimensionFacts } from "./problem.js";

/** Strides beyond this are not counted through, so that any numbers are answered at once. */
const mostCounted = 4096;

/**
 * Rounding up adds a window only where that starts inside the input or the low padding, which the formulas leave out:
 * where all is known, sizes are counted instead.
 */
export function ceilAnswer(
  facts: DimensionFacts,
  plain: DimensionAnswer,
  padding: Padding | undefined,
): DimensionAnswer {
  const { kernel, stride, dilation } = facts;
  if (!padding || kernel === undefined || stride === undefined) return plain;
  const sizeOf = (size: number) => poolOutputSize(size, kernel, stride, dilation, padding, true);
  const [input, output] = [facts.input && numberOf(facts.input), facts.output && numberOf(facts.output)];
  const found = input === undefined ? undefined : sizeOf(input);
  const around = bounds(plain.input);
  const inputs =
    around && output !== undefined ? sizesAround(around, stride, (size) => sizeOf(size) === output) : plain.input;
  return {
    ...plain,
    input: inputs,
    output: found === undefined ? plain.output : found === 0 ? none : only(constant(found)),
    possible: found === undefined ? inputs.kind !== "none" : found > 0 && (output === undefined || output === found),
  };
}

/** The sizes near a range that hold; sizes grow with their windows, so they are consecutive. */
function sizesAround(
  [min, max]: readonly [number, number],
  reach: number,
  holds: (size: number) => boolean,
): Candidates {
  if (reach > mostCounted) return numbers(min, max);
  const near = Array.from({ length: max - min + 1 + 2 * reach }, (_, j) => min - reach + j);
  const held = near.filter((size) => size >= 1 && holds(size));
  return held.length === 0 ? none : numbers(held[0] ?? 1, held.at(-1));
}
