/** Packed constants as copies between them and the constants they were packed from, as loops of the carried runtime. */
import type { PackedFrom, PackedPiece } from "../../ir/program/packing.js";
import type { Segment } from "../../ir/program/program.js";
import { elementCount } from "../../ir/types/shape.js";
import type { CopyNest } from "../../runtime/restore.js";

/** Which elements of which constant a segment has: all of its own where it is not packed. */
export function sourceOf({ data, packed }: Segment): PackedFrom {
  return packed ?? { source: data, offset: 0, pieces: [{ base: 0, extents: [data.data.length], strides: [1] }] };
}

/** Copies out of the packed elements that begin at `start` into the constant. */
export function unpackNests(segment: Segment, start: number): readonly CopyNest[] {
  return nestsOf(segment, start, true);
}

/** Copies out of the constant into the packed elements that begin at `start`. */
export function packNests(segment: Segment, start: number): readonly CopyNest[] {
  return nestsOf(segment, start, false);
}

function nestsOf(segment: Segment, start: number, toSource: boolean): CopyNest[] {
  const { offset, pieces } = sourceOf(segment);
  let next = start;
  return pieces.flatMap((piece) => {
    const [source, packed] = [offset + piece.base, next];
    next += elementCount(piece.extents);
    const dimensions = dimensionsOf(piece, toSource);
    if (dimensions.some(([count]) => count === 0)) return [];
    return [toSource ? [packed, source, ...dimensions] : [source, packed, ...dimensions]] satisfies CopyNest[];
  });
}

type Dimension = readonly [count: number, fromStep: number, toStep: number];

/** Dimensions of one element are left out, and those that continue one another are one. */
function dimensionsOf({ extents, strides, present = extents }: PackedPiece, toSource: boolean): readonly Dimension[] {
  const all = extents.map((extent, d): Dimension => {
    const [source, packed] = [strides[d] ?? 0, elementCount(extents.slice(d + 1))];
    const count = present[d] ?? extent;
    return toSource ? [count, packed, source] : [count, source, packed];
  });
  const merged: Dimension[] = [];
  for (const each of all.filter(([count]) => count !== 1)) {
    const before = merged.at(-1);
    const joins = before !== undefined && before[1] === each[1] * each[0] && before[2] === each[2] * each[0];
    if (joins) merged[merged.length - 1] = [before[0] * each[0], each[1], each[2]];
    else merged.push(each);
  }
  return merged.length === 0 ? [[1, 1, 1]] : merged;
}
