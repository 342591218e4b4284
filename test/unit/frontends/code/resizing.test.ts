/** Other sizes in the conventions of tf.image and Keras; TensorFlow.js' own cases are among the conformance tests. */
import { describe, expect, it } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { builtCodes, builtShape, computedList } from "../../../support/built-graphs.js";

const row = { x: tensor("f32", [1, 2, 1], [0, 4]) };
const shape = [1, 2, 1];

describe("resizing", () => {
  it("has pixel centres at one half, as TensorFlow 2", async () => {
    expect(await computedList(row, ({ input, resize }) => resize(input("x", shape), 4))).toEqual([0, 1, 3, 4]);
    const nearest = await computedList(row, ({ input, resize }) => resize(input("x", shape), 3, { method: "nearest" }));
    expect(nearest).toEqual([0, 4, 4]);
  });

  it("has TensorFlow 1's coordinates and aligned corners on request", async () => {
    const bilinear = (options: object) =>
      computedList(row, ({ input, resizeBilinear }) => resizeBilinear(input("x", shape), 4, options));
    expect(await bilinear({})).toEqual([0, 2, 4, 4]);
    expect(await bilinear({ halfPixelCenters: true })).toEqual([0, 1, 3, 4]);
    expect(await bilinear({ alignCorners: true })).toEqual([0, Math.fround(4 / 3), Math.fround(8 / 3), 4]);
    const nearest = (options: object) =>
      computedList(row, ({ input, resizeNearestNeighbor }) => resizeNearestNeighbor(input("x", shape), 3, options));
    expect(await nearest({})).toEqual([0, 0, 4]);
    expect(await nearest({ alignCorners: true })).toEqual([0, 4, 4]);
    expect(await nearest({ halfPixelCenters: true })).toEqual([0, 4, 4]);
  });

  it("repeats or interpolates, as Keras' UpSampling", async () => {
    expect(await computedList(row, ({ input, upSampling }) => upSampling(input("x", shape)))).toEqual([0, 0, 4, 4]);
    const smooth = await computedList(row, ({ input, upSampling }) =>
      upSampling(input("x", shape), { size: 2, interpolation: "bilinear" }),
    );
    expect(smooth).toEqual([0, 1, 3, 4]);
    const sizes = builtShape(({ input, upSampling }) => upSampling(input("x", [1, 2, 3, 4, 5]), { size: [1, 2, 3] }));
    expect(sizes).toEqual([1, 2, 6, 12, 5]);
  });

  it("refuses contradictions", () => {
    const both = { alignCorners: true, halfPixelCenters: true };
    expect(builtCodes(({ input, resizeBilinear }) => resizeBilinear(input("x", shape), 4, both))).toEqual([
      "graph/option",
    ]);
    const cubic = { method: "bicubic" as "nearest" };
    expect(builtCodes(({ input, resize }) => resize(input("x", shape), 4, cubic))).toEqual(["graph/option"]);
    expect(builtCodes(({ input, resize }) => resize(input("x", shape), [4, 4]))).toEqual(["graph/option"]);
    expect(builtCodes(({ input, resize }) => resize(input("x", shape), -1))).toEqual(["graph/attribute"]);
  });
});
