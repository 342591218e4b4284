/**
 * Winograd's minimal filtering F(m, r): m neighbouring outputs of a filter of r taps by m + r − 1 multiplications.
 *
 *     y[i] = Σ over taps k: x[i + k] · w[k]  =  Σ over points p: A[p][i] · (Σ k: G[p][k] · w[k]) · (Σ j: B[p][j] · x[j])
 *
 * Polynomials are multiplied at points, one of them infinity, and interpolated (Toom and Cook); reading the product of two
 * polynomials backwards gives the filter (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016).
 *
 * With finite points P: A[p] = 1, p, p², …; G[p] = (1, p, p², …) / Π over q ≠ p of (p − q); B[p] = coefficients of Π over q ≠ p of (x − q).
 * At infinity A and G take the last outputs and taps, and B the coefficients of Π over all q of (x − q).
 */

/** How one spatial dimension is cut: F(tile, taps); a tile of 1 where it has one tap and is left as it is. */
export interface WinogradTile {
  readonly tile: number;
  readonly taps: number;
}

export interface WinogradMatrices {
  /** [points][outputs]: how each output is put together. */
  readonly output: readonly (readonly number[])[];
  /** [points][taps]: each row is still to be divided by the point's divisor, which need not go into a double. */
  readonly filter: readonly (readonly number[])[];
  readonly divisors: readonly number[];
  /** [points][points]: what of each tile's inputs a point sees. */
  readonly input: readonly (readonly number[])[];
}

/**
 * Finite points by how many there are. Fractions of powers of two, so that all but the division is exact; pairs ±p, whose even and odd
 * parts are shared; and of those the ones that let rounding errors grow least: for F(4, 3) half of what 0, ±1, ±2 do.
 */
const pointsByCount: readonly (readonly number[])[] = [
  [],
  [],
  [0, 1],
  [0, 1, -1],
  [1 / 2, -1 / 2, 5 / 4, -5 / 4],
  [0, 5 / 8, -5 / 8, 3 / 2, -3 / 2],
];

/** Whether there are points for tiles of `outputs` by `taps`. */
export function hasWinograd(outputs: number, taps: number): boolean {
  return outputs >= 2 && taps >= 2 && pointsByCount[outputs + taps - 2] !== undefined;
}

const known = new Map<string, WinogradMatrices>();

/** The matrices of F(outputs, taps), for which `hasWinograd` holds. */
export function winogradMatrices(outputs: number, taps: number): WinogradMatrices {
  const key = `${outputs},${taps}`;
  const matrices = known.get(key) ?? deriveMatrices(pointsByCount[outputs + taps - 2] ?? [], outputs, taps);
  known.set(key, matrices);
  return matrices;
}

function deriveMatrices(points: readonly number[], outputs: number, taps: number): WinogradMatrices {
  const others = points.map((_, i) => points.filter((__, j) => j !== i));
  const size = points.length + 1;
  return {
    output: [...points.map((point) => powers(point, outputs)), lastOf(outputs)],
    filter: [...points.map((point) => powers(point, taps)), lastOf(taps)],
    divisors: [...points.map((point, i) => (others[i] ?? []).reduce((product, q) => product * (point - q), 1)), 1],
    input: [...others, points].map((roots) => padded(polynomial(roots), size)),
  };
}

/** 1, p, p², … */
function powers(point: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, exponent) => point ** exponent);
}

function lastOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
}

/** Coefficients of Π (x − root), of 1, x, x², … */
function polynomial(roots: readonly number[]): readonly number[] {
  return roots.reduce<readonly number[]>(
    (product, root) => [0, ...product].map((shifted, i) => shifted - root * (product[i] ?? 0)),
    [1],
  );
}

function padded(row: readonly number[], size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => (row[i] ?? 0) + 0);
}
