/** resize: evaluate = the formulas in floating point = its computations. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resize } from "../../src/ir/ops/resize.js";
import { numbers } from "../../src/ir/types/tensor.js";
import { arbitraryResize } from "../support/arbitrary-resize.js";
import { integerTensor } from "../support/integers.js";
import { evaluated, lowered } from "../support/lowered.js";
import { resizeOracle } from "../support/resize-oracle.js";

describe("resize", () => {
  it("evaluate = the formulas", () => {
    const property = fc.property(arbitraryResize, ({ shape, attributes, seed }) => {
      const x = integerTensor(shape, seed);
      const [y] = evaluated(resize, [x], attributes);
      const expected = resizeOracle([...numbers(x)], shape, attributes);
      [...numbers(y)].forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4));
    });
    fc.assert(property, { numRuns: 400 });
  });

  it("evaluate = its computations", () => {
    const property = fc.property(arbitraryResize, ({ shape, attributes, seed }) => {
      const x = integerTensor(shape, seed);
      const [expected] = evaluated(resize, [x], attributes);
      const [found] = lowered(resize, [x], attributes);
      const differences = [...numbers(found)].map((value, i) => Math.abs(value - numbers(expected)[i]));
      expect(Math.max(...differences)).toBeLessThanOrEqual(attributes.mode === "nearest" ? 0 : 1e-6);
    });
    fc.assert(property, { numRuns: 400 });
  });
});
