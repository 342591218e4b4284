/**
 * Filters as the points of Winograd's algorithm see them. Files hold filters as they are: those of F(4, 3) in two dimensions are
 * four times as large, and would lose more where weights are written shorter, as errors of a tap go to many points.
 */

/** How a dimension of two or three taps goes: each point is a sum over taps, `rows`, divided by its divisor. */
export interface FilterTile {
  readonly rows: readonly (readonly number[])[];
  readonly divisors: readonly number[];
}

/** Columns that are transformed together, so that what lies between stays in the cache. */
const filterColumns = 256;

/** [taps…, columns] → [points…, columns], the last dimension's points first. In f64, rounded once. */
export function filterPoints(filter: Float32Array, tiles: readonly FilterTile[]): Float32Array {
  const taps = tiles.reduce((product, { rows }) => product * rows[0]!.length, 1);
  const points = tiles.reduce((product, { rows }) => product * rows.length, 1);
  const columns = filter.length / taps;
  const result = new Float32Array(points * columns);
  const data = new Float64Array(taps * filterColumns);
  const made = tiles.map((_, d) => {
    const rows = tiles.reduce((product, tile, e) => product * (e <= d ? tile.rows.length : tile.rows[0]!.length), 1);
    return new Float64Array(rows * filterColumns);
  });
  for (let start = 0; start < columns; start += filterColumns) {
    const count = Math.min(filterColumns, columns - start);
    for (let t = 0; t < taps; t++) widen(filter, t * columns + start, data, t * filterColumns, count);
    let [source, before, left] = [data, 1, taps];
    tiles.forEach((tile, d) => {
      left /= tile.rows[0]!.length;
      alongTaps(source, made[d]!, tile, before, left * filterColumns);
      [source, before] = [made[d]!, before * tile.rows.length];
    });
    for (let p = 0; p < points; p++) round(source, p * filterColumns, result, p * columns + start, count);
  }
  return result;
}

// Typed arrays' own `set` takes several times as long where it converts.

function widen(source: Float32Array, from: number, target: Float64Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) target[to + i] = source[from + i]!;
}

function round(source: Float64Array, from: number, target: Float32Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) target[to + i] = source[from + i]!;
}

/** [before, taps, after] → [points, before, after] */
function alongTaps(
  source: Float64Array,
  target: Float64Array,
  { rows, divisors }: FilterTile,
  before: number,
  after: number,
): void {
  const taps = rows[0]!.length;
  rows.forEach((row, p) => {
    for (let b = 0; b < before; b++) {
      sumTaps(source, b * taps * after, target, (p * before + b) * after, after, row, divisors[p]!);
    }
  });
}

/** The sum of two or three rows of `count` numbers from `from` on, in the order of the taps. */
function sumTaps(
  source: Float64Array,
  from: number,
  target: Float64Array,
  to: number,
  count: number,
  row: readonly number[],
  divisor: number,
): void {
  const [a = 0, b = 0, c = 0] = row;
  const [second, third] = [from + count, from + (row.length < 3 ? 0 : 2 * count)];
  for (let i = 0; i < count; i++) {
    target[to + i] = (0 + a * source[from + i]! + b * source[second + i]! + c * source[third + i]!) / divisor;
  }
}
