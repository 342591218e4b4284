/** Quartiles and means by hand. */
import { expect, test } from "vitest";
import { geometricMean, ratioOf, spreadOf } from "../../../../src/cli/bench/statistics.js";

test("the median and the quarters around it, between neighbours where need be", () => {
  expect(spreadOf([4, 1, 3, 2, 5])).toEqual({ low: 2, median: 3, high: 4 });
  expect(spreadOf([1, 2, 3, 4])).toEqual({ low: 1.75, median: 2.5, high: 3.25 });
  expect(spreadOf([7])).toEqual({ low: 7, median: 7, high: 7 });
  expect(spreadOf([]).median).toBeNaN();
});

test("a ratio is of samples of one round: what slows a round slows both", () => {
  expect(ratioOf([2, 20, 200], [1, 10, 100])).toEqual({ low: 2, median: 2, high: 2 });
});

test("the geometric mean of a number and its inverse is 1", () => {
  expect(geometricMean([2, 8])).toBeCloseTo(4);
  expect(geometricMean([5, 1 / 5])).toBeCloseTo(1);
});
