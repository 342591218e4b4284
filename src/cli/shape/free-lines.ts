/** Answers a missing padding for the conventions that take numbers: which padding and output padding give the asked size. */
import { numberOf, plus, printLinear, type Linear } from "../../ir/geometry/linear.js";
import { splitPadding } from "../../ir/geometry/explicit.js";
import { isTransposed } from "../../ir/geometry/solver/case.js";
import { largeCandidates } from "../../ir/geometry/solver/relation.js";
import { contains, printCandidates } from "../../ir/geometry/solver/candidates.js";
import { reachOf } from "../../ir/geometry/solver/dimension.js";
import {
  solveDimensionPadding,
  type FreeDimension,
  type PaddingSetting,
} from "../../ir/geometry/solver/free-padding.js";
import type { Problem } from "../../ir/geometry/solver/problem.js";
import { fullFormula, fullSize } from "./formula.js";
import { orList, sizeData, type Json } from "./part.js";

/** Largest kernel whose padding is spelled out where the kernel is unknown. */
const lastListedKernel = 6;

/** What the paddings of one dimension are. */
export function freeLines(problem: Problem, dimension: FreeDimension): readonly string[] {
  const { facts, total, settings } = dimension;
  if (!total || !facts.input || !facts.output) return ["depends on the strides: give --strides"];
  if (facts.kernel === undefined) return kernelLines(problem, dimension, total);
  const equation = totalEquation(problem, dimension, total);
  if (settings.length === 0) return unreachableLines(problem, dimension, equation);
  return [`${orList(settings.map(settingText))}: ${equation}`, ...sameCrop(problem, dimension)];
}

/** The same as data. */
export function freeData(dimensions: readonly FreeDimension[]): Json {
  return dimensions.map(({ total, settings, nearest }) => ({
    totalPadding: sizeData(total),
    settings: settings.map(({ padding, outputPadding }) => ({ padding, outputPadding })),
    nearest: nearest.map(({ padding, output }) => ({ padding, output: sizeData(output) })),
  }));
}

/** `padding 1 and output_padding 1` */
export function settingText({ padding: [low, high], outputPadding }: PaddingSetting): string {
  const pads = low === high ? `padding ${low}` : `padding ${low}:${high}`;
  return outputPadding === 0 ? pads : `${pads} with output_padding ${outputPadding}`;
}

function totalEquation(problem: Problem, { facts }: FreeDimension, total: Linear): string {
  if (!facts.input || !facts.output) return "";
  if (!isTransposed(problem)) return `low + high padding is ${totalRange(total, facts.stride)}`;
  const output = printLinear(facts.output);
  const side = problem.convention === "onnx" ? "low + high padding" : "2 * padding";
  return `${side} - output_padding = ${fullFormula(facts, facts.input)} - ${output.includes(" ") ? `(${output})` : output} = ${printLinear(total)}`;
}

/** A convolution leaves up to stride - 1 positions unread. */
function totalRange(total: Linear, stride = 1): string {
  return printCandidates({ kind: "range", min: total, max: plus(total, stride - 1) });
}

/** No setting fits: the sizes that can be had, as formulas of the input. */
function unreachableLines(problem: Problem, dimension: FreeDimension, equation: string): readonly string[] {
  const { facts, nearest } = dimension;
  if (!facts.input || !facts.output) return [];
  const most = Math.max(facts.stride ?? 1, facts.dilation) - 1;
  const reachable = printLinear(fullSize(facts, facts.input));
  return [
    `none: outputs are ${reachable} - 2 * padding, never ${printLinear(facts.output)} (${equation}, with output_padding ${most === 0 ? "0 only" : `at most ${most}`})`,
    ...nearest.map(({ padding, output }) => `padding ${padding} gives ${printLinear(output)}`),
    ...sameCrop(problem, dimension),
  ];
}

/** TensorFlow's crop of the same size, which a symmetric padding and a slice can copy. */
function sameCrop(problem: Problem, { facts, total }: FreeDimension): readonly string[] {
  const sum = total && numberOf(total);
  if (!isTransposed(problem) || sum === undefined || sum < 1 || sum % 2 === 0) return [];
  if (!facts.input || !facts.output || facts.stride === undefined) return [];
  if (contains(largeCandidates("same", facts.input, reachOf(facts), facts.stride), facts.output) === false) return [];
  const [low, high] = splitPadding(sum, "high");
  const slice =
    problem.convention === "onnx"
      ? `pads ${low}:${high} or SAME_UPPER`
      : `padding ${low} and one position cut off the end`;
  return [`TensorFlow's SAME crops ${low}:${high} (low:high) here; for its values take ${slice}`];
}

/** With an unknown kernel: the rule, and the settings of small kernels. */
function kernelLines(problem: Problem, { facts }: FreeDimension, total: Linear): readonly string[] {
  const side = problem.convention === "onnx" ? "low + high padding" : "2 * padding";
  const rule = isTransposed(problem)
    ? `${side} - output_padding = ${printLinear(total)}, for every kernel k that leaves output_padding in range`
    : `${side} is ${totalRange(total, facts.stride)}`;
  const entries: string[] = [];
  for (let kernel = 1; kernel <= lastListedKernel; kernel++) {
    const [setting] = solveDimensionPadding(problem, { ...facts, kernel }).settings;
    if (setting) entries.push(`k = ${kernel}: ${settingText(setting)}`);
  }
  return entries.length === 0 ? [rule] : [rule, entries.join(", ")];
}
