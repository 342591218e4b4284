/** How many taps reach each output of a transposed convolution: uneven counts show as a checkerboard. */
import { overlapCounts } from "../../ir/geometry/phases.js";
import { fixedPadding } from "../../ir/geometry/solver/case.js";
import type { Padding } from "../../ir/geometry/window.js";
import type { DimensionFacts } from "../../ir/geometry/solver/problem.js";
import { part, type Part } from "./part.js";
import type { Request } from "./request.js";

/** Beyond these the counts are told by formula only, so that any numbers are answered at once. */
const mostStrides = 32;
const mostTaps = 4096;

/** The overlap of the kernel, where it and the stride are known. */
export function overlapPart({ operation, problem, rank }: Request): Part {
  if (operation.operation !== "conv_transpose") return part("overlap", []);
  if (problem.dimensions.every(({ stride }) => stride === 1)) return part("overlap", []);
  const counts = problem.dimensions.map((facts, i) =>
    countsOf(facts, problem.padding && fixedPadding(problem.padding, i)),
  );
  const known = counts.flatMap((own) => (own ? [own] : []));
  if (known.length < rank) return part("overlap", []);
  const lines = sameForAll(problem.dimensions)
    ? [lineOf(problem.dimensions[0], known[0], rank)]
    : known.map((own, i) => lineOf(problem.dimensions[i], own, 1));
  return part("overlap", lines, { overlap: known });
}

/** The counts in turn, beginning at the first position that the padding leaves. */
function countsOf(
  { kernel, stride, dilation }: DimensionFacts,
  padding: Padding | undefined,
): readonly number[] | undefined {
  if (kernel === undefined || stride === undefined || kernel > mostTaps || stride > mostStrides) return undefined;
  return overlapCounts({ kernel, stride, dilation }, padding?.[0]);
}

function lineOf(facts: DimensionFacts | undefined, counts: readonly number[] | undefined, rank: number): string {
  const own = counts ?? [];
  const window = `kernel ${facts?.kernel}, stride ${facts?.stride}${facts?.dilation === 1 ? "" : `, dilation ${facts?.dilation}`}`;
  const [least, most] = [Math.min(...own), Math.max(...own)];
  if (least === most) {
    const all = rank > 1 ? `, ${least ** rank} in all` : "";
    return `${window}: every output gets ${least} contribution${least === 1 ? "" : "s"}${rank > 1 ? " per dimension" : ""}${all}: even, no checkerboard from overlap`;
  }
  const square = rank === 2 ? ` (2-D: ${own.flatMap((a) => own.map((b) => a * b)).join(", ")})` : "";
  const hint = facts?.dilation === 1 ? "; a kernel that is a multiple of the stride overlaps evenly" : "";
  const gap = least === 0 ? "; those with 0 hold the bias alone" : "";
  return `${window}: outputs get ${own.join(", ")} contributions in turn${square}: uneven, seen as a checkerboard${gap}${hint}`;
}

function sameForAll(dimensions: readonly DimensionFacts[]): boolean {
  const keys = dimensions.map(({ kernel, stride, dilation }) => [kernel, stride, dilation].join());
  return new Set(keys).size === 1;
}
