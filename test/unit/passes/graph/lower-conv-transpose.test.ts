/** lower-conv-transpose: text in → text out for each algorithm, what it says about its choice, and what it refuses. */
import { describe, expect, it } from "vitest";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { printGraph } from "../../../../src/ir/graph/print.js";
import type { Remark } from "../../../../src/passes/driver/pass.js";
import { foldConstants } from "../../../../src/passes/graph/fold-constants.js";
import {
  lowerConvTranspose,
  type LowerConvTransposeOptions,
} from "../../../../src/passes/graph/lower-conv-transpose.js";
import { noConvTranspose } from "../../../../src/passes/graph/properties.js";
import { codesOf } from "../../../support/codes.js";
import { passContext } from "../../../support/pass-context.js";
import { expectSameMeaning } from "../../../support/same-meaning.js";

const text = `graph "up" (%x: f32[1,4,2] "x", %w: f32[4,3,2] "w") -> (%y "y") {
  %y = conv_transpose(%x, %w) {strides = [2], dilations = [1], padding = [[1, 1]], output_padding = [0]} : f32[1,8,3]
}
`;

function after(options: LowerConvTransposeOptions): string {
  const graph = parseGraph(text);
  const lowered = lowerConvTranspose(options).run(graph, passContext);
  expectSameMeaning(graph, lowered);
  expect(noConvTranspose.violation(lowered)).toBeUndefined();
  expect(lowerConvTranspose(options).run(lowered, passContext)).toBe(lowered);
  return printGraph(lowered, { locations: false });
}

describe("lower-conv-transpose", () => {
  it("by phases: one padded input, a slice of it and every other tap for each phase, interleaved", () => {
    expect(after({})).toMatchInlineSnapshot(`
      "graph "up" (%x: f32[1,4,2] "x", %w: f32[4,3,2] "w") -> (%y "y") {
        %y.pad = pad(%x) {padding = [[0, 0], [1, 1], [0, 0]]} : f32[1,6,2]
        %y.transpose = transpose(%w) {permutation = [0, 2, 1]} : f32[4,2,3]
        %y.slice = slice(%y.pad) {starts = [0, 0, 0], sizes = [1, 5, 2], steps = [1, 1, 1]} : f32[1,5,2]
        %y.slice.1 = slice(%y.transpose) {starts = [3, 0, 0], sizes = [2, 2, 3], steps = [-2, 1, 1]} : f32[2,2,3]
        %y.conv = conv(%y.slice, %y.slice.1) {strides = [1], dilations = [1], padding = [[0, 0]]} : f32[1,4,3]
        %y.slice.2 = slice(%y.pad) {starts = [0, 1, 0], sizes = [1, 5, 2], steps = [1, 1, 1]} : f32[1,5,2]
        %y.slice.3 = slice(%y.transpose) {starts = [2, 0, 0], sizes = [2, 2, 3], steps = [-2, 1, 1]} : f32[2,2,3]
        %y.conv.1 = conv(%y.slice.2, %y.slice.3) {strides = [1], dilations = [1], padding = [[0, 0]]} : f32[1,4,3]
        %y = interleave(%y.conv, %y.conv.1) {strides = [1, 2, 1], shape = [1, 8, 3]} : f32[1,8,3]
      }
      "
    `);
  });

  it("through zero insertion: a dilated input and the filter turned round", () => {
    expect(after({ algorithm: "zero-insertion" })).toMatchInlineSnapshot(`
      "graph "up" (%x: f32[1,4,2] "x", %w: f32[4,3,2] "w") -> (%y "y") {
        %y.dilate = dilate(%x) {strides = [1, 2, 1]} : f32[1,7,2]
        %y.transpose = transpose(%w) {permutation = [0, 2, 1]} : f32[4,2,3]
        %y.slice = slice(%y.transpose) {starts = [3, 0, 0], sizes = [4, 2, 3], steps = [-1, 1, 1]} : f32[4,2,3]
        %y = conv(%y.dilate, %y.slice) {strides = [1], dilations = [1], padding = [[2, 2]]} : f32[1,8,3]
      }
      "
    `);
  });

  it("leaves data for every phase where the filter is constant", () => {
    const constant = text
      .replace(', %w: f32[4,3,2] "w"', "")
      .replace(
        "{\n",
        "{\n  %w = constant {value = f32[4,3,2]{" +
          Array.from({ length: 24 }, (_, i) => i).join(", ") +
          "}} : f32[4,3,2]\n",
      );
    const graph = parseGraph(constant);
    const lowered = [lowerConvTranspose(), foldConstants].reduce((ir, pass) => pass.run(ir, passContext), graph);
    expectSameMeaning(graph, lowered);
    const ops = lowered.nodes.map(({ op }) => op.name);
    expect(ops.filter((name) => name !== "constant")).toEqual(["pad", "slice", "conv", "slice", "conv", "interleave"]);
  });

  it("says which algorithm it took and what the others would cost", () => {
    const remarks: Remark[] = [];
    lowerConvTranspose().run(parseGraph(text), { ...passContext, remark: (remark) => remarks.push(remark) });
    expect(remarks.map(({ text }) => text)).toEqual([
      "conv_transpose %y by phases: multiply-adds: phases 96, zero-insertion 192",
    ]);
  });

  it("refuses phases by the thousand where they were asked for, and inserts zeros where not", () => {
    const many = `graph "up" (%x: f32[1,2,2,1] "x", %w: f32[1,1,1,1] "w") -> (%y "y") {
  %y = conv_transpose(%x, %w) {strides = [64, 64], dilations = [1, 1], padding = [[0, 0], [0, 0]], output_padding = [0, 0]} : f32[1,65,65,1]
}
`;
    const graph = parseGraph(many);
    expect(codesOf(() => lowerConvTranspose({ algorithm: "phases" }).run(graph, passContext))).toEqual([
      "graph/algorithm",
    ]);
    const ops = lowerConvTranspose()
      .run(graph, passContext)
      .nodes.map(({ op }) => op.name);
    expect(ops).toEqual(["dilate", "transpose", "conv"]);
  });
});
