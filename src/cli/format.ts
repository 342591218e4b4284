/** Figures for people. */

/** `812 B`, `4.5 MB`. */
export function formatBytes(bytes: number): string {
  return `${formatCount(bytes, 1000)}B`;
}

/** `950 `, `1.6 G`: a number and the prefix of its unit. */
export function formatCount(count: number, from = 1000): string {
  const units = ["", "k", "M", "G", "T"];
  const power = count < from ? 0 : Math.min(Math.floor(Math.log10(count) / 3), units.length - 1);
  const value = count / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${units[power]}`;
}

/** Columns aligned by the longest entry; columns named in `right` are flush right. */
export function formatTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return right.includes(column) ? text.padStart(width) : text.padEnd(width);
  };
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
