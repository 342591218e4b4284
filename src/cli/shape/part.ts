/** An answer in the making: labelled lines for people and the same as data for machines. */
import { bounds, type Candidates } from "../../ir/geometry/solver/candidates.js";
import { numberOf, printLinear, type Linear } from "../../ir/geometry/linear.js";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A label and what is said under it. */
export interface Row {
  readonly label: string;
  readonly lines: readonly string[];
}

/** A piece of an answer. */
export interface Part {
  readonly rows: readonly Row[];
  readonly data: Readonly<Record<string, Json>>;
}

/** One row, and optionally its data. */
export function part(label: string, lines: readonly string[], data: Readonly<Record<string, Json>> = {}): Part {
  return { rows: lines.length === 0 ? [] : [{ label, lines }], data };
}

/** All rows in order; of data with one name the last is kept. */
export function joinParts(parts: readonly Part[]): Part {
  return {
    rows: parts.flatMap(({ rows }) => rows),
    data: Object.fromEntries(parts.flatMap(({ data }) => Object.entries(data))),
  };
}

/** Rows as text: labels in a column, continuation lines indented under the first. */
export function printRows(rows: readonly Row[], emphasise: (label: string) => string): string {
  const width = Math.max(...rows.map(({ label }) => label.length)) + 2;
  return rows
    .flatMap(({ label, lines }) =>
      lines.map(
        (line, i) => (i === 0 ? emphasise(label) + " ".repeat(width - label.length) : " ".repeat(width)) + line,
      ),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** What is said of each dimension: once where all say the same, else each with its name. */
export function eachDimension(names: readonly string[], lines: readonly (readonly string[])[]): readonly string[] {
  const texts = lines.map((own) => own.join("\n"));
  if (new Set(texts).size <= 1) return lines[0] ?? [];
  const width = Math.max(...names.map((name) => name.length)) + 2;
  return lines.flatMap((own, i) => own.map((line, j) => (j === 0 ? (names[i] ?? "") : "").padEnd(width) + line));
}

/** A size as data: a number, a formula, or null. */
export function sizeData(size: Linear | undefined): Json {
  return size ? (numberOf(size) ?? printLinear(size)) : null;
}

/** Candidates as data: `[first, last]` with null for no limit, `[]` for none, or the rule as text. */
export function candidatesData(candidates: Candidates): Json {
  if (candidates.kind === "none") return [];
  if (candidates.kind === "rule") return candidates.rule;
  return bounds(candidates) ?? [sizeData(candidates.min), sizeData(candidates.max)];
}

/** `a, b or c` */
export function orList(texts: readonly string[]): string {
  return texts.length < 2 ? (texts[0] ?? "") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1)}`;
}
