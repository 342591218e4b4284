/** interleave: phases side by side. */
import { describe, expect, it } from "vitest";
import { interleave } from "../../../../src/ir/ops/interleave.js";
import { tensor, tensorType } from "../../../../src/ir/types/tensor.js";
import { codesOf } from "../../../support/codes.js";
import { evaluated, inferred, lowered } from "../../../support/lowered.js";

const f32 = (...shape: number[]) => tensorType("f32", shape);

describe("interleave", () => {
  it("puts element j of phase p at p + stride · j", () => {
    const phases = [tensor("f32", [3], [0, 2, 4]), tensor("f32", [2], [1, 3])];
    expect(evaluated(interleave, phases, { strides: [2], shape: [5] })).toEqual([tensor("f32", [5], [0, 1, 2, 3, 4])]);
  });

  it("takes phases in row-major order, and only those that have elements", () => {
    const phases = [0, 1, 2, 3].map((value) => tensor("f32", [1, 1], [value]));
    const attributes = { strides: [2, 3], shape: [2, 2] };
    expect(evaluated(interleave, phases, attributes)).toEqual([tensor("f32", [2, 2], [0, 1, 2, 3])]);
  });

  it("holds 0 where a phase is absent", () => {
    const attributes = { strides: [3], shape: [5], absent: [1] };
    const phases = [tensor("f32", [2], [1, 2]), tensor("f32", [1], [3])];
    const expected = tensor("f32", [5], [1, 0, 3, 2, 0]);
    expect(evaluated(interleave, phases, attributes)).toEqual([expected]);
    expect(lowered(interleave, phases, attributes)).toEqual([expected]);
  });

  it("of an empty dimension has one empty phase", () => {
    expect(inferred(interleave, [f32(0, 2), f32(0, 1)], { strides: [1, 2], shape: [0, 3] })).toEqual([f32(0, 3)]);
    expect(inferred(interleave, [f32(0)], { strides: [2], shape: [0] })).toEqual([f32(0)]);
  });

  const refused: [label: string, phases: ReturnType<typeof f32>[], attributes: object][] = [
    ["interleave/C1", [f32(2)], { strides: [1, 1], shape: [2] }],
    ["interleave/C2", [f32(2)], { strides: [2], shape: [4] }],
    ["interleave/C2", [], { strides: [2], shape: [4], absent: [0, 1] }],
    ["interleave/C4", [f32(2)], { strides: [2], shape: [4], absent: [2] }],
    ["interleave/C4", [f32(2)], { strides: [3], shape: [4], absent: [2, 1] }],
    ["interleave/C3", [f32(2), f32(2)], { strides: [2], shape: [3] }],
    ["interleave/C3", [f32(2), tensorType("i32", [2])], { strides: [2], shape: [4] }],
  ];
  it.each(refused)("refuses what breaks %s (case %#)", (label, phases, attributes) => {
    expect(codesOf(() => inferred(interleave, phases, attributes))).toEqual([label]);
  });
});
