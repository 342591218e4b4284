/** How filters are transformed when a module is loaded, as the carried runtime does it. */
import { winogradMatrices } from "../../ir/ops/winograd/matrices.js";
import type { Segment } from "../../ir/program/program.js";
import type { FilterTile } from "../../runtime/filter-points.js";
import { sourceOf } from "./copy-nests.js";

/** The dimensions of the kernel along which a segment's constant was transformed; undefined where it was not. */
export function filterTiles(segment: Segment): readonly FilterTile[] | undefined {
  const { madeOf, elementType } = sourceOf(segment).source;
  if (madeOf === undefined || elementType !== "f32") return undefined;
  return madeOf.tiles
    .filter(({ tile }) => tile > 1)
    .map(({ tile, taps }) => {
      const { filter, divisors } = winogradMatrices(tile, taps);
      return { rows: filter, divisors };
    });
}
