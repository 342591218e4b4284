/** Text of how weights come out of their file, for the carried runtime to carry out when a module is loaded. */
import type { FilterTile } from "../../runtime/filter-points.js";
import type { Restoring, RestoredTarget } from "../../runtime/restore.js";
import type { WeightsRun } from "./store-weights.js";

/** A run as a row that copies it. */
export function copyRow({ from, to, address }: WeightsRun): Restoring {
  return { size: 1, length: 0, unpack: [], targets: [{ pack: [[from, address, [to - from, 1, 1]]] }] };
}

/** The statements that make `restorings`; tiles of filters stand in a table, as many filters have the same. */
export function restoringText(rows: readonly Restoring[]): string {
  const tiles: string[] = [];
  const numberOf = (tile: FilterTile): number => {
    const text = JSON.stringify(tile);
    const known = tiles.indexOf(text);
    return known < 0 ? tiles.push(text) - 1 : known;
  };
  const lines = rows.map((row) => `  ${rowText(row, numberOf)},\n`);
  const table = tiles.length === 0 ? "" : `const filterTiles = [\n${tiles.map((tile) => `  ${tile},\n`).join("")}];\n`;
  return `${table}const restorings = [\n${lines.join("")}];\n`;
}

function rowText({ size, length, stored, unpack, targets }: Restoring, numberOf: (tile: FilterTile) => number): string {
  const parts = [
    `size: ${size}`,
    `length: ${length}`,
    ...(stored === undefined ? [] : [`stored: ${JSON.stringify(stored)}`]),
    `unpack: ${JSON.stringify(unpack)}`,
    `targets: [${targets.map((target) => targetText(target, numberOf)).join(", ")}]`,
  ];
  return `{ ${parts.join(", ")} }`;
}

function targetText({ tiles, pack }: RestoredTarget, numberOf: (tile: FilterTile) => number): string {
  const list = tiles?.map((tile) => `filterTiles[${numberOf(tile)}]`).join(", ");
  return `{ ${list === undefined ? "" : `tiles: [${list}], `}pack: ${JSON.stringify(pack)} }`;
}
