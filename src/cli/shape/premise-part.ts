/** Names what is wrong in the question itself: output padding out of range, groups where there are none, a size computed wrongly. */
import { bounds, contains, printCandidates } from "../../ir/geometry/solver/candidates.js";
import { isTransposed, solveCase } from "../../ir/geometry/solver/case.js";
import { solveDimension } from "../../ir/geometry/solver/dimension.js";
import { misreadingOf } from "../../ir/geometry/solver/misreading.js";
import { numberOf, printLinear, type Linear } from "../../ir/geometry/linear.js";
import type { DimensionFacts, Problem } from "../../ir/geometry/solver/problem.js";
import { printShape } from "../../ir/geometry/solver/filter.js";
import type { AskedCase } from "./case-parts.js";
import { dimensionNames } from "./layout.js";
import { eachDimension, part, type Part } from "./part.js";
import { hasNoGroups, withoutOutput, type Request } from "./request.js";

/** A request whose illegal output padding is left out, and what was wrong with it. */
export function checkOutputPadding(request: Request): { readonly request: Request; readonly part: Part } {
  const { problem } = request;
  const limits = problem.dimensions.map((facts) => outputPaddingLimit(problem, facts));
  const wrong = problem.dimensions.some((facts, i) => (facts.outputPadding ?? 0) >= (limits[i] ?? Infinity));
  if (!wrong || !isTransposed(problem)) return { request, part: part("refused", []) };
  const open = { ...problem, dimensions: problem.dimensions.map((facts) => ({ ...facts, outputPadding: undefined })) };
  const lines = problem.dimensions.map((facts, i) => refusalLines(open, facts, limits[i] ?? 1, i));
  return {
    request: { ...request, problem: open },
    part: part("refused", eachDimension(dimensionNames(request.rank), lines), {
      maximumOutputPadding: limits.map((limit) => limit - 1),
    }),
  };
}

/** TensorFlow has no groups in transposed convolutions; elsewhere they must divide the channels. */
export function groupsPart(request: Request): Part {
  const { operation, groups, filter } = request;
  if (groups === 1 || groups === "depthwise") return part("groups", []);
  if (!hasNoGroups(operation)) return part("groups", indivisible(filter.input, filter.output, groups));
  const channels = filter.input ? printLinear(filter.input) : "in";
  const all = filter.input && numberOf(filter.input);
  const each =
    all === undefined ? `${channels} / ${groups} channels` : `${all / groups} channel${all === groups ? "" : "s"}`;
  return part("groups", [
    `${operation.name} has no groups: the last axis of its filter [${filter.axes.join(", ")}] must count all ${channels} input channels`,
    `for ${groups} groups, split the input into ${groups} of ${each}, transpose each with its own filter and concatenate`,
    `or use one filter ${printShape(filter.shape)} that is block-diagonal: zero wherever input and output are of different groups`,
  ]);
}

function indivisible(input: Linear | undefined, output: Linear | undefined, groups: number): readonly string[] {
  const sides: readonly (readonly [string, Linear | undefined])[] = [
    ["input", input],
    ["output", output],
  ];
  return sides.flatMap(([side, channels]) => {
    const count = channels && numberOf(channels);
    if (count === undefined || count % groups === 0) return [];
    return [`${groups} groups do not divide the ${count} ${side} channels: groups divide both`];
  });
}

/** The slip behind an asked size that is not legal. */
export function misreadingPart(request: Request, cases: readonly AskedCase[]): Part {
  const { problem } = request;
  if (!isTransposed(problem) || cases.some(({ possible }) => possible && problem.padding === undefined))
    return part("found", []);
  const [asked] = cases;
  if (!asked || asked.possible) return part("found", []);
  const lines = problem.dimensions.map((facts, i) => slips(problem, asked, facts, i));
  return part("found", [...new Set(lines.flat())]);
}

function slips(problem: Problem, asked: AskedCase, facts: DimensionFacts, i: number): readonly string[] {
  const [input, output] = [facts.input && numberOf(facts.input), facts.output && numberOf(facts.output)];
  if (input === undefined || output === undefined || facts.stride === undefined) return [];
  if (asked.dimensions[i]?.answer.possible) return [];
  if (facts.kernel === undefined) return kernelOfFull(facts, output);
  const window = { kernel: facts.kernel, stride: facts.stride, dilation: facts.dilation };
  const taken = solveCase(withoutOutput(problem), asked.choice).dimensions[i]?.geometry;
  const { padding = [0, 0] as const, outputPadding = 0 } = taken ?? {};
  const slip = misreadingOf(output, { input, window, padding, outputPadding });
  return slip === undefined ? [] : [slip];
}

/** With an unknown kernel: the one whose full result has that size, and the crop it would have needed. */
function kernelOfFull(facts: DimensionFacts, output: number): readonly string[] {
  const rule = { transposed: true, size: { total: 0 }, choices: () => 1 };
  const kernel = bounds(solveDimension(facts, rule).kernel);
  if (!kernel || kernel[0] !== kernel[1] || !facts.input || facts.stride === undefined) return [];
  const total = output - facts.stride * facts.input.constant;
  const half = Math.floor(total / 2);
  return [
    `${output} is the full result of kernel ${kernel[0]}, with nothing cropped: SAME crops ${half}:${total - half} (low:high) of it`,
  ];
}

/** Keras wants it below the stride, PyTorch and ONNX below max(stride, dilation). */
function outputPaddingLimit({ convention }: Problem, { stride, dilation }: DimensionFacts): number {
  if (stride === undefined) return Infinity;
  return convention === "keras" || convention === "tensorflow" ? stride : Math.max(stride, dilation);
}

function refusalLines(problem: Problem, facts: DimensionFacts, limit: number, i: number): readonly string[] {
  const { outputPadding = 0, stride, dilation } = facts;
  if (outputPadding < limit) return [`output_padding ${outputPadding} is in range`];
  const rule =
    limit === stride
      ? dilation > 1
        ? `max(stride ${stride}, dilation ${dilation})`
        : `the stride ${stride}`
      : `max(stride ${stride}, dilation ${dilation})`;
  const values = limit === 1 ? "only 0 is left" : `0 to ${limit - 1} are left`;
  const [first] = problem.padding ? [solveCase(problem, problem.padding)] : [];
  const answer = first?.dimensions[i]?.answer.output;
  const legal =
    answer?.kind === "range" && contains(answer, answer.min) !== undefined
      ? `: the legal output is ${printCandidates(answer)}`
      : "";
  return [
    `output_padding ${outputPadding} must be below ${rule}, so ${values}${legal}`,
    "it only chooses among the sizes that the forward convolution maps to this input, which are as many as the stride",
  ];
}
