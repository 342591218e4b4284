/** pad: the three modes, cropping, and each constraint. */
import { describe, expect, it } from "vitest";
import { pad } from "../../../../src/ir/ops/pad.js";
import { tensor, tensorType } from "../../../../src/ir/types/tensor.js";
import { codesOf } from "../../../support/codes.js";
import { evaluated, inferred, lowered } from "../../../support/lowered.js";

const row = tensor("f32", [3], [1, 2, 3]);
const pairs = (...padding: [number, number][]) => padding;

describe("pad", () => {
  it.each([
    ["constant", [9, 9, 1, 2, 3, 9]],
    ["edge", [1, 1, 1, 2, 3, 3]],
    ["reflect", [3, 2, 1, 2, 3, 2]],
  ] as const)("%s", (mode, expected) => {
    const attributes = { padding: pairs([2, 1]), mode, value: 9 };
    expect([...evaluated(pad, [row], attributes)[0].data]).toEqual(expected);
    expect([...lowered(pad, [row], attributes)[0].data]).toEqual(expected);
  });

  it("crops where padding is negative", () => {
    expect([...evaluated(pad, [row], { padding: pairs([-1, 2]) })[0].data]).toEqual([2, 3, 0, 0]);
    expect([...evaluated(pad, [row], { padding: pairs([-5, 4]), value: 8 })[0].data]).toEqual([8, 8]);
  });

  it("reflects further than the input is long by turning round again", () => {
    const attributes = { padding: pairs([5, 0]), mode: "reflect" as const };
    expect([...evaluated(pad, [row], attributes)[0].data]).toEqual([2, 1, 2, 3, 2, 1, 2, 3]);
    expect([...lowered(pad, [row], attributes)[0].data]).toEqual([2, 1, 2, 3, 2, 1, 2, 3]);
  });

  it("borders of a bool and an i32 hold the value", () => {
    const bools = tensor("bool", [1], [0]);
    expect([...evaluated(pad, [bools], { padding: pairs([1, 1]), value: 1 })[0].data]).toEqual([1, 0, 1]);
    const ints = tensor("i32", [1], [5]);
    expect([...evaluated(pad, [ints], { padding: pairs([1, 0]), value: -(2 ** 31) })[0].data]).toEqual([-(2 ** 31), 5]);
  });

  const refused: [label: string, type: ReturnType<typeof tensorType>, attributes: object][] = [
    ["pad/C1", tensorType("f32", [2, 3]), { padding: pairs([1, 1]) }],
    ["pad/C2", tensorType("f32", [3]), { padding: pairs([-2, -2]) }],
    ["pad/C3", tensorType("f32", [0]), { padding: pairs([1, 0]), mode: "edge" }],
    ["pad/C4", tensorType("i32", [3]), { padding: pairs([1, 0]), value: 0.5 }],
    ["pad/C4", tensorType("bool", [3]), { padding: pairs([1, 0]), value: 2 }],
  ];
  it.each(refused)("refuses what breaks %s (case %#)", (label, type, attributes) => {
    expect(codesOf(() => inferred(pad, [type], attributes))).toEqual([label]);
  });
});
