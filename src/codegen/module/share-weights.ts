/**
 * One weights file for two programs of one model. Each wants its constants in the order its kernels read them; the second gets
 * them out of the first one's when it is loaded, and the file has in addition only what cannot be had so.
 */
import type { PackedFrom, PackedPiece } from "../../ir/program/packing.js";
import type { Segment } from "../../ir/program/program.js";
import { elementTypes } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";
import { digest } from "../../runtime/digest.js";
import { repack, type CopyNest, type Repacking } from "../../runtime/repack.js";
import { layOutWeights, type WeightsLayout } from "./safetensors.js";

export interface SharedWeights {
  /** The first program's segments as they were, then those that only the second one reads. */
  readonly segments: readonly Segment[];
  readonly layout: WeightsLayout;
  /** How the second program's weights come out of the file. */
  readonly rows: readonly Repacking[];
  readonly bytes: number;
}

export function shareWeights(first: readonly Segment[], second: readonly Segment[]): SharedWeights {
  const bySource = new Map<string, Segment[]>();
  for (const each of first) bySource.set(sourceKey(each), [...(bySource.get(sourceKey(each)) ?? []), each]);
  const extra: Segment[] = [];
  const sources = second.map((wanted): readonly Segment[] => {
    const found = bySource.get(sourceKey(wanted)) ?? [];
    if (found.length > 0 && givesExactly(found, wanted)) return found;
    extra.push(wanted);
    return [wanted];
  });
  const segments = [...first, ...extra];
  const [layout, own] = [layOut(segments), layOut(second)];
  const startOf = new Map(segments.map((segment, i) => [segment, layout.offsets[i] ?? 0]));
  const rows = second.map((wanted, i) => {
    const pieces = (sources[i] ?? []).map((segment) => ({ segment, start: startOf.get(segment) ?? 0 }));
    return repacking(pieces, wanted, own.offsets[i] ?? 0);
  });
  return { segments, layout, rows: joined(rows), bytes: own.data.length };
}

const layOut = (segments: readonly Segment[]): WeightsLayout => layOutWeights(segments.map(({ data }) => data));

/** Segments with equal keys hold elements of equal constants, but for collisions of the digest. */
function sourceKey(segment: Segment): string {
  const { elementType, data } = sourceOf(segment).source;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return `${elementType} ${data.length} ${digest(bytes.byteOffset % 4 === 0 ? bytes : bytes.slice())}`;
}

function sourceOf({ data, packed }: Segment): PackedFrom {
  return packed ?? { source: data, offset: 0, pieces: [{ base: 0, extents: [data.data.length], strides: [1] }] };
}

/** Whether every element of `wanted` comes out of the segments that hold elements of its constant. */
function givesExactly(found: readonly Segment[], wanted: Segment): boolean {
  const { data, offsets } = layOut(found);
  const pieces = found.map((segment, i) => ({ segment, start: offsets[i] ?? 0 }));
  const expected = layOut([wanted]).data;
  const given = repack(data, expected.length, [repacking(pieces, wanted, 0)]);
  return given.every((byte, i) => byte === expected[i]);
}

/** A segment of the file, and the byte where it begins. */
interface Placed {
  readonly segment: Segment;
  readonly start: number;
}

function repacking(found: readonly Placed[], wanted: Segment, start: number): Repacking {
  const size = elementTypes[wanted.data.elementType].bytes;
  const same = found.find(({ segment }) => sameData(segment, wanted));
  if (same !== undefined) {
    const pack: CopyNest[] = [[same.start / size, start / size, [wanted.data.data.length, 1, 1]]];
    return { size, length: 0, unpack: [], pack };
  }
  const unpack = found.flatMap((each) => nestsOf(each.segment, each.start / size, true));
  const length = sourceOf(wanted).source.data.length;
  return { size, length, unpack, pack: nestsOf(wanted, start / size, false) };
}

function sameData(a: Segment, b: Segment): boolean {
  const [left, right] = [layOut([a]).data, layOut([b]).data];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

/** What copies between a constant and the packed elements that begin at `start`. */
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

/** Plain copies that go on where the one before ends are one. */
function joined(rows: readonly Repacking[]): readonly Repacking[] {
  const done: Repacking[] = [];
  for (const row of rows) {
    const before = done.at(-1);
    const both = before && continued(before, row);
    if (both === undefined) done.push(row);
    else done[done.length - 1] = both;
  }
  return done;
}

function continued(a: Repacking, b: Repacking): Repacking | undefined {
  const [first, second] = [a.pack[0], b.pack[0]];
  if (a.length > 0 || b.length > 0 || a.size !== b.size || first === undefined || second === undefined)
    return undefined;
  const [count] = first[2] ?? [0];
  if (first[0] + count !== second[0] || first[1] + count !== second[1]) return undefined;
  return { ...a, pack: [[first[0], first[1], [count + (second[2]?.[0] ?? 0), 1, 1]]] };
}

/** The rows in generated text. */
export function repackingText({ rows, bytes }: SharedWeights): string {
  const nests = (list: readonly CopyNest[]): string => JSON.stringify(list);
  const lines = rows.map(({ size, length, unpack, pack }) => {
    return `  { size: ${size}, length: ${length}, unpack: ${nests(unpack)}, pack: ${nests(pack)} },\n`;
  });
  return `const repackedBytes = ${bytes};\nconst repackings = [\n${lines.join("")}];\n`;
}
