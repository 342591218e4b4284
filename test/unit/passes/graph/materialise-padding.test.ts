/** materialise-padding: text in → text out. */
import { describe, expect, it } from "vitest";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { printGraph } from "../../../../src/ir/graph/print.js";
import { materialisePadding } from "../../../../src/passes/graph/materialise-padding.js";
import { paddingMaterialised } from "../../../../src/passes/graph/properties.js";
import { passContext } from "../../../support/pass-context.js";
import { expectSameMeaning } from "../../../support/same-meaning.js";

function after(text: string): string {
  const graph = parseGraph(text);
  const padded = materialisePadding.run(graph, passContext);
  expectSameMeaning(graph, padded);
  expect(paddingMaterialised.violation(padded)).toBeUndefined();
  expect(materialisePadding.run(padded, passContext)).toBe(padded);
  return printGraph(padded, { locations: false });
}

describe("materialise-padding", () => {
  it("pads a convolution with zeros", () => {
    const text = `graph "g" (%x: f32[1,4,2] "x", %w: f32[3,2,3] "w") -> (%y "y") {
  %y = conv(%x, %w) {strides = [1], dilations = [1], padding = [[1, 2]]} : f32[1,5,3]
}`;
    expect(after(text)).toMatchInlineSnapshot(`
      "graph "g" (%x: f32[1,4,2] "x", %w: f32[3,2,3] "w") -> (%y "y") {
        %y.pad = pad(%x) {padding = [[0, 0], [1, 2], [0, 0]]} : f32[1,7,2]
        %y = conv(%y.pad, %w) {strides = [1], dilations = [1], padding = [[0, 0]]} : f32[1,5,3]
      }
      "
    `);
  });

  it("pads a maximum with the least value, and crops where padding is negative", () => {
    const text = `graph "g" (%x: i32[1,4,2] "x") -> (%y "y") {
  %y = max_pool(%x) {kernel = [3], strides = [1], dilations = [1], padding = [[-1, 2]]} : i32[1,3,2]
}`;
    expect(after(text)).toMatchInlineSnapshot(`
      "graph "g" (%x: i32[1,4,2] "x") -> (%y "y") {
        %y.slice = slice(%x) {starts = [0, 1, 0], sizes = [1, 3, 2], steps = [1, 1, 1]} : i32[1,3,2]
        %y.pad = pad(%y.slice) {padding = [[0, 0], [0, 2], [0, 0]], value = -2147483648} : i32[1,5,2]
        %y = max_pool(%y.pad) {kernel = [3], strides = [1], dilations = [1], padding = [[0, 0]]} : i32[1,3,2]
      }
      "
    `);
  });

  it("makes a crop of a negative pad", () => {
    const text = `graph "g" (%x: f32[4] "x") -> (%y "y") {
  %y = pad(%x) {padding = [[-1, 2]], value = 5} : f32[5]
}`;
    expect(after(text)).toMatchInlineSnapshot(`
      "graph "g" (%x: f32[4] "x") -> (%y "y") {
        %y.slice = slice(%x) {starts = [1], sizes = [3], steps = [1]} : f32[3]
        %y = pad(%y.slice) {padding = [[0, 2]], value = 5} : f32[5]
      }
      "
    `);
  });

  it("leaves what does not pad alone, and kernels that see to it themselves", () => {
    const text = `graph "g" (%x: f32[1,4,2] "x") -> (%y "y", %i "i") {
  %a = max_pool(%x) {kernel = [1], strides = [1], dilations = [1], padding = [[0, 0]]} : f32[1,4,2]
  %y, %i = max_pool_with_argmax(%a) {kernel = [2], strides = [2], dilations = [1], padding = [[1, 1]], index_convention = "onnx"} : f32[1,3,2], i32[1,3,2]
}`;
    const graph = parseGraph(text);
    expect(materialisePadding.run(graph, passContext)).toBe(graph);
    expect(paddingMaterialised.violation(graph)).toBeUndefined();
  });
});
