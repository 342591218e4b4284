/** tapsInside = the taps whose position lies in the input, one by one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tapsInside } from "../../../../src/ir/geometry/clipped-window.js";

const size = fc.integer({ min: 1, max: 7 });

describe("tapsInside", () => {
  it("drops taps in the padding at both ends", () => {
    const window = { kernel: 3, stride: 2, dilation: 1 };
    expect([0, 1, 2].map((position) => tapsInside(position, 4, window, 1))).toEqual([
      { first: 1, end: 3 },
      { first: 0, end: 3 },
      { first: 0, end: 1 },
    ]);
  });

  it("is what asking each tap gives", () => {
    const window = fc.record({ kernel: size, stride: size, dilation: size });
    const property = fc.property(
      fc.nat(9),
      size,
      window,
      fc.integer({ min: -9, max: 9 }),
      (position, input, given, low) => {
        const { first, end } = tapsInside(position, input, given, low);
        const inside = Array.from({ length: given.kernel }, (_, tap) => tap).filter((tap) => {
          const at = given.stride * position + given.dilation * tap - low;
          return at >= 0 && at < input;
        });
        expect(Array.from({ length: end - first }, (_, i) => first + i)).toEqual(inside);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
