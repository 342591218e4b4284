/** Linear forms are the matrix times the values, with shared parts: few operations for the matrices there are. */
import { describe, expect, it } from "vitest";
import { scalarConstant } from "../../../../../src/ir/computation/build-scalar.js";
import type { Scalar } from "../../../../../src/ir/computation/computation.js";
import { scalarParts } from "../../../../../src/ir/computation/scalar.js";
import { linearForms } from "../../../../../src/ir/ops/winograd/linear-forms.js";
import { winogradMatrices } from "../../../../../src/ir/ops/winograd/matrices.js";

type Matrix = readonly (readonly number[])[];

function valueOf(scalar: Scalar): number {
  if (scalar.kind === "constant") return scalar.value;
  if (scalar.kind !== "binary") throw new RangeError(scalar.kind);
  const [a, b] = [valueOf(scalar.left), valueOf(scalar.right)];
  return { add: a + b, subtract: a - b, multiply: a * b }[scalar.function as "add" | "subtract" | "multiply"];
}

/** Distinct functions that the forms apply, shared ones once. */
function operations(forms: readonly Scalar[]): number {
  const seen = new Set<Scalar>();
  const visit = (scalar: Scalar): void => {
    if (seen.has(scalar)) return;
    seen.add(scalar);
    scalarParts(scalar).forEach(visit);
  };
  forms.forEach(visit);
  return [...seen].filter(({ kind }) => kind === "binary").length;
}

const transposed = (matrix: Matrix): Matrix => matrix[0].map((_, i) => matrix.map((row) => row[i]));

const sizes = [
  { outputs: 2, taps: 3, input: 4, output: 4 },
  { outputs: 3, taps: 3, input: 18, output: 12 },
  { outputs: 4, taps: 3, input: 22, output: 16 },
  { outputs: 4, taps: 2, input: 18, output: 15 },
];

describe.each(sizes)("linearForms of F($outputs, $taps)", ({ outputs, taps, ...most }) => {
  const matrices = winogradMatrices(outputs, taps);
  const both = [
    { name: "input", matrix: matrices.input, most: most.input },
    { name: "output", matrix: transposed(matrices.output), most: most.output },
  ];

  it.each(both)("$name: matrix · values", ({ matrix }) => {
    const values = matrix[0].map((_, j) => (j % 3 === 2 ? undefined : j * j + 1));
    for (const given of [values, values.map((_, j) => 7 - 3 * j)]) {
      const scalars = given.map((value) => (value === undefined ? undefined : scalarConstant("f64", value)));
      const sums = matrix.map((row) => row.reduce((sum, by, j) => sum + by * (given[j] ?? 0), 0));
      expect(linearForms(matrix, scalars, "f64").map(valueOf)).toEqual(sums.map((sum) => sum + 0));
    }
  });

  it.each(both)("$name: shares what points ±p have in common", ({ matrix, most: allowed }) => {
    const scalars = matrix[0].map((_, j) => scalarConstant("f64", j + 2));
    expect(operations(linearForms(matrix, scalars, "f64"))).toBe(allowed);
  });
});
