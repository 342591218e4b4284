/** One dimension of a transposed convolution under one padding, in words: verdict and equation, legal sizes, crop. */
import { contains, printCandidates, type Candidates } from "../../ir/geometry/solver/candidates.js";
import { fixedPadding, solveCaseDimension, type Case, type CaseDimension } from "../../ir/geometry/solver/case.js";
import { unknownSize } from "../../ir/geometry/solver/dimension.js";
import {
  namesPadding,
  type DimensionFacts,
  type PaddingChoice,
  type Problem,
} from "../../ir/geometry/solver/problem.js";
import { difference, numberOf, plus, printLinear, type Linear } from "../../ir/geometry/linear.js";
import { cropLines } from "./crop-lines.js";
import { forwardFormula, fullFormula, fullSize, transposeFormula } from "./formula.js";
import { orList } from "./part.js";
import { solvedStrideLines } from "./stride-lines.js";

/** What a case says of dimension `i`. */
export function transposeLines(problem: Problem, { choice, dimensions }: Case, i: number): readonly string[] {
  const dimension = dimensions[i];
  if (!dimension) return [];
  const { input, output, stride } = dimension.facts;
  if (input && output && stride === undefined) return solvedStrideLines(problem, choice, dimension, i);
  if (!dimension.answer.possible) return refusedLines(problem, choice, dimension, i);
  if (!input && output) return [inputLine(choice, dimension, i)];
  const verdict = verdictLine(problem, choice, dimension, i);
  return [verdict, ...legalLine(problem, dimension), ...cropLines(problem, choice, dimension, i)];
}

/** `every kernel size`, `kernel 1 or 2 only`. */
export function kernelText(kernel: Candidates): string {
  if (kernel.kind === "range" && kernel.max === undefined && numberOf(kernel.min) === 1) return "every kernel size";
  const text = printCandidates(kernel);
  return kernel.kind === "rule" ? `kernel ${text}` : `kernel ${text} only`;
}

function verdictLine(problem: Problem, choice: PaddingChoice, dimension: CaseDimension, i: number): string {
  const { facts, answer, size } = dimension;
  const input = printLinear(facts.input ?? unknownSize);
  const judged = facts.output && (facts.kernel === undefined || namesPadding(problem.convention));
  if (facts.output && judged) {
    const verdict = facts.kernel === undefined ? kernelText(answer.kernel) : "yes";
    return `${verdict}: ${forwardFormula(choice, facts, i, facts.output)} = ${input}`;
  }
  if (!size) return `${input} becomes ${printCandidates(answer.output)}`;
  return `${input} becomes ${takenFormula(problem, choice, dimension, i)} = ${printLinear(size)}${extraNote(problem, choice, dimension, i)}`;
}

/** The size spoken of, as an equation. */
function takenFormula(
  { convention }: Problem,
  choice: PaddingChoice,
  { facts, size }: CaseDimension,
  i: number,
): string {
  const input = facts.input ?? unknownSize;
  const fixed = fixedPadding(choice, i);
  const multiple = `${printLinear(input)} * ${facts.stride ?? "stride"}`;
  if (!fixed && facts.outputPadding !== undefined && convention === "keras") return kerasFormula(facts, input);
  if (!fixed || !size) return multiple;
  const extra = difference(plus(size, fixed[0] + fixed[1]), fullSize(facts, input));
  if (choice.kind === "valid")
    return extra === 0 || facts.outputPadding !== undefined ? fullFormula(facts, input) : multiple;
  return transposeFormula(facts, input, fixed[0], fixed[1], extra ?? 0);
}

/** Keras takes pad = kernel // 2 as soon as output_padding is a number. */
function kerasFormula(facts: DimensionFacts, input: Linear): string {
  const reach = facts.dilation * ((facts.kernel ?? 1) - 1) + 1;
  return `${fullFormula(facts, input)} - 2 * (${reach} // 2) + ${facts.outputPadding ?? 0}`;
}

/** `, with output_padding 1`, where it was solved for or asked for. */
function extraNote(problem: Problem, choice: PaddingChoice, { facts, size }: CaseDimension, i: number): string {
  if (facts.outputPadding !== undefined && choice.kind !== "explicit")
    return `, with output_padding ${facts.outputPadding}`;
  const fixed = fixedPadding(choice, i);
  if (!fixed || !size || !facts.output || namesPadding(problem.convention)) return "";
  const extra = difference(plus(size, fixed[0] + fixed[1]), fullSize(facts, facts.input ?? unknownSize));
  return extra === undefined ? "" : `, with output_padding ${extra}`;
}

/** `legal outputs of 7: 13 or 14`; for numbers, with the output padding that gives each. */
function legalLine({ convention }: Problem, { facts, answer }: CaseDimension): readonly string[] {
  if (answer.output.kind !== "range" || facts.stride === undefined) return [];
  const legal = `legal outputs of ${printLinear(facts.input ?? unknownSize)}: ${printCandidates(answer.output)}`;
  const several = contains(answer.output, plus(answer.output.min, 1)) !== false;
  if (namesPadding(convention) || !several) return [several ? legal : `${legal} only`];
  const count = Math.max(facts.stride, facts.dilation);
  const values = count <= 3 ? orList(Array.from({ length: count }, (_, q) => `${q}`)) : `0 to ${count - 1}`;
  return [`${legal}, with output_padding ${values}`];
}

function inputLine(choice: PaddingChoice, { facts, answer }: CaseDimension, i: number): string {
  const output = facts.output ?? unknownSize;
  return `input ${printCandidates(answer.input)}: ${forwardFormula(choice, facts, i, output)}`;
}

/** Why not, what would be legal, and which other stride or kernel would do. */
function refusedLines(problem: Problem, choice: PaddingChoice, dimension: CaseDimension, i: number): readonly string[] {
  const { facts } = dimension;
  if (!facts.output || !facts.input) return [nothingLeft(choice, dimension, i)];
  const taken = solveCaseDimension(problem, choice, { ...facts, output: undefined }, i);
  return [
    refusal(problem, choice, dimension, taken, facts.output, i),
    ...legalLine(problem, dimension),
    ...(choice.kind === "same" ? cropLines(problem, choice, taken, i) : []),
    ...remedyLine(dimension, facts.output),
  ];
}

function refusal(
  problem: Problem,
  choice: PaddingChoice,
  { facts, answer }: CaseDimension,
  taken: CaseDimension,
  output: Linear,
  i: number,
): string {
  const [wrong, input] = [printLinear(output), printLinear(facts.input ?? unknownSize)];
  const forward = forwardFormula(choice, facts, i, output);
  if (facts.kernel === undefined && fixedPadding(choice, i)) return `no kernel size: ${forward} is never ${input}`;
  if (problem.convention !== "tensorflow" && problem.convention !== "keras" && taken.size) {
    return `no: ${input} becomes ${takenFormula(problem, choice, taken, i)} = ${printLinear(taken.size)}, not ${wrong}`;
  }
  const computed = answer.forward?.kind === "range" ? ` = ${printLinear(answer.forward.min)}` : "";
  return `no: the forward convolution maps ${wrong} to ${forward}${computed}, not ${input}`;
}

/** The other ends to pull at: each alone would make the sizes agree. */
function remedyLine({ facts, answer }: CaseDimension, output: Linear): readonly string[] {
  const ways = [
    ...(answer.stride.kind === "range" ? [`stride ${printCandidates(answer.stride)}`] : []),
    ...(facts.kernel !== undefined && answer.kernel.kind === "range"
      ? [`kernel ${printCandidates(answer.kernel)}`]
      : []),
    ...(answer.input.kind === "range" ? [`input ${printCandidates(answer.input)}`] : []),
  ];
  return ways.length === 0 ? [] : [`for ${printLinear(output)} take ${ways.join(", or ")}`];
}

/** The crop takes everything: how much can be cropped at most. */
function nothingLeft(choice: PaddingChoice, { facts, size }: CaseDimension, i: number): string {
  const input = facts.input ?? unknownSize;
  const [low, high] = fixedPadding(choice, i) ?? [0, 0];
  const formula = transposeFormula(facts, input, low, high, facts.outputPadding ?? 0);
  const full = numberOf(fullSize(facts, input));
  const most =
    full === undefined
      ? ""
      : `; of the full ${full}, padding can take at most ${Math.floor((full - 1) / 2)} from each end`;
  return `${formula} = ${size ? printLinear(size) : 0}: nothing is left${most}`;
}
