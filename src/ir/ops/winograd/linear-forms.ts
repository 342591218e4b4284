/**
 * Σ matrix[i][j] · values[j] for every row i, as expressions that share what rows have in common.
 *
 * Matrices from points ±p have rows whose even part is the same and whose odd part is the opposite, or columns that are so:
 *
 *     a·u + b·v, a·u − b·v           →   e = a·u, o = b·v:   e + o, e − o
 *     a·u + a·v, b·u − b·v           →   s = u + v, d = u − v:   a·s, b·d
 */
import { applyBinary, scalarConstant } from "../../computation/build-scalar.js";
import type { Scalar, ScalarType } from "../../computation/computation.js";

type Matrix = readonly (readonly number[])[];

/** Undefined values are zero. */
export function linearForms(matrix: Matrix, values: readonly (Scalar | undefined)[], type: ScalarType): Scalar[] {
  const [columns, folded] = foldColumns(matrix, values);
  const forms: Scalar[] = [];
  while (forms.length < columns.length) forms.push(...nextForms(columns.slice(forms.length), folded, type));
  return forms;
}

/** Pairs of neighbouring columns that are ± each other in every row become their sum and their difference. */
function foldColumns(
  matrix: Matrix,
  values: readonly (Scalar | undefined)[],
): readonly [Matrix, readonly (Scalar | undefined)[]] {
  const folded = [...values];
  const rows = matrix.map((row) => [...row]);
  for (let j = 0; j + 1 < values.length; j++) {
    const [u, v] = [folded[j], folded[j + 1]];
    const isPair = rows.every((row) => Math.abs(row[j] ?? 0) === Math.abs(row[j + 1] ?? 0));
    const pays = rows.filter((row) => row[j] !== 0).length > 2;
    if (!isPair || !pays || u === undefined || v === undefined) continue;
    folded[j] = applyBinary("add", u, v);
    folded[j + 1] = applyBinary("subtract", u, v);
    for (const row of rows) [row[j], row[j + 1]] = row[j] === row[j + 1] ? [row[j] ?? 0, 0] : [0, row[j] ?? 0];
    j++;
  }
  return [rows, folded];
}

/** The forms of the first row, or of the first two where they share parts. */
function nextForms([first = [], second]: Matrix, values: readonly (Scalar | undefined)[], type: ScalarType): Scalar[] {
  const same = first.map((a, j) => (a === second?.[j] ? a : 0));
  const opposite = first.map((a, j) => (a === -(second?.[j] ?? 0) ? a : 0));
  const isPair = second !== undefined && first.every((a, j) => a === same[j] || a === opposite[j]);
  const [even, odd] = [sumOf(same, values, type), sumOf(opposite, values, type)];
  if (!isPair || even === undefined || odd === undefined) return [sumOf(first, values, type) ?? zero(type)];
  return [applyBinary("add", even, odd), applyBinary("subtract", even, odd)];
}

const zero = (type: ScalarType): Scalar => scalarConstant(type, 0);

/** Positive coefficients first, so that nothing is negated; undefined where there is nothing to add. */
function sumOf(
  coefficients: readonly number[],
  values: readonly (Scalar | undefined)[],
  type: ScalarType,
): Scalar | undefined {
  const terms = coefficients.flatMap((by, j) => {
    const value = values[j];
    return by === 0 || value === undefined ? [] : [{ by, value }];
  });
  const [start, ...others] = [...terms.filter(({ by }) => by > 0), ...terms.filter(({ by }) => by < 0)];
  if (start === undefined) return undefined;
  return others.reduce(
    (sum, { by, value }) => applyBinary(by > 0 ? "add" : "subtract", sum, product(Math.abs(by), value, type)),
    product(start.by, start.value, type),
  );
}

function product(by: number, value: Scalar, type: ScalarType): Scalar {
  return by === 1 ? value : applyBinary("multiply", value, scalarConstant(type, by));
}
