/** Ops that move elements, on small tensors whose elements tell where they were. */
import { describe, expect, test } from "vitest";
import { broadcast } from "../../../../src/ir/ops/broadcast.js";
import { concat } from "../../../../src/ir/ops/concat.js";
import { gather } from "../../../../src/ir/ops/indexing/gather.js";
import { reshape } from "../../../../src/ir/ops/reshape.js";
import { slice } from "../../../../src/ir/ops/slice.js";
import { split } from "../../../../src/ir/ops/split.js";
import { transpose } from "../../../../src/ir/ops/transpose.js";
import { elementCount, type Shape } from "../../../../src/ir/types/shape.js";
import { numbers, tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { evaluated } from "../../../support/lowered.js";

const counting = (...shape: number[]) => from(0, shape);
const from = (start: number, shape: Shape) =>
  tensor(
    "f32",
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => i + start),
  );
const values = (value: Tensor) => [value.shape, [...numbers(value)]];

test("reshape keeps the row-major order", () => {
  expect(values(evaluated(reshape, [counting(2, 3)], { shape: [3, 1, 2] })[0])).toEqual([
    [3, 1, 2],
    [0, 1, 2, 3, 4, 5],
  ]);
});

test("transpose: dimension d of the result is dimension permutation[d]", () => {
  expect(values(evaluated(transpose, [counting(2, 3)], { permutation: [1, 0] })[0])).toEqual([
    [3, 2],
    [0, 3, 1, 4, 2, 5],
  ]);
  const [moved] = evaluated(transpose, [counting(2, 3, 4)], { permutation: [2, 0, 1] });
  expect(moved.shape).toEqual([4, 2, 3]);
  expect([...numbers(moved)].slice(0, 7)).toEqual([0, 4, 8, 12, 16, 20, 1]);
});

test("broadcast repeats leading dimensions and ones", () => {
  expect(values(evaluated(broadcast, [counting(2, 1)], { shape: [2, 2, 3] })[0])).toEqual([
    [2, 2, 3],
    [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1],
  ]);
  expect(values(evaluated(broadcast, [counting()], { shape: [2] })[0])).toEqual([[2], [0, 0]]);
});

test("slice with steps, forwards and backwards", () => {
  const attributes = { starts: [1, 4], sizes: [1, 3], steps: [1, -2] };
  expect(values(evaluated(slice, [counting(2, 5)], attributes)[0])).toEqual([
    [1, 3],
    [9, 7, 5],
  ]);
  const none = { starts: [7], sizes: [0], steps: [1] };
  expect(values(evaluated(slice, [counting(2)], none)[0])).toEqual([[0], []]);
});

test("split and concat undo one another", () => {
  const x = counting(2, 5);
  const pieces = evaluated(split, [x], { axis: 1, sizes: [2, 0, 3] });
  expect(pieces.map(values)).toEqual([
    [
      [2, 2],
      [0, 1, 5, 6],
    ],
    [[2, 0], []],
    [
      [2, 3],
      [2, 3, 4, 7, 8, 9],
    ],
  ]);
  expect(evaluated(concat, pieces, { axis: 1 })).toEqual([x]);
  expect(values(evaluated(concat, [counting(1, 2), from(9, [2, 2])], { axis: 0 })[0])).toEqual([
    [3, 2],
    [0, 1, 9, 10, 11, 12],
  ]);
});

describe("gather", () => {
  const data = counting(2, 3, 2);
  const at = (shape: Shape, indices: number[], axis: number) =>
    evaluated(gather, [data, tensor("i32", shape, indices)], { axis })[0];

  test("takes slices along the axis, in the shape of the indices", () => {
    expect(values(at([2], [2, 0], 1))).toEqual([
      [2, 2, 2],
      [4, 5, 0, 1, 10, 11, 6, 7],
    ]);
    expect(values(at([], [1], 0))).toEqual([
      [3, 2],
      [6, 7, 8, 9, 10, 11],
    ]);
    expect(at([2, 2], [0, 1, 1, 0], 2).shape).toEqual([2, 3, 2, 2]);
  });

  test("negative indices count from the end, and those outside take the nearest", () => {
    expect(values(at([6], [-1, -3, -4, 3, 2 ** 31 - 1, -(2 ** 31)], 1))[1]).toEqual([
      ...[4, 5, 0, 1, 0, 1, 4, 5, 4, 5, 0, 1],
      ...[10, 11, 6, 7, 6, 7, 10, 11, 10, 11, 6, 7],
    ]);
  });
});
