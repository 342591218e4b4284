/** lower-conv: text in → text out, what it takes and what it leaves, and what it says. */
import { describe, expect, it } from "vitest";
import { wasmTarget } from "../../../../src/codegen/wasm/target.js";
import { isOp, type Graph } from "../../../../src/ir/graph/graph.js";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { printGraph } from "../../../../src/ir/graph/print.js";
import { conv, type ConvAttributes } from "../../../../src/ir/ops/conv.js";
import { concat } from "../../../../src/ir/ops/concat.js";
import { amplification, boundOverDirect, roundings } from "../../../../src/ir/ops/winograd/error-bound.js";
import type { Shape } from "../../../../src/ir/types/shape.js";
import { lowerConv, type WinogradChoice } from "../../../../src/passes/graph/lower-conv.js";
import { integerTensor } from "../../../support/integers.js";
import { passContext } from "../../../support/pass-context.js";
import { expectSameMeaning } from "../../../support/same-meaning.js";

const text = `graph "edges" (%x: f32[1,5,1] "x") -> (%y "y") {
  %w = constant {value = f32[3,1,1]{1, 2, 4}, label = "w"} : f32[3,1,1]
  %y = conv(%x, %w) {strides = [1], dilations = [1], padding = [[1, 1]], groups = 1} : f32[1,5,1]
}
`;

function layer(input: Shape, filter: Shape, attributes: Partial<ConvAttributes> = {}, constant = true): Graph {
  const builder = new GraphBuilder("layer");
  const rank = input.length - 2;
  const ones = Array.from({ length: rank }, () => 1);
  const x = builder.input("x", { elementType: "f32", shape: input });
  const w = constant
    ? builder.constant(integerTensor(filter, 1))
    : builder.input("w", { elementType: "f32", shape: filter });
  const padding = ones.map(() => [1, 1] as const);
  builder.output("y", builder.one(conv, [x, w], { strides: ones, dilations: ones, padding, groups: 1, ...attributes }));
  return builder.finish();
}

/** The graph after the pass, and what the pass said. */
function lowered(graph: Graph, winograd: WinogradChoice): { readonly after: Graph; readonly said: readonly string[] } {
  const said: string[] = [];
  const context = {
    ...passContext,
    target: wasmTarget,
    remark: ({ text: words }: { text: string }) => said.push(words),
  };
  return { after: lowerConv({ winograd }).run(graph, context), said };
}

describe("lower-conv", () => {
  it("transforms the input, multiplies by the transformed filter, and transforms back", () => {
    const graph = parseGraph(text);
    const { after, said } = lowered(graph, "f2");
    expectSameMeaning(graph, after);
    expect(said).toEqual(["conv %y by winograd F(2, 3): asked for"]);
    expect(printGraph(after, { locations: false })).toMatchInlineSnapshot(`
      "graph "edges" (%x: f32[1,5,1] "x") -> (%y "y") {
        %y.constant = constant {value = f32[4,1,1]{-1, 3.5, 1.5, 4}} : f32[4,1,1]
        %y.winograd_input = winograd_input(%x) {dimension = 1, tile = 2, taps = 3, low = 1, high = 2} : f32[4,1,3,1]
        %y.reshape = reshape(%y.winograd_input) {shape = [4, 3, 1]} : f32[4,3,1]
        %y.matmul = matmul(%y.reshape, %y.constant) : f32[4,3,1]
        %y.reshape.1 = reshape(%y.matmul) {shape = [4, 1, 3, 1]} : f32[4,1,3,1]
        %y = winograd_output(%y.reshape.1) {dimension = 1, tile = 2, taps = 3, size = 5} : f32[1,5,1]
      }
      "
    `);
  });

  it("gives zeros where blocks of rows see nothing but padding, before the image and after it", () => {
    const padding = [
      [40, 40],
      [12, 60],
    ] as const;
    const graph = layer([1, 12, 12, 64], [3, 3, 64, 8], { padding });
    const { after } = lowered(graph, "f2");
    expect(after).not.toBe(graph);
    expectSameMeaning(graph, after);
  });

  it("takes the tile that is predicted to take least, and says so", () => {
    const { after, said } = lowered(layer([1, 56, 56, 64], [3, 3, 64, 64]), "auto");
    expect(said).toEqual([
      "conv %conv by winograd: predicted multiply-adds: winograd F(4x4, 3x3) 34965504, direct 115605504",
    ]);
    expect(after.nodes.some((node) => isOp(node, conv))).toBe(false);
  });

  it("leaves what transforms would not make shorter", () => {
    const graph = layer([1, 12, 12, 16], [3, 3, 16, 1]);
    const { after, said } = lowered(graph, "auto");
    expect(after).toBe(graph);
    expect(said[0]).toMatch(
      /^conv %conv directly: predicted multiply-adds: winograd F\(\dx\d, 3x3\) \d+, direct 20736$/,
    );
  });

  it("takes smaller tiles where the bound of larger ones is too large for so few channels", () => {
    const { said } = lowered(layer([1, 64, 64, 4], [3, 3, 4, 64]), "auto");
    expect(said[0]).not.toContain("F(4x4");
    expect(
      boundOverDirect(
        [
          { tile: 4, taps: 3 },
          { tile: 4, taps: 3 },
        ],
        4,
      ),
    ).toBeGreaterThan(32);
    expect(
      boundOverDirect(
        [
          { tile: 4, taps: 3 },
          { tile: 4, taps: 3 },
        ],
        8,
      ),
    ).toBeLessThan(32);
  });

  it.each([
    ["a stride", layer([1, 9, 9, 8], [3, 3, 8, 8], { strides: [2, 1] })],
    ["a dilation", layer([1, 9, 9, 8], [3, 3, 8, 8], { dilations: [1, 2] })],
    ["groups", layer([1, 9, 9, 8], [3, 3, 4, 8], { groups: 2 })],
    ["a filter that is not known", layer([1, 9, 9, 8], [3, 3, 8, 8], {}, false)],
    ["four taps", layer([1, 9, 9, 8], [4, 3, 8, 8])],
    ["one tap", layer([1, 9, 9, 8], [1, 1, 8, 8])],
  ])("leaves a convolution with %s", (_, graph) => {
    expect(lowered(graph, "f4").after).toBe(graph);
  });

  it("does nothing when it is off", () => {
    const graph = layer([1, 56, 56, 64], [3, 3, 64, 64]);
    expect(lowered(graph, "off")).toEqual({ after: graph, said: [] });
  });

  it("works in blocks of whole tile rows, put together without a copy", () => {
    const { after } = lowered(layer([1, 56, 56, 64], [3, 3, 64, 64]), "f4");
    const blocks = after.nodes.filter((node) => isOp(node, concat));
    expect(blocks.map(({ operands }) => operands.length)).toEqual([7]);
    expect(blocks[0].operands.map(({ type }) => type.shape)).toEqual(Array.from({ length: 7 }, () => [1, 8, 56, 64]));
  });
});

describe("the error bound", () => {
  const [two, four] = [2, 4].map((tile) => ({ tile, taps: 3 }));

  it("amplifies by 8 in F(2, 3) and by 23.75 in F(4, 3), for each dimension", () => {
    expect(amplification([two])).toBe(8);
    expect(amplification([four])).toBeCloseTo(23.75, 1);
    expect(amplification([two, two])).toBe(64);
    expect(amplification([{ tile: 1, taps: 1 }, two])).toBe(8);
  });

  it("counts the roundings of both transforms, of the weight, the product and the sum", () => {
    expect(roundings([four, four], 64)).toBe(2 + 64 + 2 * (6 + 6));
    expect(roundings([{ tile: 1, taps: 1 }, two], 3)).toBe(2 + 3 + 2 * 4);
  });
});
