/** The phases of a transposed convolution as tables: which taps of the kernel make which outputs out of which inputs. */
import { contributionCounts, overlapCounts, transposePhases, type Phase } from "../../ir/geometry/phases.js";
import { eachPoint } from "../../ir/types/points.js";
import { formatTable } from "../format.js";
import { eachDimension, joinParts, part, type Part } from "../shape/part.js";
import type { WindowDimension, WindowOp } from "./window-op.js";

/** Tables with more rows are cut. */
const mostRows = 32;
/** Longer lists of numbers are cut in the middle. */
const mostNumbers = 8;

/** More phases are told by their number alone. */
const mostPhases = 1024;
/** Beyond this many outputs or taps the counts are not listed. */
const mostCounts = 4096;

/** `perTap`: multiply-adds for each tap at each position. */
export function phasePart({ dimensions }: WindowOp, perTap: number): Part {
  const all = product(dimensions.map(({ window, output }) => Math.min(window.stride, output)));
  if (all > mostPhases) return part("phases", [`${all} of them, more than are listed`], { phases: null });
  const phases = dimensions.map(phasesOf);
  const tables = phases.map((own) => phaseTable(own));
  const names = dimensions.map(({ name }) => name);
  return joinParts([
    part("phases", eachDimension(names, tables), { phases: phases.map((own) => own.map(phaseData)) }),
    dimensions.length === 1 ? part("", []) : part("together", combinedTable(phases, perTap)),
    overlapPart(dimensions),
  ]);
}

export function phasesOf({ window, padding, output }: WindowDimension): readonly Phase[] {
  return transposePhases(window, padding[0], output);
}

/** Names of phases in drawings, in row-major order of their numbers. */
export function phaseLetter(index: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return letters[index] ?? "?";
}

function phaseData({ phase, firstOutput, outputCount, taps }: Phase) {
  return { phase, firstOutput, outputCount, taps: taps.map(({ tap, inputOffset }) => ({ tap, inputOffset })) };
}

function phaseTable(phases: readonly Phase[]): readonly string[] {
  const rows = phases.slice(0, mostRows).map(({ phase, taps, firstOutput, outputCount }) => {
    const step = phases.length;
    const outputs = Array.from({ length: outputCount }, (_, j) => firstOutput + j * step);
    return [
      String(phase),
      taps.length === 0 ? "none" : shortList(taps.map(({ tap }) => String(tap))),
      taps.length === 0 ? "nothing: 0" : shortList(taps.map(({ inputOffset }) => position(inputOffset))),
      shortList(outputs.map(String)),
    ];
  });
  const head = ["phase", "taps", "read input", "make output j = 0, 1, …"];
  return cut(formatTable([head, ...rows]).split("\n"), phases.length - rows.length, "phases");
}

function position(inputOffset: number): string {
  if (inputOffset === 0) return "j";
  return inputOffset < 0 ? `j-${-inputOffset}` : `j+${inputOffset}`;
}

/** Every combination of phases: its taps, its outputs, its work. */
function combinedTable(phases: readonly (readonly Phase[])[], perTap: number): readonly string[] {
  const rows: string[][] = [];
  let [count, outputs, work] = [0, 0, 0];
  eachPoint(
    phases.map(({ length }) => length),
    (point) => {
      const own = point.flatMap((p, d) => phases[d]?.[p] ?? []);
      const taps = own.map((phase) => phase.taps.length);
      const made = product(own.map(({ outputCount }) => outputCount));
      const multiplyAdds = product(taps) * made * perTap;
      [count, outputs, work] = [count + 1, outputs + made, work + multiplyAdds];
      if (rows.length < mostRows) {
        const name = `${phaseLetter(count - 1)} ${point.join(",")}`;
        rows.push([name, `${taps.join("x")} = ${product(taps)}`, String(made), String(multiplyAdds)]);
      }
    },
  );
  const total = ["all", "", String(outputs), String(work)];
  const table = formatTable([["phase", "taps", "outputs", "multiply-adds"], ...rows, total], [2, 3]).split("\n");
  return [...cut(table.slice(0, -1), count - rows.length, "phases"), ...table.slice(-1)];
}

/** How many taps reach each output, away from the borders and at them. */
function overlapPart(dimensions: readonly WindowDimension[]): Part {
  if (dimensions.some(({ window, output }) => Math.max(window.kernel, output) > mostCounts)) return part("overlap", []);
  const counts = dimensions.map(({ window, padding }) => overlapCounts(window, padding[0]));
  const really = dimensions.map(({ input, window, padding, output }) =>
    contributionCounts(input, window, padding[0], output),
  );
  const lines = counts.map((own, d) => {
    const isEven = new Set(own).size === 1;
    const turn = isEven
      ? `every output away from the borders is made by ${own[0]}`
      : `outputs are made by ${shortList(own.map(String))} in turn: uneven, seen as a checkerboard`;
    return [`${turn}; borders included: ${shortList((really[d] ?? []).map(String))}`];
  });
  const names = dimensions.map(({ name }) => name);
  return part("overlap", ["taps for each output", ...eachDimension(names, lines)], { overlap: counts });
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total * value, 1);
}

/** `0, 2, 4, …, 12, 14` */
function shortList(items: readonly string[]): string {
  if (items.length <= mostNumbers) return items.join(", ");
  return [...items.slice(0, mostNumbers - 2), "…", ...items.slice(-2)].join(", ");
}

function cut(lines: readonly string[], left: number, what: string): readonly string[] {
  return left <= 0 ? lines : [...lines, `and ${left} more ${what}`];
}
