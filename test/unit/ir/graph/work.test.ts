/** Work of a node: multiply-adds of convolutions, padded or not, and of ops that sum nothing. */
import { describe, expect, it } from "vitest";
import { multiplyAdds } from "../../../../src/ir/graph/work.js";
import { convTranspose } from "../../../../src/ir/ops/conv-transpose.js";
import { conv } from "../../../../src/ir/ops/conv.js";
import { pad } from "../../../../src/ir/ops/pad.js";
import { tensorType } from "../../../../src/ir/types/tensor.js";
import { oneNodeGraph } from "../../../support/lowered.js";

const f32 = (...shape: number[]) => tensorType("f32", shape);
const windows = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: [
    [1, 1],
    [1, 1],
  ] as [number, number][],
};

describe("multiplyAdds", () => {
  it("counts what a padded convolution sums: field.md's first layer", () => {
    const graph = oneNodeGraph(conv, [f32(1, 56, 56, 64), f32(3, 3, 64, 64)], windows);
    expect(multiplyAdds(graph.nodes[0])).toBe(56 * 56 * 64 * 9 * 64);
  });

  it("counts one group's channels for each output of a grouped one", () => {
    const graph = oneNodeGraph(conv, [f32(1, 8, 8, 32), f32(3, 3, 1, 32)], { ...windows, groups: 32 });
    expect(multiplyAdds(graph.nodes[0])).toBe(8 * 8 * 32 * 9);
  });

  it("counts a transposed convolution by phases", () => {
    const attributes = { ...windows, strides: [2, 2], output_padding: [0, 0] };
    const graph = oneNodeGraph(convTranspose, [f32(1, 16, 16, 8), f32(4, 4, 4, 8)], attributes);
    expect(multiplyAdds(graph.nodes[0])).toBe(32 * 32 * 4 * 4 * 8);
  });

  it("is 0 for what sums nothing", () => {
    const graph = oneNodeGraph(pad, [f32(3)], { padding: [[1, 1]] });
    expect(multiplyAdds(graph.nodes[0])).toBe(0);
  });
});
