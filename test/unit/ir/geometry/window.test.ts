import { describe, expect, test } from "vitest";
import {
  convOutputSize,
  convTransposeOutputSize,
  effectiveKernel,
  fullTransposeSize,
  legalOutputSizes,
  poolOutputSize,
  reachedHighPadding,
} from "../../../../src/ir/geometry/window.js";
import { codesOf } from "../../../support/codes.js";

describe("sizes", () => {
  test("effective kernel", () => {
    expect(effectiveKernel(3, 1)).toBe(3);
    expect(effectiveKernel(3, 4)).toBe(9);
    expect(effectiveKernel(1, 9)).toBe(1);
  });

  test("convolution", () => {
    expect(convOutputSize(7, 3, 2, 1, [1, 1])).toBe(4);
    expect(convOutputSize(7, 3, 2, 2, [0, 0])).toBe(2);
    expect(convOutputSize(7, 3, 1, 1, [-1, -2])).toBe(2);
  });

  test("a convolution whose window does not fit has no output", () => {
    expect(convOutputSize(1, 3, 1, 1, [0, 0])).toBe(0);
    expect(convOutputSize(2, 3, 4, 1, [0, 0])).toBe(0);
  });

  test("pooling that rounds up, and the window that would start in the padding", () => {
    expect(poolOutputSize(4, 3, 2, 1, [0, 0], false)).toBe(1);
    expect(poolOutputSize(4, 3, 2, 1, [0, 0], true)).toBe(2);
    expect(poolOutputSize(3, 1, 3, 1, [0, 0], true)).toBe(1);
    expect(poolOutputSize(2, 3, 2, 1, [0, 0], true)).toBe(1);
    expect(reachedHighPadding(4, 2, { kernel: 3, stride: 2, dilation: 1 }, 0)).toBe(1);
  });

  test("transposed convolution", () => {
    expect(fullTransposeSize(16, 4, 2, 1)).toBe(34);
    expect(convTransposeOutputSize(16, 4, 2, 1, [1, 1], 0)).toBe(32);
    expect(convTransposeOutputSize(2, 2, 2, 1, [2, 2], 0)).toBe(0);
    expect(convTransposeOutputSize(3, 3, 2, 1, [-1, 0], 1)).toBe(9);
  });

  test("legal outputs are as many as the stride", () => {
    expect(legalOutputSizes(40, { kernel: 4, stride: 2, dilation: 1 }, [0, 0])).toEqual({ min: 82, max: 83 });
    expect(legalOutputSizes(64, { kernel: 4, stride: 4, dilation: 1 }, [0, 0])).toEqual({ min: 256, max: 259 });
  });
});

describe("sizes that are none", () => {
  const wrong = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e30, 2 ** 31];

  test.each(wrong)("%s is refused as input, kernel, stride and dilation", (value) => {
    for (const place of [0, 1, 2, 3]) {
      const [input, kernel, stride, dilation] = [4, 3, 2, 1].map((usual, i) => (i === place ? value : usual));
      expect(codesOf(() => convOutputSize(input, kernel, stride, dilation, [0, 0]))).toEqual(["geometry/size"]);
      expect(codesOf(() => convTransposeOutputSize(input, kernel, stride, dilation, [0, 0], 0))).toEqual([
        "geometry/size",
      ]);
    }
  });

  test("padding and output padding are whole numbers", () => {
    expect(codesOf(() => convOutputSize(4, 3, 1, 1, [0.5, 0]))).toEqual(["geometry/size"]);
    expect(codesOf(() => convTransposeOutputSize(4, 3, 1, 1, [0, Number.NaN], 0))).toEqual(["geometry/size"]);
    expect(codesOf(() => convTransposeOutputSize(4, 3, 1, 1, [0, 0], -1))).toEqual(["geometry/size"]);
  });

  test("a product beyond exact numbers is refused", () => {
    expect(codesOf(() => fullTransposeSize(2 ** 31 - 1, 1, 2 ** 31 - 1, 1))).toEqual(["geometry/overflow"]);
  });
});
