/** Which positions of the full result a transposed convolution keeps: its padding, in numbers or as a rule of the kernel. */
import { fixedPadding, solveCaseDimension, type CaseDimension } from "../../ir/geometry/solver/case.js";
import type { DimensionFacts, PaddingChoice, Problem } from "../../ir/geometry/solver/problem.js";
import { plus, printLinear, type Linear } from "../../ir/geometry/linear.js";
import { fullFormula, fullSize } from "./formula.js";

/** Largest kernel whose pads are spelled out where the kernel is unknown. */
const lastListedKernel = 6;

/** The pads of the size spoken of: explicit where the kernel is known, else a formula and a list. */
export function cropLines(
  problem: Problem,
  choice: PaddingChoice,
  { facts, geometry, size, total }: CaseDimension,
  i: number,
): readonly string[] {
  if (geometry && facts.input) {
    const { padding, outputPadding } = geometry;
    return [...cropLine(choice, facts, facts.input, padding, outputPadding, i), ...gapLine(facts, outputPadding)];
  }
  if (facts.kernel !== undefined || !size || !total || !facts.input) return [];
  return kernelTable(problem, choice, { ...facts, output: size }, total, i);
}

function cropLine(
  choice: PaddingChoice,
  facts: DimensionFacts,
  input: Linear,
  [low, high]: readonly [number, number],
  outputPadding: number,
  i: number,
): readonly string[] {
  if (low === 0 && high === 0) {
    if (choice.kind === "explicit") return [];
    return [outputPadding === 0 ? "nothing cropped" : `nothing cropped, and ${outputPadding} added at the high end`];
  }
  const full = fullSize(facts, input);
  const added = outputPadding > 0 && !fixedPadding(choice, i) ? `, then ${outputPadding} added at the high end` : "";
  const equation = `${fullFormula(facts, input)} = ${printLinear(full)}`;
  return [`crop ${low}:${high} (low:high) of the full ${equation}${validNote(facts, full)}${added}`];
}

/** What the full result is to those who know VALID. */
function validNote({ stride = 1 }: Pick<DimensionFacts, "stride">, full: Linear): string {
  if (stride === 1) return " (VALID's size)";
  return ` (VALID allows ${printLinear(full)} ${stride === 2 ? "or" : "to"} ${printLinear(plus(full, stride - 1))})`;
}

/** Output padding beyond the full result is reached by no tap. */
function gapLine({ kernel, stride, dilation }: DimensionFacts, outputPadding: number): readonly string[] {
  if (outputPadding === 0 || kernel === undefined || stride === undefined || dilation > 1 || kernel > stride) return [];
  const positions = outputPadding === 1 ? "the last position is" : `the last ${outputPadding} positions are`;
  return [`${positions} reached by no tap: the bias alone`];
}

/** `crop k - 2 in all …: k = 1: …, k = 2: 0:0, k = 3: 0:1` */
function kernelTable(
  problem: Problem,
  choice: PaddingChoice,
  facts: DimensionFacts,
  total: Linear,
  i: number,
): readonly string[] {
  const entries: string[] = [];
  for (let kernel = 1; kernel <= lastListedKernel; kernel++) {
    const { geometry } = solveCaseDimension(problem, choice, { ...facts, kernel }, i);
    if (!geometry) continue;
    const crop = geometry.padding.join(":");
    entries.push(`k = ${kernel}: ${crop}${geometry.outputPadding > 0 ? ` and ${geometry.outputPadding} added` : ""}`);
  }
  if (entries.length === 0) return [];
  const rule =
    choice.kind === "same" ? `crop ${printLinear(total)} in all, the odd one at the ${choice.oddEnd} end; ` : "crop ";
  return [`${rule}low:high for ${entries.join(", ")}`];
}
