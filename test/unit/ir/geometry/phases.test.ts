import { describe, expect, test } from "vitest";
import { overlapCounts, phaseConv, transposePhases } from "../../../../src/ir/geometry/phases.js";

const window = (kernel: number, stride: number, dilation = 1) => ({ kernel, stride, dilation });

describe("phases", () => {
  test("kernel 3, stride 2, one cropped at each end: 7 outputs", () => {
    expect(transposePhases(window(3, 2), 1, 7)).toEqual([
      { phase: 0, firstOutput: 0, outputCount: 4, taps: [{ tap: 1, inputOffset: 0 }] },
      {
        phase: 1,
        firstOutput: 1,
        outputCount: 3,
        taps: [
          { tap: 2, inputOffset: 0 },
          { tap: 0, inputOffset: 1 },
        ],
      },
    ]);
  });

  test("a kernel below the stride leaves phases without taps", () => {
    expect(transposePhases(window(1, 3), 0, 15).map(({ taps }) => taps.length)).toEqual([1, 0, 0]);
  });

  test("dilation that shares a factor with the stride: taps repeat with period stride / gcd", () => {
    expect(transposePhases(window(3, 2, 2), 0, 4).map(({ taps }) => taps.map(({ tap }) => tap))).toEqual([
      [2, 1, 0],
      [],
    ]);
    expect(transposePhases(window(4, 2, 3), 0, 4).map(({ taps }) => taps.map(({ tap }) => tap))).toEqual([
      [2, 0],
      [3, 1],
    ]);
  });

  test("only phases with outputs", () => {
    expect(transposePhases(window(3, 5), 0, 2)).toHaveLength(2);
    expect(transposePhases(window(3, 5), 0, 0)).toEqual([]);
  });

  test("as stride-one convolutions", () => {
    const [even, odd] = transposePhases(window(3, 2), 1, 7);
    expect(phaseConv(even, 4)).toEqual({ kernel: 1, dilation: 1, padding: [0, 0] });
    expect(phaseConv(odd, 4)).toEqual({ kernel: 2, dilation: 1, padding: [0, 0] });
    expect(phaseConv(transposePhases(window(1, 3), 0, 3)[1], 1)).toBeUndefined();
  });
});

describe("overlap", () => {
  test("is uneven unless the kernel is a multiple of the stride", () => {
    expect(overlapCounts(window(3, 2))).toEqual([2, 1]);
    expect(overlapCounts(window(3, 2), 1)).toEqual([1, 2]);
    expect(overlapCounts(window(4, 2))).toEqual([2, 2]);
    expect(overlapCounts(window(2, 2))).toEqual([1, 1]);
    expect(overlapCounts(window(2, 3))).toEqual([1, 1, 0]);
  });
});
