/** split-borders, as materialise-padding does it: text in → text out. */
import { describe, expect, it } from "vitest";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { printGraph } from "../../../../src/ir/graph/print.js";
import { materialisePadding } from "../../../../src/passes/graph/materialise-padding.js";
import { paddingMaterialised } from "../../../../src/passes/graph/properties.js";
import { passContext } from "../../../support/pass-context.js";
import { expectSameMeaning } from "../../../support/same-meaning.js";

function after(text: string): string {
  const graph = parseGraph(text);
  const split = materialisePadding.run(graph, passContext);
  expectSameMeaning(graph, split);
  expect(paddingMaterialised.violation(split)).toBeUndefined();
  expect(materialisePadding.run(split, passContext)).toBe(split);
  return printGraph(split, { locations: false });
}

const convolution = (input: string, filter: string, attributes: string, result: string) =>
  `graph "g" (%x: f32[${input}] "x", %w: f32[${filter}] "w") -> (%y "y") {
  %y = conv(%x, %w) {${attributes}} : f32[${result}]
}`;

describe("windows over the ends of a large input", () => {
  it("are computed on the taps inside, the others on the input as it is", () => {
    const text = convolution(
      "1,70000,2",
      "3,1,2",
      "strides = [1], dilations = [1], padding = [[1, 1]], groups = 2",
      "1,70000,2",
    );
    expect(after(text)).toMatchInlineSnapshot(`
      "graph "g" (%x: f32[1,70000,2] "x", %w: f32[3,1,2] "w") -> (%y "y") {
        %y.slice = slice(%x) {starts = [0, 0, 0], sizes = [1, 2, 2], steps = [1, 1, 1]} : f32[1,2,2]
        %y.slice.1 = slice(%w) {starts = [1, 0, 0], sizes = [2, 1, 2], steps = [1, 1, 1]} : f32[2,1,2]
        %y.conv = conv(%y.slice, %y.slice.1) {strides = [1], dilations = [1], padding = [[0, 0]], groups = 2} : f32[1,1,2]
        %y.conv.1 = conv(%x, %w) {strides = [1], dilations = [1], padding = [[0, 0]], groups = 2} : f32[1,69998,2]
        %y.slice.2 = slice(%x) {starts = [0, 69998, 0], sizes = [1, 2, 2], steps = [1, 1, 1]} : f32[1,2,2]
        %y.slice.3 = slice(%w) {starts = [0, 0, 0], sizes = [2, 1, 2], steps = [1, 1, 1]} : f32[2,1,2]
        %y.conv.2 = conv(%y.slice.2, %y.slice.3) {strides = [1], dilations = [1], padding = [[0, 0]], groups = 2} : f32[1,1,2]
        %y = concat(%y.conv, %y.conv.1, %y.conv.2) {axis = 1} : f32[1,70000,2]
      }
      "
    `);
  });

  it("are at one end where only that is padded, and have runs of equal taps with a stride", () => {
    const text = convolution("1,140001,1", "7,1,1", "strides = [2], dilations = [1], padding = [[0, 5]]", "1,70000,1");
    expect(after(text)).toMatchInlineSnapshot(`
      "graph "g" (%x: f32[1,140001,1] "x", %w: f32[7,1,1] "w") -> (%y "y") {
        %y.conv = conv(%x, %w) {strides = [2], dilations = [1], padding = [[0, 0]]} : f32[1,69998,1]
        %y.slice = slice(%x) {starts = [0, 139996, 0], sizes = [1, 5, 1], steps = [1, 1, 1]} : f32[1,5,1]
        %y.slice.1 = slice(%w) {starts = [0, 0, 0], sizes = [5, 1, 1], steps = [1, 1, 1]} : f32[5,1,1]
        %y.conv.1 = conv(%y.slice, %y.slice.1) {strides = [2], dilations = [1], padding = [[0, 0]]} : f32[1,1,1]
        %y.slice.2 = slice(%x) {starts = [0, 139998, 0], sizes = [1, 3, 1], steps = [1, 1, 1]} : f32[1,3,1]
        %y.slice.3 = slice(%w) {starts = [0, 0, 0], sizes = [3, 1, 1], steps = [1, 1, 1]} : f32[3,1,1]
        %y.conv.2 = conv(%y.slice.2, %y.slice.3) {strides = [2], dilations = [1], padding = [[0, 0]]} : f32[1,1,1]
        %y = concat(%y.conv, %y.conv.1, %y.conv.2) {axis = 1} : f32[1,70000,1]
      }
      "
    `);
  });

  it("are rows, columns and corners of an image, of maxima too", () => {
    const text = `graph "g" (%x: f32[1,260,510,1] "x") -> (%y "y") {
  %y = max_pool(%x) {kernel = [3, 2], strides = [2, 2], dilations = [1, 1], padding = [[1, 0], [1, 1]]} : f32[1,130,256,1]
}`;
    const split = after(text);
    expect(split.match(/max_pool\(/g)).toHaveLength(6);
    expect(split.match(/concat\(/g)).toHaveLength(3);
    expect(split).not.toContain("pad(");
  });

  it("sum in pools as in convolutions", () => {
    const text = `graph "g" (%x: f32[1,70000,2] "x") -> (%y "y") {
  %y = sum_pool(%x) {kernel = [5], strides = [1], dilations = [2], padding = [[4, 4]]} : f32[1,70000,2]
}`;
    expect(after(text).match(/sum_pool\(/g)).toHaveLength(5);
  });

  it.each([
    ["the input is small", "1,60000,2", "3,1,2", "strides = [1], dilations = [1], padding = [[1, 1]], groups = 2"],
    ["much is done with it", "1,70000,2", "3,2,20", "strides = [1], dilations = [1], padding = [[1, 1]]"],
    ["rows are short", "3600,20,2", "3,1,2", "strides = [1], dilations = [1], padding = [[1, 1]], groups = 2"],
    [
      "a window has no tap inside",
      "1,70000,2",
      "1,1,2",
      "strides = [1], dilations = [1], padding = [[1, 1]], groups = 2",
    ],
  ])("are padded where %s", (_, input, filter, attributes) => {
    const [batch, size = 0] = input.split(",").map(Number);
    const channels = filter.split(",").at(-1) ?? "";
    const length = filter.startsWith("1,") ? size + 2 : size;
    const text = convolution(input, filter, attributes, `${batch},${length},${channels}`);
    expect(printGraph(materialisePadding.run(parseGraph(text), passContext), { locations: false })).toContain(
      "pad(%x)",
    );
  });

  it("are padded where a node makes what they read: it can write into the middle of a padded buffer", () => {
    const text = `graph "g" (%x: f32[1,70000,2] "x", %w: f32[3,1,2] "w") -> (%y "y") {
  %r = relu(%x) : f32[1,70000,2]
  %y = conv(%r, %w) {strides = [1], dilations = [1], padding = [[1, 1]], groups = 2} : f32[1,70000,2]
}`;
    expect(after(text)).toContain("pad(%r)");
  });
});
