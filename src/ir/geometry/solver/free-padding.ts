/**
 * Which numbers of padding give an asked size, for the conventions that take numbers (PyTorch, ONNX): every padding and
 * output padding that does, or the nearest sizes where none does.
 */
import { add, numberOf, plus, scale, type Linear } from "../linear.js";
import { splitPadding } from "../explicit.js";
import type { Padding } from "../window.js";
import { isTransposed } from "./case.js";
import { reachOf, totalOf } from "./dimension.js";
import type { DimensionFacts, Problem } from "./problem.js";

/** One way to write a padding; PyTorch's is the same at both ends. */
export interface PaddingSetting {
  readonly padding: Padding;
  readonly outputPadding: number;
}

/** A size that PyTorch can reach when it cannot reach the asked one. */
export interface NearestSetting {
  readonly padding: number;
  readonly output: Linear;
}

/** The paddings of one dimension. */
export interface FreeDimension {
  readonly facts: DimensionFacts;
  /** Low and high padding together, less output padding; a formula in `k` where the kernel is unknown. */
  readonly total: Linear | undefined;
  readonly settings: readonly PaddingSetting[];
  readonly nearest: readonly NearestSetting[];
}

/** How many settings are listed. */
const mostSettings = 3;

/** The paddings that map input to output in each dimension. */
export function solveFreePadding(problem: Problem): readonly FreeDimension[] {
  return problem.dimensions.map((facts) => solveDimensionPadding(problem, facts));
}

/** `solveFreePadding` for one dimension. */
export function solveDimensionPadding(problem: Problem, facts: DimensionFacts): FreeDimension {
  const transposed = isTransposed(problem);
  const total = totalOf(facts, transposed);
  const number = total && numberOf(total);
  if (number === undefined || facts.stride === undefined) return { facts, total, settings: [], nearest: [] };
  const choices = transposed ? Math.max(facts.stride, facts.dilation) : facts.stride;
  const all = problem.convention === "onnx" ? onnxSettings : pytorchSettings;
  const settings = all(number, choices, transposed).filter(
    ({ outputPadding }) => facts.outputPadding === undefined || facts.outputPadding === outputPadding,
  );
  return { facts, total, settings, nearest: settings.length === 0 ? nearestSettings(facts, number, transposed) : [] };
}

/** 2 * padding - output padding = total for transposed convolutions; total ≤ 2 * padding < total + stride for others. */
function pytorchSettings(total: number, choices: number, transposed: boolean): readonly PaddingSetting[] {
  const settings: PaddingSetting[] = [];
  for (
    let pad = Math.max(0, Math.ceil(total / 2));
    settings.length < mostSettings && 2 * pad - total < choices;
    pad++
  ) {
    settings.push({ padding: [pad, pad], outputPadding: transposed ? 2 * pad - total : 0 });
  }
  return settings;
}

/** ONNX' `output_shape` rule: the odd pad at the low end; what is missing becomes output padding. */
function onnxSettings(total: number, choices: number, transposed: boolean): readonly PaddingSetting[] {
  if (total >= 0) return [{ padding: splitPadding(total, transposed ? "low" : "high"), outputPadding: 0 }];
  if (-total >= choices) return [];
  return [{ padding: [0, 0], outputPadding: transposed ? -total : 0 }];
}

/** What the two paddings around half the total give, for a transposed convolution of stride and dilation 1. */
function nearestSettings(facts: DimensionFacts, total: number, transposed: boolean): readonly NearestSetting[] {
  const { input, stride } = facts;
  if (!transposed || !input || stride === undefined) return [];
  const full = plus(add(scale(input, stride), reachOf(facts)), -stride);
  const pads = [...new Set([Math.max(0, Math.floor(total / 2)), Math.max(0, Math.ceil(total / 2))])];
  return pads.map((padding) => ({ padding, output: plus(full, -2 * padding) }));
}
