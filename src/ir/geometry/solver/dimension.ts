/** Solves one spatial dimension under one padding: what each quantity can be, given the others. */
import { constant, difference, numberOf, plus, symbol, type Linear } from "../linear.js";
import { contains, none, numbers, only, single, type Candidates } from "./candidates.js";
import type { DimensionFacts } from "./problem.js";
import {
  kernelCandidates,
  largeCandidates,
  smallCandidates,
  strideCandidates,
  totalPadding,
  type SizeRule,
} from "./relation.js";

/** How one dimension is to be solved. */
export interface DimensionRule {
  readonly transposed: boolean;
  readonly size: SizeRule;
  /** How many consecutive output sizes a transposed convolution may choose from; without it, the stride. */
  readonly choices?: (stride: number, dilation: number) => number;
  /** The one output size of a convention that leaves no choice; undefined where it depends on unknowns. */
  readonly exact?: (input: Linear, reach: Linear, stride: number) => Linear | undefined;
}

/** The answer for one dimension. Each candidate set is what that quantity can be, all others being as given. */
export interface DimensionAnswer {
  readonly possible: boolean;
  readonly input: Candidates;
  readonly output: Candidates;
  readonly kernel: Candidates;
  readonly stride: Candidates;
  /** For a transposed convolution with a known output: what the forward convolution makes of it. */
  readonly forward: Candidates | undefined;
}

/** The unknown size, where neither input nor output is known. */
export const unknownSize = symbol("n");

const dependsOnStride: Candidates = { kind: "rule", rule: "depends on the stride" };

/** Effective kernel; with an unknown kernel a formula in `k`. */
export function reachOf({
  kernel,
  dilation,
}: {
  readonly kernel: number | undefined;
  readonly dilation: number;
}): Linear {
  if (kernel !== undefined) return constant(dilation * (kernel - 1) + 1);
  return plus(symbol("k", dilation), 1 - dilation);
}

/** Solves one dimension. A missing stride is solved for where input and output are known. */
export function solveDimension(facts: DimensionFacts, rule: DimensionRule): DimensionAnswer {
  const [large, small] = rule.transposed ? [facts.output, facts.input] : [facts.input, facts.output];
  const largeAnswer = largeOf(facts, rule, small ?? unknownSize);
  const smallAnswer = smallOf(facts, rule, large ?? unknownSize);
  const answer = {
    input: rule.transposed ? smallAnswer : largeAnswer,
    output: rule.transposed ? largeAnswer : smallAnswer,
    kernel: large && small ? kernelOf(facts, rule, large, small, largeAnswer) : numbers(1, undefined),
    stride: large && small ? strideOf(facts, rule, large, small) : numbers(1, undefined),
    forward: rule.transposed && facts.output ? smallAnswer : undefined,
  };
  const sides = large && small ? contains(largeAnswer, large) !== false : some(largeAnswer) && some(smallAnswer);
  return { ...answer, possible: sides && (known(facts) || (some(answer.kernel) && some(answer.stride))) };
}

/** The padding in all that maps input to output with output padding 0: a number, or a formula in the unknown kernel. */
export function totalOf(facts: DimensionFacts, transposed: boolean): Linear | undefined {
  const [large, small] = transposed ? [facts.output, facts.input] : [facts.input, facts.output];
  if (!large || !small || facts.stride === undefined) return undefined;
  return totalPadding(large, small, reachOf(facts), facts.stride);
}

function some(candidates: Candidates): boolean {
  return candidates.kind !== "none";
}

function known({ kernel, stride }: DimensionFacts): boolean {
  return kernel !== undefined && stride !== undefined;
}

function largeOf(facts: DimensionFacts, rule: DimensionRule, small: Linear): Candidates {
  const { stride, dilation } = facts;
  if (stride === undefined) return dependsOnStride;
  const exact = rule.exact?.(small, reachOf(facts), stride);
  if (exact) return only(exact);
  return largeCandidates(rule.size, small, reachOf(facts), stride, rule.choices?.(stride, dilation));
}

function smallOf(facts: DimensionFacts, rule: DimensionRule, large: Linear): Candidates {
  if (facts.stride === undefined) return dependsOnStride;
  const found = smallCandidates(rule.size, large, reachOf(facts), facts.stride);
  const value = single(found);
  const exact = value && rule.exact?.(value, reachOf(facts), facts.stride);
  return exact && (difference(exact, large) ?? 0) !== 0 ? none : found;
}

/** Where a convention leaves no choice of output, the stride must give that very size. */
function strideOf(facts: DimensionFacts, rule: DimensionRule, large: Linear, small: Linear): Candidates {
  const [big, little, reach] = [numberOf(large), numberOf(small), numberOf(reachOf(facts))];
  if (!rule.exact || big === undefined || little === undefined) return strideCandidates(rule.size, large, small, reach);
  const tried = [big / little, (big - (reach ?? 1)) / (little - 1)].filter((stride) => Number.isInteger(stride));
  const exact = tried.find((stride) => difference(rule.exact?.(small, reachOf(facts), stride) ?? small, large) === 0);
  return exact === undefined || exact < 1 ? none : numbers(exact, exact);
}

function kernelOf(
  facts: DimensionFacts,
  rule: DimensionRule,
  large: Linear,
  small: Linear,
  legal: Candidates,
): Candidates {
  if (facts.stride === undefined) return numbers(1, undefined);
  if (rule.size === "same") return contains(legal, large) === false ? none : numbers(1, undefined);
  const { stride, dilation } = facts;
  return kernelCandidates(rule.size.total, large, small, stride, dilation, rule.choices?.(stride, dilation));
}
