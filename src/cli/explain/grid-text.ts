/** Small grids of cells as text: one line for each row, marked cells in brackets, several grids side by side. */

/** One cell: its text, and whether it is marked. */
export interface Cell {
  readonly text: string;
  readonly marked?: boolean;
}

/** Rows of cells; the rank is one or two. */
export type Cells = readonly (readonly Cell[])[];

/** Lines of a grid: ` . [a] 0 `, every cell as wide as the widest. */
export function gridLines(cells: Cells): readonly string[] {
  const width = Math.max(...cells.flatMap((row) => row.map(({ text }) => text.length)));
  const cellText = ({ text, marked }: Cell): string => {
    const padded = text.padStart(width);
    return marked === true ? `[${padded}]` : ` ${padded} `;
  };
  return cells.map((row) => row.map(cellText).join(""));
}

/** A block of lines under a heading. */
export interface Block {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Blocks side by side, in as many bands as the width asks for. */
export function sideBySide(blocks: readonly Block[], width: number): readonly string[] {
  const [first, ...rest] = bandsOf(blocks, width).map(bandLines);
  return [...(first ?? []), ...rest.flatMap((lines) => ["", ...lines])];
}

const gap = 3;

function widthOf({ heading, lines }: Block): number {
  return Math.max(heading.length, ...lines.map((line) => line.length));
}

function bandsOf(blocks: readonly Block[], width: number): readonly (readonly Block[])[] {
  const bands: Block[][] = [];
  let left = 0;
  for (const block of blocks) {
    const own = widthOf(block) + gap;
    if (bands.length === 0 || own > left) {
      bands.push([]);
      left = width + gap;
    }
    bands.at(-1)?.push(block);
    left -= own;
  }
  return bands;
}

function bandLines(blocks: readonly Block[]): readonly string[] {
  const height = Math.max(...blocks.map(({ lines }) => lines.length + 1));
  return Array.from({ length: height }, (_, row) =>
    blocks
      .map((block) => ([block.heading, ...block.lines][row] ?? "").padEnd(widthOf(block)))
      .join(" ".repeat(gap))
      .trimEnd(),
  );
}
