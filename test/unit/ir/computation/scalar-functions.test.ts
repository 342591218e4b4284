import { describe, expect, test } from "vitest";
import { errorFunction } from "../../../../src/ir/computation/error-function.js";
import { unaryFunctions } from "../../../../src/ir/computation/scalar-functions.js";

describe("the error function", () => {
  /** From glibc's erf by way of Python's math.erf. */
  const table: readonly (readonly [number, number])[] = [
    [1e-9, 1.1283791670955127e-9],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [0.84, 0.7651427114549946],
    [0.85, 0.7706680576083526],
    [1, 0.8427007929497149],
    [1.2, 0.9103139782296353],
    [1.3, 0.9340079449406524],
    [2, 0.9953222650189527],
    [2.8, 0.9999249868053346],
    [2.9, 0.9999589021219005],
    [3, 0.9999779095030014],
    [5, 0.9999999999984626],
    [5.9, 0.9999999999999999],
    [6, 1],
    [Infinity, 1],
  ];

  test.each(table)("at %d", (x, expected) => {
    expect(Math.abs(errorFunction(x) - expected)).toBeLessThanOrEqual(2 ** -52 * expected);
    expect(errorFunction(-x)).toBe(-errorFunction(x));
  });

  test("keeps NaN and the sign of zero", () => {
    expect([NaN, 0, -0].map(errorFunction)).toEqual([NaN, 0, -0]);
  });

  test("its derivative is 2/√π exp(−x²)", () => {
    for (let x = -6; x <= 6; x += 1 / 64) {
      const slope = (errorFunction(x + 2 ** -17) - errorFunction(x - 2 ** -17)) * 2 ** 16;
      expect(slope).toBeCloseTo((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), 8);
    }
  });
});

test("halves round to even, and zeros keep their sign", () => {
  const operands = [
    0.5,
    1.5,
    2.5,
    -0.5,
    -1.5,
    -2.5,
    0.49999999999999994,
    -0.2,
    2 ** 52 + 0.5,
    4503599627370497,
    NaN,
    Infinity,
  ];
  const expected = [0, 2, 2, -0, -2, -2, 0, -0, 2 ** 52, 4503599627370497, NaN, Infinity];
  expect(operands.map(unaryFunctions.round_even)).toEqual(expected);
});
