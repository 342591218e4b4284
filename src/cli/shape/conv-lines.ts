/** One dimension of a convolution or pooling under one padding, in words: size and equation, pads, what else is legal. */
import { printCandidates } from "../../ir/geometry/solver/candidates.js";
import { fixedPadding, type Case, type CaseDimension } from "../../ir/geometry/solver/case.js";
import { unknownSize } from "../../ir/geometry/solver/dimension.js";
import type { DimensionFacts, PaddingChoice, Problem } from "../../ir/geometry/solver/problem.js";
import { numberOf, printLinear } from "../../ir/geometry/linear.js";
import { forwardFormula } from "./formula.js";
import { solvedStrideLines } from "./stride-lines.js";

/** What a case says of dimension `i`. */
export function convLines(problem: Problem, { choice, dimensions }: Case, i: number): readonly string[] {
  const dimension = dimensions[i];
  if (!dimension) return [];
  const { facts, answer } = dimension;
  if (facts.input && facts.output && facts.stride === undefined)
    return solvedStrideLines(problem, choice, dimension, i);
  if (!facts.input && facts.output)
    return [`inputs with output ${printLinear(facts.output)}: ${printCandidates(answer.input)}`];
  const pads = choice.kind === "same" ? padLine(dimension) : [];
  return [verdictLine(problem, choice, dimension, i), ...pads, ...legalLine(dimension)];
}

function verdictLine(
  problem: Problem,
  choice: PaddingChoice,
  { facts, answer, geometry }: CaseDimension,
  i: number,
): string {
  const input = facts.input ?? unknownSize;
  const formula = forwardFormula(choice, facts, i, input, problem.ceilMode);
  const ceiled = problem.ceilMode && geometry ? ceilNote(choice, facts, geometry.output, i) : "";
  if (!facts.output) {
    if (answer.possible)
      return `${printLinear(input)} becomes ${formula}${result(printCandidates(answer.output), formula)}${ceiled}`;
    return `no output: ${formula} = ${roomText(choice, facts, i)}: the window does not fit into ${printLinear(input)}`;
  }
  const output = printLinear(facts.output);
  if (!answer.possible)
    return `no: ${formula} is ${printCandidates(answer.output)}, not ${output}${remedy({ facts, answer })}`;
  const kernels =
    answer.kernel.kind === "range" && answer.kernel.max === undefined
      ? "every kernel size"
      : `kernel ${printCandidates(answer.kernel)} only`;
  return `${facts.kernel === undefined ? kernels : "yes"}: ${formula} = ${output}`;
}

/** The window that rounding up would add is dropped where it would start in the padding. */
function ceilNote(choice: PaddingChoice, facts: DimensionFacts, output: number, i: number): string {
  const { input, kernel = 1, stride = 1, dilation } = facts;
  const [low, high] = fixedPadding(choice, i) ?? [0, 0];
  const room = (input?.constant ?? 0) + low + high - (dilation * (kernel - 1) + 1);
  return Math.ceil(room / stride) + 1 > output ? ", not counting the window that would start in the padding" : "";
}

/** The formula's value where it is below 1. */
function roomText(
  choice: PaddingChoice,
  { input, kernel = 1, stride = 1, dilation }: DimensionFacts,
  i: number,
): string {
  const [low, high] = fixedPadding(choice, i) ?? [0, 0];
  const room = (input?.constant ?? 0) + low + high - (dilation * (kernel - 1) + 1);
  return `${Math.floor(room / stride) + 1}`;
}

function result(value: string, formula: string): string {
  return value === formula ? "" : ` = ${value}`;
}

function remedy({ facts, answer }: Pick<CaseDimension, "facts" | "answer">): string {
  const ways: string[] = [];
  if (answer.stride.kind === "range") ways.push(`stride ${printCandidates(answer.stride)}`);
  if (facts.kernel !== undefined && answer.kernel.kind === "range")
    ways.push(`kernel ${printCandidates(answer.kernel)}`);
  if (answer.input.kind === "range") ways.push(`input ${printCandidates(answer.input)}`);
  return ways.length === 0 ? "" : `; take ${ways.join(", or ")}`;
}

function padLine({ geometry, facts }: CaseDimension): readonly string[] {
  if (!geometry || facts.kernel === undefined) return [];
  return [`pads ${geometry.padding.join(":")} (low:high)`];
}

/** Sizes that give the same output are what a transposed convolution can choose from. */
function legalLine({ facts, answer }: CaseDimension): readonly string[] {
  if (facts.stride === 1 || answer.input.kind !== "range" || !facts.input || !answer.possible) return [];
  if (facts.output === undefined || numberOf(facts.output) === undefined) return [];
  return [`inputs with output ${printLinear(facts.output)}: ${printCandidates(answer.input)}`];
}
