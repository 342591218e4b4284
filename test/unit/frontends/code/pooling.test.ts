/** Poolings in code: defaults, padding that counts or not, windows past the end, positions and back, whole images. */
import { describe, expect, it } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { builtCodes, builtShape, computed, computedList } from "../../../support/built-graphs.js";

const counting = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
/** 1 to 9 as an image of 3 × 3. */
const nine = { x: tensor("f32", [1, 3, 3, 1], counting(9)) };
const row = { x: tensor("f32", [1, 5, 1], [1, 2, 3, 4, 10]) };

describe("pooling", () => {
  it("moves by its kernel unless told otherwise", async () => {
    expect(await computedList(nine, ({ input, maxPool }) => maxPool(input("x", [1, 3, 3, 1]), { kernel: 2 }))).toEqual([
      5,
    ]);
    const strides = [1, 2];
    expect(
      await computedList(nine, ({ input, maxPool }) => maxPool(input("x", [1, 3, 3, 1]), { kernel: 2, strides })),
    ).toEqual([5, 8]);
  });

  it("leaves the padding out of averages unless it counts", async () => {
    const average = (countPadding: boolean) =>
      computedList(row, ({ input, avgPool }) =>
        avgPool(input("x", [1, 5, 1]), { kernel: 3, strides: 2, padding: 1, countPadding }),
      );
    expect(await average(false)).toEqual([1.5, 3, 7]);
    expect(await average(true)).toEqual([1, 3, Math.fround(14 / 3)]);
    const same = { kernel: 2, padding: "SAME" } as const;
    expect(await computedList(row, ({ input, avgPool }) => avgPool(input("x", [1, 5, 1]), same))).toEqual([
      1.5, 3.5, 10,
    ]);
  });

  it("may reach past the end, where nothing counts", async () => {
    const options = { kernel: 2, ceilMode: true };
    expect(await computedList(row, ({ input, maxPool }) => maxPool(input("x", [1, 5, 1]), options))).toEqual([
      2, 4, 10,
    ]);
    const counted = { ...options, kernel: 3, padding: [[1, 0]] as const, countPadding: true };
    // Windows (0 1 2), (3 4 10), and none that starts past the data.
    expect(await computedList(row, ({ input, avgPool }) => avgPool(input("x", [1, 5, 1]), counted))).toEqual([
      1,
      Math.fround(17 / 3),
    ]);
    const past = { kernel: 4, strides: 3, padding: 1, countPadding: true, ceilMode: true };
    // Windows (0 1 2 3), (3 4 10 0), of seven positions with both paddings.
    expect(await computedList(row, ({ input, avgPool }) => avgPool(input("x", [1, 5, 1]), past))).toEqual([1.5, 4.25]);
    const beyond = { kernel: 3, strides: 3, padding: [[0, 1]] as const, countPadding: true, ceilMode: true };
    expect(await computedList(row, ({ input, avgPool }) => avgPool(input("x", [1, 5, 1]), beyond))).toEqual([
      2,
      Math.fround(14 / 3),
    ]);
    const half = { kernel: 4, strides: 4, padding: [[0, 1]] as const, countPadding: true, ceilMode: true };
    // The second window is 10, a zero that counts, and two positions past the padding that do not.
    expect(await computedList(row, ({ input, avgPool }) => avgPool(input("x", [1, 5, 1]), half))).toEqual([2.5, 5]);
  });

  it("says where the greatest are, and puts them back", async () => {
    const two = { x: tensor("f32", [2, 2, 2, 1], [1, 4, 2, 3, 8, 5, 6, 7]) };
    const pool = (includeBatchInIndex: boolean) =>
      computed(two, ({ input, maxPoolWithArgmax, maxUnpool }) => {
        const { result, indexes } = maxPoolWithArgmax(input("x", [2, 2, 2, 1]), { kernel: 2, includeBatchInIndex });
        return { result, indexes, back: maxUnpool(result, indexes, [2, 2, 2, 1], { includeBatchInIndex }) };
      });
    for (const [includeBatchInIndex, second] of [
      [false, 0],
      [true, 4],
    ] as const) {
      const { result, indexes, back } = await pool(includeBatchInIndex);
      expect([...result.data, ...indexes.data]).toEqual([4, 8, 1, second]);
      expect([...back.data]).toEqual([0, 4, 0, 0, 8, 0, 0, 0]);
    }
  });

  it("pools whole images", async () => {
    const { mean, max } = await computed(nine, ({ input, globalAvgPool, globalMaxPool }) => {
      const x = input("x", [1, 3, 3, 1]);
      return { mean: globalAvgPool(x), max: globalMaxPool(x, { keepDimensions: true }) };
    });
    expect([mean.shape, [...mean.data]]).toEqual([[1, 1], [5]]);
    expect([max.shape, [...max.data]]).toEqual([[1, 1, 1, 1], [9]]);
  });

  it("takes signals and volumes", () => {
    const shape = (of: number[], kernel: number | number[]) =>
      builtShape(({ input, maxPool }) => maxPool(input("x", of), { kernel }));
    expect(shape([2, 8, 3], 3)).toEqual([2, 2, 3]);
    expect(shape([1, 4, 6, 8, 2], [1, 2, 3])).toEqual([1, 4, 3, 2, 2]);
  });

  it("refuses what is no window", () => {
    const codes = (options: object) =>
      builtCodes(({ input, avgPool }) => avgPool(input("x", [1, 5, 1]), options as { kernel: number }));
    expect(codes({})).toEqual(["graph/option"]);
    expect(codes({ kernel: [2, 2] })).toEqual(["graph/option"]);
    expect(codes({ kernel: 6 })).toEqual(["geometry/window"]);
    expect(codes({ kernel: 2, size: 2 })).toEqual(["graph/option"]);
    expect(builtCodes(({ input, maxPool }) => maxPool(input("x", [1, 5]), { kernel: 1 }))).toEqual(["geometry/rank"]);
    expect(builtCodes(({ input, globalAvgPool }) => globalAvgPool(input("x", [1, 5])))).toEqual(["geometry/rank"]);
  });
});
