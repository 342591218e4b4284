/** How much of a convolution Winograd's algorithm does at once. */
import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../../../../src/ir/graph/builder.js";
import { isOp } from "../../../../../src/ir/graph/graph.js";
import { conv } from "../../../../../src/ir/ops/conv.js";
import type { WinogradPlan } from "../../../../../src/ir/ops/winograd/by-winograd.js";
import { blockOf } from "../../../../../src/passes/graph/winograd/block.js";

/** The block of a 3×3 convolution of `size`×`size` images with tiles of 4×4. */
function blockFor(images: number, size: number, channels: number): WinogradPlan["block"] {
  const builder = new GraphBuilder("layer");
  const x = builder.input("x", { elementType: "f32", shape: [images, size, size, channels] });
  const w = builder.input("w", { elementType: "f32", shape: [3, 3, channels, channels] });
  const pads = [1, 1] as const;
  const attributes = { strides: [1, 1], dilations: [1, 1], padding: [pads, pads], groups: 1 };
  builder.output("y", builder.one(conv, [x, w], attributes));
  const [node] = builder.finish().nodes;
  if (node === undefined || !isOp(node, conv)) throw new Error("no convolution");
  const tile = { tile: 4, taps: 3 } as const;
  return blockOf(node, [tile, tile]);
}

describe("a block of Winograd's algorithm", () => {
  test("is equally many rows of tiles where an image does not stay in the cache", () => {
    expect(blockFor(1, 56, 64)).toEqual({ images: 1, rows: 2 });
  });

  test("is several images where they are small", () => {
    expect(blockFor(6, 8, 64)).toEqual({ images: 6, rows: 2 });
  });

  test("grows with the weights, which every block reads", () => {
    expect(blockFor(1, 14, 512)).toEqual({ images: 1, rows: 4 });
  });
});
