/**
 * Filters as the points of Winograd's algorithm see them. Files hold filters as they are: those of F(4, 3) in two dimensions are
 * four times as large, and would lose more where weights are written shorter, as errors of a tap go to many points.
 */

/** How one dimension of the kernel goes: each point is a sum over taps, `rows`, divided by its divisor. */
export interface FilterTile {
  readonly rows: readonly (readonly number[])[];
  readonly divisors: readonly number[];
}

/** Columns that are transformed together, so that what lies between stays in the cache. */
const filterColumns = 512;

/** [taps…, columns] → [points…, columns], the last dimension's points first. In f64, rounded once. */
export function filterPoints(filter: Float32Array, tiles: readonly FilterTile[]): Float32Array {
  const taps = tiles.reduce((product, { rows }) => product * rows[0]!.length, 1);
  const points = tiles.reduce((product, { rows }) => product * rows.length, 1);
  const columns = filter.length / taps;
  const result = new Float32Array(points * columns);
  for (let start = 0; start < columns; start += filterColumns) {
    const count = Math.min(filterColumns, columns - start);
    const data = new Float64Array(taps * count);
    for (let t = 0; t < taps; t++) {
      const from = t * columns + start;
      data.set(filter.subarray(from, from + count), t * count);
    }
    const seen = seenByPoints(data, tiles, taps * count);
    for (let p = 0; p < points; p++) {
      result.set(seen.subarray(p * count, (p + 1) * count), p * columns + start);
    }
  }
  return result;
}

function seenByPoints(data: Float64Array, tiles: readonly FilterTile[], length: number): Float64Array {
  let [before, after, seen] = [1, length, data];
  for (const tile of tiles) {
    after /= tile.rows[0]!.length;
    seen = alongTaps(seen, tile, before, after);
    before *= tile.rows.length;
  }
  return seen;
}

/** [before, taps, after] → [points, before, after] */
function alongTaps(
  data: Float64Array,
  { rows, divisors }: FilterTile,
  before: number,
  after: number,
): Float64Array<ArrayBuffer> {
  const result = new Float64Array(rows.length * before * after);
  let to = 0;
  rows.forEach((row, p) => {
    for (let b = 0; b < before; b++, to += after) {
      for (let k = 0; k < row.length; k++) addTap(result, to, data, (b * row.length + k) * after, after, row[k]!);
      for (let a = to; a < to + after; a++) result[a]! /= divisors[p]!;
    }
  });
  return result;
}

function addTap(sum: Float64Array, to: number, data: Float64Array, from: number, count: number, factor: number): void {
  if (factor === 0) return;
  for (let a = 0; a < count; a++) sum[to + a]! += factor * data[from + a]!;
}
