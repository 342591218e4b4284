import { describe, expect, it } from "vitest";
import { addressedLength } from "../../../../src/ir/computation/address.js";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import type { Graph } from "../../../../src/ir/graph/graph.js";
import { multiply } from "../../../../src/ir/ops/binary.js";
import { conv } from "../../../../src/ir/ops/conv.js";
import { pad } from "../../../../src/ir/ops/pad.js";
import { reshape } from "../../../../src/ir/ops/reshape.js";
import type { Shape } from "../../../../src/ir/types/shape.js";
import { lowerToComputations } from "../../../../src/passes/computation/lower-to-computations.js";
import { placeTensors } from "../../../../src/passes/computation/place-tensors.js";
import { rootAddress } from "../../../../src/passes/computation/root-address.js";
import { runPlaced } from "../../../support/run-placed.js";
import { integerTensor } from "../../../support/integers.js";

const unpadded = { strides: [1, 1], dilations: [1, 1] } as const;
const border = (low: number, high: number) => ({
  padding: [[0, 0] as const, [low, high] as const, [low, high] as const, [0, 0] as const],
});

/** A depthwise convolution of an image with a border; `flat`: whose image is read in one row, too. */
function depthwise(channels: number, flat = false): Graph {
  const b = new GraphBuilder("depthwise");
  const x = b.input("x", { elementType: "f32", shape: [1, 2, 3, channels] });
  const filter = b.constant(integerTensor([3, 3, 1, channels], 2));
  const padded = b.one(pad, [x], border(1, 1));
  const noPadding = [
    [0, 0],
    [0, 0],
  ] as const;
  b.output("y", b.one(conv, [padded, filter], { ...unpadded, padding: noPadding, groups: channels }));
  const twice = flat && b.one(reshape, [padded], { shape: [20 * channels] });
  if (twice !== false) b.output("z", b.one(multiply, [twice, twice], {}));
  return b.finish();
}

function expectMeaning(graph: Graph, input: Shape): readonly number[] {
  const x = integerTensor(input, 1);
  const placed = placeTensors(lowerToComputations(graph));
  const expected = [...evaluateGraph(graph, { x }).values()].map(({ data }) => [...data].map(Number));
  expect(runPlaced(placed, [x]).map((data) => [...data].map(Number))).toEqual(expected);
  return placed.roots.filter(({ home }) => home.kind === "arena").map(({ length }) => length);
}

describe("the addresses of tensors that lie in no other", () => {
  it("leave a line of the cache free after pixels of a multiple of 2 kB that windows are read from", () => {
    const image = (channels: number) => ({ elementType: "f32", shape: [1, 9, 9, channels] }) as const;
    expect(rootAddress(image(1024), true).strides).toEqual([9 * 9 * 1040, 9 * 1040, 1040, 1]);
    expect(rootAddress(image(512), true).strides).toEqual([9 * 9 * 528, 9 * 528, 528, 1]);
    for (const channels of [0, 1, 256, 500, 768]) {
      expect(rootAddress(image(channels), true).strides).toEqual([9 * 9 * channels, 9 * channels, channels, 1]);
    }
    expect(rootAddress(image(1024), false).strides).toEqual([9 * 9 * 1024, 9 * 1024, 1024, 1]);
  });

  it("end with the last element", () => {
    const shape = [1, 2, 3, 512];
    expect(addressedLength(rootAddress({ elementType: "f32", shape }, true), shape)).toBe(5 * 528 + 512);
    expect(addressedLength({ offset: 0, strides: [0, 4, 1] }, [0, 3, 4])).toBe(0);
  });

  it("have gaps in the memory of a padded image, and mean the same", () => {
    expect(expectMeaning(depthwise(512), [1, 2, 3, 512])).toEqual([19 * 528 + 512]);
    expect(expectMeaning(depthwise(8), [1, 2, 3, 8])).toEqual([20 * 8]);
  });

  it("mean the same where the image is also read in one row, which is then a copy", () => {
    expect(expectMeaning(depthwise(512, true), [1, 2, 3, 512])).toEqual([19 * 528 + 512, 20 * 512]);
  });
});
