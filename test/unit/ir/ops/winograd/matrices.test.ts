/** The matrices of F(m, r) are exact: the bilinear identity holds in fractions of whole numbers. */
import { describe, expect, it } from "vitest";
import { hasWinograd, winogradMatrices } from "../../../../../src/ir/ops/winograd/matrices.js";

const sizes = [2, 3, 4, 5].flatMap((outputs) => [2, 3, 4, 5].map((taps) => [outputs, taps] as const));
const existing = sizes.filter(([outputs, taps]) => hasWinograd(outputs, taps));

/** A double as a fraction over 2^200; NaN and what is finer fail. */
function scaled(value: number): bigint {
  const mantissa = value * 2 ** 60;
  if (!Number.isInteger(mantissa)) throw new RangeError(`${value} is no multiple of 2^-60`);
  return BigInt(mantissa) << 140n;
}

/** Σ over points of output · filter · input / divisor, as numerator and denominator. */
function identityAt(outputs: number, taps: number, [i, k, j]: readonly number[]): readonly [bigint, bigint] {
  const { output, filter, divisors, input } = winogradMatrices(outputs, taps);
  return output.reduce<readonly [bigint, bigint]>(
    ([numerator, denominator], row, p) => {
      const product = scaled(row[i]) * scaled(filter[p][k]) * scaled(input[p][j]);
      const divisor = scaled(divisors[p]) << 400n;
      return [numerator * divisor + product * denominator, denominator * divisor];
    },
    [0n, 1n],
  );
}

describe("winogradMatrices", () => {
  it("exist for two to five outputs and taps that make at most six points", () => {
    expect(existing.map(([outputs, taps]) => outputs + taps - 1)).toEqual([3, 4, 5, 6, 4, 5, 6, 5, 6, 6]);
    expect([hasWinograd(1, 3), hasWinograd(4, 1), hasWinograd(5, 3)]).toEqual([false, false, false]);
  });

  it.each(existing)("F(%i, %i): Σ over points A[p][i]·G[p][k]·B[p][j] = [j = i + k], exactly", (outputs, taps) => {
    for (let i = 0; i < outputs; i++)
      for (let k = 0; k < taps; k++)
        for (let j = 0; j < outputs + taps - 1; j++) {
          const [numerator, denominator] = identityAt(outputs, taps, [i, k, j]);
          expect(numerator).toBe(j === i + k ? denominator : 0n);
        }
  });

  it("F(2, 3) is the one of Lavin and Gray, up to signs", () => {
    expect(winogradMatrices(2, 3)).toEqual({
      output: [
        [1, 0],
        [1, 1],
        [1, -1],
        [0, 1],
      ],
      filter: [
        [1, 0, 0],
        [1, 1, 1],
        [1, -1, 1],
        [0, 0, 1],
      ],
      divisors: [-1, 2, 2, 1],
      input: [
        [-1, 0, 1, 0],
        [0, 1, 1, 0],
        [0, -1, 1, 0],
        [0, -1, 0, 1],
      ],
    });
  });
});
