/** Answers a missing stride: which strides join the two sizes, and with an unknown kernel which kernels each takes. */
import { bounds, printCandidates } from "../../ir/geometry/solver/candidates.js";
import { fixedPadding, solveCaseDimension, type CaseDimension } from "../../ir/geometry/solver/case.js";
import type { PaddingChoice, Problem } from "../../ir/geometry/solver/problem.js";
import { numberOf, printLinear } from "../../ir/geometry/linear.js";
import { forwardFormula } from "./formula.js";

/** How many strides are told one by one. */
const mostStrides = 4;

/** Lines of one dimension whose stride is unknown while both sizes are known. */
export function solvedStrideLines(
  problem: Problem,
  choice: PaddingChoice,
  dimension: CaseDimension,
  i: number,
): readonly string[] {
  const { facts, answer } = dimension;
  if (answer.stride.kind === "rule") return [`stride ${answer.stride.rule}`];
  const [large, small] =
    problem.operation === "conv_transpose" ? [facts.output, facts.input] : [facts.input, facts.output];
  if (!large || !small) return [];
  const sizes = `${printLinear(small)}`;
  if (answer.stride.kind !== "range")
    return [`no stride: no ${fixedPadding(choice, i) ? "kernel" : "size"} fits ${sizes}`];
  const first = bounds({ ...answer.stride, max: answer.stride.min })?.[0] ?? 1;
  const last = bounds(answer.stride)?.[1] ?? first + mostStrides - 1;
  const each = Array.from({ length: Math.min(mostStrides, last - first + 1) }, (_, j) =>
    strideText(problem, choice, dimension, first + j, i),
  );
  const strides = `stride ${printCandidates(answer.stride)}`;
  if (facts.kernel === undefined && fixedPadding(choice, i))
    return [`${strides}, each with kernels of its own`, ...each];
  const kernels = facts.kernel === undefined ? ", with every kernel size" : "";
  return [`${strides}${kernels}: ${forwardFormula(choice, { ...facts, stride: first }, i, large)} = ${sizes}`, ...each];
}

function strideText(
  problem: Problem,
  choice: PaddingChoice,
  { facts }: CaseDimension,
  stride: number,
  i: number,
): string {
  const { answer } = solveCaseDimension(problem, choice, { ...facts, stride }, i);
  const transposed = problem.operation === "conv_transpose";
  const legal = transposed ? answer.output : answer.input;
  if (fixedPadding(choice, i) && facts.kernel === undefined)
    return `stride ${stride} with kernel ${printCandidates(answer.kernel)}`;
  const exact =
    transposed && facts.output && bounds(legal)?.[1] === numberOf(facts.output) ? ", an exact multiple" : "";
  return `stride ${stride} allows ${printCandidates(legal)}${exact}`;
}
