/** dilate: zeros between elements. */
import { describe, expect, it } from "vitest";
import { dilate } from "../../../../src/ir/ops/dilate.js";
import { tensor, tensorType } from "../../../../src/ir/types/tensor.js";
import { codesOf } from "../../../support/codes.js";
import { evaluated, inferred } from "../../../support/lowered.js";

describe("dilate", () => {
  it("inserts stride − 1 zeros between elements, none after the last", () => {
    const [y] = evaluated(dilate, [tensor("f32", [2, 3], [1, 2, 3, 4, 5, 6])], { strides: [2, 3] });
    expect(y).toEqual(tensor("f32", [3, 7], [1, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 5, 0, 0, 6]));
  });

  it("leaves an empty dimension empty", () => {
    expect(inferred(dilate, [tensorType("f32", [0, 2])], { strides: [3, 3] })).toEqual([tensorType("f32", [0, 4])]);
  });

  it("refuses what breaks dilate/C1", () => {
    expect(codesOf(() => inferred(dilate, [tensorType("f32", [2, 3])], { strides: [2] }))).toEqual(["dilate/C1"]);
  });
});
