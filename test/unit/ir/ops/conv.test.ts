/** conv: TensorFlow's definition, shapes, depthwise, and each constraint. */
import { describe, expect, it } from "vitest";
import { conv } from "../../../../src/ir/ops/conv.js";
import { tensor, tensorType } from "../../../../src/ir/types/tensor.js";
import { codesOf } from "../../../support/codes.js";
import { convOracle } from "../../../support/conv-oracle.js";
import { integerTensor } from "../../../support/integers.js";
import { evaluated, inferred, lowered, oneNodeGraph, onlyNode } from "../../../support/lowered.js";

const f32 = (...shape: number[]) => tensorType("f32", shape);
const plain = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ] as [number, number][],
  groups: 1,
};
const same = {
  ...plain,
  padding: [
    [1, 1],
    [1, 1],
  ] as [number, number][],
};

describe("conv", () => {
  it("is Σ input[b, s·i + di, s·j + dj, q] · filter[di, dj, q, k]", () => {
    const [x, w] = [integerTensor([2, 7, 8, 3], 1), integerTensor([3, 2, 3, 4], 2)];
    const attributes = { ...plain, strides: [2, 3] };
    expect(inferred(conv, [x, w], attributes)).toEqual([f32(2, 3, 3, 4)]);
    expect(evaluated(conv, [x, w], attributes)).toEqual([convOracle(x, w, attributes, [2, 3, 3, 4])]);
  });

  it("keeps the size with a 3x3 kernel and padding 1", () => {
    expect(inferred(conv, [f32(1, 56, 56, 64), f32(3, 3, 64, 64)], same)).toEqual([f32(1, 56, 56, 64)]);
  });

  it("sums a row of three", () => {
    const attributes = { strides: [1], dilations: [1], padding: [[1, 1]] as [number, number][], groups: 1 };
    const [y] = evaluated(
      conv,
      [tensor("f32", [1, 4, 1], [1, 2, 3, 4]), tensor("f32", [3, 1, 1], [1, 1, 1])],
      attributes,
    );
    expect([...y.data]).toEqual([3, 6, 9, 7]);
  });

  it("wraps sums of i32", () => {
    const attributes = { strides: [1], dilations: [1], padding: [[0, 0]] as [number, number][], groups: 1 };
    const operands = [tensor("i32", [1, 2, 1], [2 ** 30, 2 ** 30]), tensor("i32", [2, 1, 1], [3, 3])];
    expect([...evaluated(conv, operands, attributes)[0].data]).toEqual([-(2 ** 31)]);
    expect(lowered(conv, operands, attributes)).toEqual(evaluated(conv, operands, attributes));
  });

  it("depthwise has an axis of groups and no sum over channels", () => {
    const graph = oneNodeGraph(conv, [f32(1, 9, 9, 32), f32(3, 3, 1, 32)], { ...plain, groups: 32 });
    const node = onlyNode(graph, conv);
    const { lowering } = conv;
    if (lowering.kind !== "computations") throw new RangeError(lowering.kind);
    const [{ computation }] = lowering.lower(
      node.operands.map(({ type }) => type),
      node.attributes,
      node.results.map(({ type }) => type),
    );
    expect(computation.name).toBe("conv_7x7x32_o32_k3x3_s1_g32");
    expect(computation.axes.map(({ name, extent }) => [name, extent])).toEqual([
      ["n", 1],
      ["y0", 7],
      ["y1", 7],
      ["g", 32],
    ]);
    expect(computation.sums.map(({ name }) => name)).toEqual(["k0", "k1"]);
  });

  it("takes an empty batch", () => {
    const operands = [integerTensor([0, 4, 4, 2], 1), integerTensor([3, 3, 2, 2], 2)];
    expect(evaluated(conv, operands, plain)[0].shape).toEqual([0, 2, 2, 2]);
  });

  const refused: [label: string, operands: ReturnType<typeof f32>[], attributes: object][] = [
    ["conv/C1", [f32(1, 8, 8, 48), f32(3, 3, 64, 32)], plain],
    ["conv/C1", [f32(1, 8, 8, 48), f32(3, 3, 48, 32)], { ...plain, groups: 2 }],
    ["conv/C2", [f32(8, 48), f32(48, 32)], { ...plain, strides: [], dilations: [], padding: [] }],
    ["conv/C2", [f32(1, 0, 8, 48), f32(3, 3, 48, 32)], same],
    ["conv/C3", [f32(1, 8, 8, 48), f32(3, 48, 32)], plain],
    ["conv/C3", [f32(1, 8, 8, 48), f32(3, 0, 48, 32)], plain],
    ["conv/C4", [f32(1, 8, 8, 48), f32(3, 3, 48, 32)], { ...plain, strides: [1] }],
    ["conv/C5", [f32(1, 8, 8, 48), f32(3, 3, 16, 32)], { ...plain, groups: 3 }],
    ["conv/C6", [f32(1, 2, 8, 48), f32(3, 3, 48, 32)], plain],
    [
      "conv/C6",
      [f32(1, 8, 8, 48), f32(3, 3, 48, 32)],
      {
        ...plain,
        padding: [
          [-8, -8],
          [0, 0],
        ],
      },
    ],
    ["conv/C7", [f32(1, 8, 8, 48), tensorType("i32", [3, 3, 48, 32])], plain],
  ];
  it.each(refused)("refuses what breaks %s (case %#)", (label, operands, attributes) => {
    expect(codesOf(() => inferred(conv, operands, attributes))).toEqual([label]);
  });

  it("names channels, expected and found", () => {
    const build = () => inferred(conv, [f32(1, 8, 8, 48), f32(3, 3, 64, 32)], plain);
    expect(build).toThrow(
      /conv\/C1.*\n.*at.*\n.*to have 48 input channels\n.*found\s+64\n.*transposed convolutions take/,
    );
  });
});
