/** The equations that justify an answer, with the numbers put in. */
import { add, plus, printLinear, scale, type Linear } from "../../ir/geometry/linear.js";
import { fixedPadding } from "../../ir/geometry/solver/case.js";
import { reachOf } from "../../ir/geometry/solver/dimension.js";
import type { DimensionFacts, PaddingChoice } from "../../ir/geometry/solver/problem.js";

/** What the forward convolution makes of a size: `ceil(14 / 2)` or `floor((80 - 4) / 2) + 1`. */
export function forwardFormula(
  choice: PaddingChoice,
  facts: DimensionFacts,
  i: number,
  large: Linear,
  ceilMode = false,
): string {
  const stride = facts.stride ?? 1;
  const fixed = fixedPadding(choice, i);
  if (!fixed) return `ceil(${wrap(large)} / ${stride})`;
  const pads = fixed.map((pad) => (pad === 0 ? "" : signed(pad))).join("");
  return `${ceilMode ? "ceil" : "floor"}((${printLinear(large)}${pads} - ${reachText(facts)}) / ${stride}) + 1`;
}

/** The documented formula of transposed convolutions with every term: `(7 - 1) * 2 + 1 * (4 - 1) + 1 - 1 - 1 + 0`. */
export function transposeFormula(
  facts: DimensionFacts,
  input: Linear,
  low: number,
  high: number,
  extra: number,
): string {
  const kernel = facts.kernel ?? "k";
  const reach = `${facts.dilation} * (${kernel} - 1) + 1`;
  return `(${printLinear(input)} - 1) * ${facts.stride ?? "stride"} + ${reach}${minus(low)}${minus(high)}${signed(extra)}`;
}

/** The size before cropping: `(7 - 1) * 2 + 4`. */
export function fullFormula(facts: DimensionFacts, input: Linear): string {
  return `(${printLinear(input)} - 1) * ${facts.stride ?? "stride"} + ${reachText(facts)}`;
}

/** The size before cropping. */
export function fullSize(facts: DimensionFacts, input: Linear): Linear {
  const stride = facts.stride ?? 1;
  return plus(add(scale(input, stride), reachOf(facts)), -stride);
}

/** The kernel's reach, as `3` or `(2 * (3 - 1) + 1)`. */
function reachText({ kernel, dilation }: DimensionFacts): string {
  return dilation === 1 ? `${kernel ?? "k"}` : `(${dilation} * (${kernel ?? "k"} - 1) + 1)`;
}

function minus(value: number): string {
  return value < 0 ? ` + ${-value}` : ` - ${value}`;
}

function signed(value: number): string {
  return value < 0 ? ` - ${-value}` : ` + ${value}`;
}

function wrap(size: Linear): string {
  const text = printLinear(size);
  return text.includes(" ") ? `(${text})` : text;
}
