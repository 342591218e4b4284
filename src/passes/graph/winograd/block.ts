/** How much of a convolution is done at once by Winograd's algorithm, so that what is between its steps stays in the cache. */
import type { Node } from "../../../ir/graph/graph.js";
import type { ConvAttributes } from "../../../ir/ops/conv.js";
import { spatialSizes } from "../../../ir/ops/window/windows.js";
import type { WinogradPlan } from "../../../ir/ops/winograd/by-winograd.js";
import type { WinogradTile } from "../../../ir/ops/winograd/matrices.js";

/** Bytes of a block's transformed input and its products. */
const blockBytes = 512 * 1024;
/** Every block reads all weights: it may take this part of their bytes. 3×3, 14×14×512→512 takes 7.6 ms in one block, 12.6 in four. */
const partOfWeights = 1 / 2;

/** Whole images where one is small, else equally many rows of tiles. */
export function blockOf(
  { operands, results }: Node<ConvAttributes>,
  tiles: readonly WinogradTile[],
): WinogradPlan["block"] {
  const { shape } = results[0].type;
  const points = tiles.reduce((product, { tile, taps }) => product * (tile + taps - 1), 1);
  const counts = spatialSizes(shape).map((size, d) => Math.ceil(size / tiles[d].tile));
  const [rows, ...others] = counts;
  const [inputs, outputs] = operands[1].type.shape.slice(-2);
  const most = Math.max(blockBytes, 4 * points * inputs * outputs * partOfWeights);
  const rowBytes = 4 * points * (inputs + outputs) * others.reduce((product, count) => product * count, 1);
  if (rowBytes * rows <= most) return { images: even(shape[0], most / (rowBytes * rows)), rows };
  return { images: 1, rows: even(rows, most / rowBytes) };
}

/** The size of equal parts of at most `most`. */
function even(count: number, most: number): number {
  return Math.ceil(count / Math.ceil(count / Math.max(1, Math.floor(most))));
}
