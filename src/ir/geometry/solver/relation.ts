/**
 * The one relation behind every question, in one dimension. A convolution maps the *large* size to the *small* one:
 *
 *     SAME       small = ceil(large / stride)
 *     explicit   small = floor((large + total padding - effective kernel) / stride) + 1
 *
 * A convolution's input is the large size; a transposed convolution's *output* is, since it is legal exactly when the
 * forward convolution maps it back. Each unknown, given the others, is a range of whole numbers.
 */
import {
  add,
  constant,
  difference,
  factorOf,
  floorDivide,
  numberOf,
  plus,
  printLinear,
  scale,
  subtract,
  type Linear,
} from "../linear.js";
import { contains, none, numbers, only, range, type Candidates } from "./candidates.js";

/** How sizes depend on padding: SAME, or a known total of low and high padding. */
export type SizeRule = "same" | { readonly total: number };

/** The sizes that the convolution maps to `small`: `choices` consecutive ones, which is the stride for a plain convolution. */
export function largeCandidates(
  rule: SizeRule,
  small: Linear,
  reach: Linear,
  stride: number,
  choices = stride,
): Candidates {
  const end = scale(small, stride);
  if (rule === "same") return range(plus(end, 1 - stride), end);
  const smallest = plus(add(plus(end, -stride), reach), -rule.total);
  return range(smallest, plus(smallest, choices - 1));
}

/** The size that the convolution maps `large` to. */
export function smallCandidates(rule: SizeRule, large: Linear, reach: Linear, stride: number): Candidates {
  const room = rule === "same" ? plus(large, stride - 1) : plus(subtract(large, reach), rule.total + stride);
  const small = floorDivide(room, stride);
  if (small) return (numberOf(small) ?? 1) < 1 ? none : only(small);
  return { kind: "rule", rule: `floor((${printLinear(room)}) / ${stride})` };
}

/** The kernel sizes for which the convolution with a total of explicit padding maps `large` to `small`. */
export function kernelCandidates(
  total: number,
  large: Linear,
  small: Linear,
  stride: number,
  dilation: number,
  choices = stride,
): Candidates {
  const slack = difference(plus(large, total), scale(small, stride));
  if (slack === undefined)
    return { kind: "rule", rule: `${printLinear(subtract(large, scale(small, stride)))} + stride` };
  const [leastReach, mostReach] = [slack + stride - choices + 1, slack + stride];
  const most = Math.floor((mostReach - 1) / dilation) + 1;
  return numbers(Math.ceil((leastReach - 1) / dilation) + 1, most);
}

/**
 * The strides for which the convolution maps `large` to `small`; without `reach`, those for which some kernel does.
 * Symbolic sizes admit the stride that is their ratio, if any.
 */
export function strideCandidates(rule: SizeRule, large: Linear, small: Linear, reach: number | undefined): Candidates {
  const [big, little] = [numberOf(large), numberOf(small)];
  if (big === undefined || little === undefined) return strideOfSymbols(rule, large, small, reach);
  if (rule === "same")
    return numbers(Math.ceil(big / little), little === 1 ? undefined : Math.ceil(big / (little - 1)) - 1);
  const room = big + rule.total - (reach ?? 1);
  if (room < 0) return none;
  const most = little === 1 ? undefined : Math.floor(room / (little - 1));
  return numbers(reach === undefined ? 1 : Math.floor(room / little) + 1, most);
}

/** The totals of low and high padding for which the convolution maps `large` to `small`; negative where it crops. */
export function totalPadding(large: Linear, small: Linear, reach: Linear, stride: number): Linear {
  return subtract(add(plus(scale(small, stride), -stride), reach), large);
}

/** Sizes of different names have no ratio that is known. */
function strideOfSymbols(rule: SizeRule, large: Linear, small: Linear, reach: number | undefined): Candidates {
  const names = new Set([...small.terms, ...large.terms].map(([name]) => name));
  const [name = ""] = names;
  const [above, below] = [factorOf(large, name), factorOf(small, name)];
  if (names.size > 1 || above === 0 || below === 0)
    return { kind: "rule", rule: `depends on ${[...names].join(" and ")}` };
  const stride = above / below;
  if (!Number.isInteger(stride) || stride < 1) return none;
  const legal = largeCandidates(rule, small, constant(reach ?? stride), stride);
  const judged = rule === "same" || reach !== undefined;
  return judged && contains(legal, large) === false ? none : numbers(stride, stride);
}
