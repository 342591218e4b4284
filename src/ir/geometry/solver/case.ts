/** One padding of a problem, solved in every dimension: is it possible, what else is legal, and which pads it means. */
import { kerasTransposeSize } from "../conventions/keras.js";
import { refuseStridedSame, refuseTransposedSame } from "../conventions/pytorch.js";
import { convTransposeTo, explicitPool, sameConv } from "../explicit.js";
import { add, numberOf, plus, scale, type Linear } from "../linear.js";
import type { TransposeDimension } from "../spatial.js";
import { fullTransposeSize, type Padding, type Window } from "../window.js";
import { single } from "./candidates.js";
import { ceilAnswer } from "./ceil-mode.js";
import {
  reachOf,
  solveDimension,
  totalOf,
  unknownSize,
  type DimensionAnswer,
  type DimensionRule,
} from "./dimension.js";
import type { DimensionFacts, PaddingChoice, Problem } from "./problem.js";

/** One dimension of a case. */
export interface CaseDimension {
  readonly facts: DimensionFacts;
  readonly answer: DimensionAnswer;
  /** The output size spoken of: the one asked for, else the one the convention takes. */
  readonly size: Linear | undefined;
  /** Low and high padding together for that size, as a formula in `k` where the kernel is unknown. */
  readonly total: Linear | undefined;
  /** Explicit pads and output padding for that size, where all is known and possible. */
  readonly geometry: TransposeDimension | undefined;
}

export interface Case {
  readonly choice: PaddingChoice;
  readonly dimensions: readonly CaseDimension[];
  readonly possible: boolean;
}

/** Solves a problem under one padding. Fails with `geometry/convention` where the convention has no such padding. */
export function solveCase(problem: Problem, choice: PaddingChoice): Case {
  checkChoice(problem, choice);
  const dimensions = problem.dimensions.map((facts, i) => solveCaseDimension(problem, choice, facts, i));
  return { choice, dimensions, possible: dimensions.every(({ answer }) => answer.possible) };
}

/** One dimension of `solveCase`; `i` selects its explicit padding. */
export function solveCaseDimension(
  problem: Problem,
  choice: PaddingChoice,
  facts: DimensionFacts,
  i: number,
): CaseDimension {
  const plain = solveDimension(facts, ruleOf(problem, choice, facts, i));
  const answer = problem.ceilMode ? ceilAnswer(facts, plain, fixedPadding(choice, i)) : plain;
  const size = facts.output ?? takenOutput(problem, choice, facts, i) ?? single(answer.output);
  const filled = { ...facts, output: size };
  if (size && (numberOf(size) ?? 1) < 1)
    return { facts, answer: { ...answer, possible: false }, size, total: undefined, geometry: undefined };
  return {
    facts,
    answer,
    size,
    total: totalOf(filled, isTransposed(problem)),
    geometry: answer.possible ? geometryOf(problem, choice, filled, i) : undefined,
  };
}

/** Whether output is the larger side. */
export function isTransposed(problem: Problem): boolean {
  return problem.operation === "conv_transpose";
}

/** The explicit padding that a choice fixes in one dimension; undefined for SAME, which depends on sizes. */
export function fixedPadding(choice: PaddingChoice, i: number): Padding | undefined {
  if (choice.kind === "same") return undefined;
  return choice.kind === "valid" ? [0, 0] : (choice.padding[i] ?? [0, 0]);
}

/** `SAME`, `VALID`, `SAME_LOWER`, `padding 1:2, 0:0`. */
export function choiceName(choice: PaddingChoice): string {
  if (choice.kind === "same") return choice.oddEnd === "high" ? "SAME" : "SAME_LOWER";
  if (choice.kind === "valid") return "VALID";
  const pairs = choice.padding.map(([low, high]) => (low === high ? `${low}` : `${low}:${high}`));
  return `padding ${new Set(pairs).size === 1 ? pairs[0] : pairs.join(", ")}`;
}

function ruleOf(problem: Problem, choice: PaddingChoice, facts: DimensionFacts, i: number): DimensionRule {
  const transposed = isTransposed(problem);
  const fixed = fixedPadding(choice, i);
  const ceiling = problem.ceilMode && fixed ? (facts.stride ?? 1) - 1 : 0;
  const size = fixed ? { total: fixed[0] + fixed[1] + ceiling } : "same";
  if (!transposed || problem.convention === "tensorflow" || problem.convention === "keras") return { transposed, size };
  if (size === "same") return { transposed, size, exact: (input, _, stride) => scale(input, stride) };
  if (problem.convention !== "jax") return { transposed, size, choices: Math.max };
  if (choice.kind === "explicit") return { transposed, size, choices: () => 1 };
  return { transposed, size, exact: (input, reach, stride) => looseValid(input, reach, stride) };
}

/** Keras' and JAX' VALID: `input * stride + max(effective kernel - stride, 0)`. */
function looseValid(input: Linear, reach: Linear, stride: number): Linear | undefined {
  const kernel = numberOf(reach);
  return kernel === undefined ? undefined : plus(scale(input, stride), Math.max(kernel - stride, 0));
}

/** The output that a transposed convolution has where none was asked for. */
function takenOutput(problem: Problem, choice: PaddingChoice, facts: DimensionFacts, i: number): Linear | undefined {
  const { input = unknownSize, stride, kernel, dilation, outputPadding } = facts;
  if (!isTransposed(problem) || stride === undefined) return undefined;
  const fixed = fixedPadding(choice, i);
  if (problem.convention === "keras" && outputPadding !== undefined) {
    if (kernel === undefined) return undefined;
    const window = { kernel, stride, dilation };
    const atOne = kerasTransposeSize(1, window, fixed ? "valid" : "same", outputPadding);
    return plus(scale(input, stride), atOne - stride);
  }
  if (!fixed) return scale(input, stride);
  const named = choice.kind === "valid" && problem.convention !== "pytorch" && problem.convention !== "onnx";
  if (named && outputPadding === undefined) return looseValid(input, reachOf(facts), stride);
  return plus(add(scale(input, stride), reachOf(facts)), (outputPadding ?? 0) - stride - fixed[0] - fixed[1]);
}

function geometryOf(
  problem: Problem,
  choice: PaddingChoice,
  facts: DimensionFacts,
  i: number,
): TransposeDimension | undefined {
  const { kernel, stride, dilation } = facts;
  const [input, output] = [facts.input && numberOf(facts.input), facts.output && numberOf(facts.output)];
  if (kernel === undefined || stride === undefined || input === undefined) return undefined;
  const window = { kernel, stride, dilation };
  if (!isTransposed(problem)) return convGeometry(problem, choice, window, input, i);
  if (output === undefined || output < 1) return undefined;
  const kept = problem.convention === "onnx" ? (facts.outputPadding ?? 0) : 0;
  return transposeGeometry(choice, kept, window, input, output, i);
}

function convGeometry(
  problem: Problem,
  choice: PaddingChoice,
  window: Window,
  input: number,
  i: number,
): TransposeDimension {
  const fixed = fixedPadding(choice, i);
  const oddEnd = choice.kind === "same" ? choice.oddEnd : "high";
  const plain = fixed ? explicitPool(input, window, fixed, problem.ceilMode) : sameConv(input, window, oddEnd);
  return { ...plain, outputPadding: 0 };
}

function transposeGeometry(
  choice: PaddingChoice,
  outputPadding: number,
  window: Window,
  input: number,
  output: number,
  i: number,
): TransposeDimension | undefined {
  const fixed = fixedPadding(choice, i);
  const full = fullTransposeSize(input, window.kernel, window.stride, window.dilation);
  if (fixed) {
    const extra = output - (full - fixed[0] - fixed[1]);
    return extra < 0 ? undefined : { padding: fixed, outputPadding: extra, output };
  }
  if (output > full + Math.max(window.stride, window.dilation) - 1) return undefined;
  const oddEnd = choice.kind === "same" ? choice.oddEnd : "high";
  return convTransposeTo(output, input, window, oddEnd, outputPadding);
}

function checkChoice(problem: Problem, choice: PaddingChoice): void {
  if (problem.convention !== "pytorch" || choice.kind !== "same") return;
  if (isTransposed(problem)) refuseTransposedSame();
  const strided = problem.dimensions.find(({ stride = 1 }) => stride !== 1);
  if (strided) refuseStridedSame(strided.stride ?? 1);
}
