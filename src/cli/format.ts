/** Figures for people and data for machines. */
import { escaped, quotedWhole } from "../diagnostics/quoted.js";

const prefixes = ["", "k", "M", "G", "T", "P"];

/** `812 B`, `4.50 MB`. */
export function formatBytes(bytes: number): string {
  const { value, prefix } = scaled(bytes);
  return `${value} ${prefix}B`;
}

/** `950`, `1.60 G`: a number and the prefix of its unit. */
export function formatCount(count: number): string {
  const { value, prefix } = scaled(count);
  return prefix === "" ? value : `${value} ${prefix}`;
}

function scaled(count: number): { readonly value: string; readonly prefix: string } {
  let [value, power] = [count, 0];
  // 999.6 would be rounded to 1000 of its unit.
  while (value >= (power === 0 ? 1000 : 999.5) && power < prefixes.length - 1) {
    [value, power] = [value / 1000, power + 1];
  }
  return { value: power === 0 ? String(value) : value.toPrecision(3), prefix: prefixes[power] ?? "" };
}

/** Columns aligned by the longest entry; columns named in `right` are flush right. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: columns }, (_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return right.includes(column) ? text.padStart(width) : text.padEnd(width);
  };
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}

/** JSON as commands print it: indented, ending in a line break, with nothing in it that a terminal would act on. */
export function printJson(data: unknown): string {
  return `${JSON.stringify(data, undefined, 2).split("\n").map(escaped).join("\n")}\n`;
}

/** `1 kernel`, `3 kernels` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

const longestName = 80;

/** A model's own name, which is any string, on one line: as it is where it is plain, else quoted. */
export function printableName(name: string): string {
  if (/^[\w./:%-]+$/.test(name) && name.length <= longestName) return name;
  const short = name.length <= longestName ? name : `${name.slice(0, longestName)}…`;
  return quotedWhole(short);
}
