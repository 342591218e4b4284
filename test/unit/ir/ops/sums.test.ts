/** matmul, reduce, softmax, arg_max and arg_min against values computed with NumPy. */
import { describe, expect, test } from "vitest";
import { argMax, argMin } from "../../../../src/ir/ops/arg-max.js";
import { matmul } from "../../../../src/ir/ops/matmul.js";
import { reduce } from "../../../../src/ir/ops/reduce.js";
import { softmax } from "../../../../src/ir/ops/softmax.js";
import { elementCount, type Shape } from "../../../../src/ir/types/shape.js";
import { numbers, tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { evaluated } from "../../../support/lowered.js";

const counting = (shape: Shape, start: number, type: "f32" | "i32" = "f32") =>
  tensor(
    type,
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => i + start),
  );
const values = ({ shape, ...rest }: Tensor) => [shape, [...numbers({ shape, ...rest })]];

describe("matmul", () => {
  const a = [76, 64, 22, 19, 4, -8, 4, 1, -68, -80, -14, -17, -32, -26, -86, -71, 4, 10, 4, 19, 40, 46, 94, 109];

  test.each(["f32", "i32"] as const)("batches of %s broadcast", (type) => {
    const [product] = evaluated(matmul, [counting([2, 1, 2, 3], -5, type), counting([3, 3, 2], -8, type)], {});
    expect(values(product)).toEqual([[2, 3, 2, 2], a]);
  });

  test("vectors are rows on the left and columns on the right", () => {
    const [row, column, square] = [counting([2], 1), counting([3], 1), counting([2, 3], 0)];
    expect(values(evaluated(matmul, [row, square], {})[0])).toEqual([[3], [6, 9, 12]]);
    expect(values(evaluated(matmul, [square, column], {})[0])).toEqual([[2], [8, 26]]);
    expect(values(evaluated(matmul, [row, row], {})[0])).toEqual([[], [5]]);
    expect(evaluated(matmul, [counting([4, 2, 3], 0), column], {})[0].shape).toEqual([4, 2]);
  });

  test("an empty inner dimension sums to zero, i32 wraps", () => {
    expect(values(evaluated(matmul, [tensor("f32", [2, 0]), tensor("f32", [0, 1])], {})[0])).toEqual([
      [2, 1],
      [0, 0],
    ]);
    const big = tensor("i32", [2], [2 ** 31 - 1, 2]);
    expect(values(evaluated(matmul, [big, big], {})[0])).toEqual([[], [5]]);
  });
});

describe("reduce", () => {
  const data = [-3, -2, -1, 0, 1, 2, 3, -3, -2, -1, 0, 1, 2, 3, -3, -2, -1, 0, 1, 2, 3, -3, -2, -1];
  const x = tensor("f32", [2, 3, 4], data);
  const rows = [
    ["sum", [0], [-1, 1, -4, -2, 0, 2, 4, -1, 1, -4, -2, 0]],
    ["sum", [1, 2], [-5, -1]],
    ["sum", [0, 2], [-6, 5, -5]],
    ["mean", [1, 2], [Math.fround(-5 / 12), Math.fround(-1 / 12)]],
    ["mean", [0, 2], [-0.75, 0.625, -0.625]],
    ["max", [0], [2, 3, -1, 0, 1, 2, 3, 2, 3, -1, 0, 1]],
    ["min", [0], [-3, -2, -3, -2, -1, 0, 1, -3, -2, -3, -2, -1]],
    ["prod", [0], [-6, -6, 3, 0, -1, 0, 3, -6, -6, 3, 0, -1]],
    ["sum", [], data],
  ] as const;

  test.each(rows)("%s over %s", (name, axes, expected) => {
    const [flat] = evaluated(reduce, [x], { function: name, axes });
    const [kept] = evaluated(reduce, [x], { function: name, axes, keep_dimensions: true });
    expect([...numbers(flat)].map((value) => value + 0)).toEqual(expected);
    expect(kept.data).toEqual(flat.data);
    expect(kept.shape).toEqual(x.shape.map((size, d) => ((axes as readonly number[]).includes(d) ? 1 : size)));
    expect(flat.shape).toEqual(x.shape.filter((_, d) => !(axes as readonly number[]).includes(d)));
  });

  test("of nothing, of NaN, of bool, and of i32", () => {
    const of = (value: Tensor, name: "sum" | "mean" | "max" | "min" | "prod") => [
      ...numbers(evaluated(reduce, [value], { function: name, axes: [0] })[0]),
    ];
    const none = tensor("f32", [0, 1]);
    const names = ["sum", "prod", "max", "min"] as const;
    expect(names.flatMap((name) => of(none, name))).toEqual([0, 1, -Infinity, Infinity]);
    expect(names.flatMap((name) => of(tensor("i32", [0, 1]), name))).toEqual([0, 1, -(2 ** 31), 2 ** 31 - 1]);
    expect(of(tensor("f32", [3], [1, NaN, 2]), "max")).toEqual([NaN]);
    expect(of(tensor("bool", [2, 3], [0, 1, 1, 0, 0, 1]), "max")).toEqual([0, 1, 1]);
    expect(of(tensor("bool", [2, 3], [0, 1, 1, 0, 0, 1]), "min")).toEqual([0, 0, 1]);
    expect([...of(tensor("bool", [0, 1]), "max"), ...of(tensor("bool", [0, 1]), "min")]).toEqual([0, 1]);
    expect(of(tensor("i32", [2], [-3, -4]), "mean")).toEqual([-3]);
    expect(of(tensor("i32", [2], [2 ** 31 - 1, 1]), "sum")).toEqual([-(2 ** 31)]);
  });
});

test("softmax sums to one along its axis and does not overflow", () => {
  const x = tensor("f64", [2, 3], [1, 2, 3, 1000, 1000, -1000]);
  const expected = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218, 0.5, 0.5, 0];
  numbers(evaluated(softmax, [x], { axis: 1 })[0]).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 15));
  const [columns] = evaluated(softmax, [tensor("f64", [2, 1], [0, Math.log(3)])], { axis: 0 });
  numbers(columns).forEach((value, i) => expect(value).toBeCloseTo([0.25, 0.75][i], 15));
  expect(evaluated(softmax, [tensor("f32", [0, 2])], { axis: 0 })[0].shape).toEqual([0, 2]);
});

describe("arg_max and arg_min", () => {
  const x = tensor("f32", [2, 4], [1, 3, 3, 2, 5, 0, 0, 5]);
  const found = (
    op: typeof argMax,
    value: Tensor,
    attributes: Partial<{ axis: number; select_last: boolean; keep_dimensions: boolean }>,
  ) => values(evaluated(op, [value], { axis: 1, ...attributes })[0]);

  test("the first of equal elements, or the last", () => {
    expect(found(argMax, x, {})).toEqual([[2], [1, 0]]);
    expect(found(argMax, x, { select_last: true, keep_dimensions: true })).toEqual([
      [2, 1],
      [2, 3],
    ]);
    expect(found(argMin, x, {})).toEqual([[2], [0, 1]]);
    expect(found(argMin, x, { select_last: true })).toEqual([[2], [0, 2]]);
    expect(found(argMax, x, { axis: 0 })).toEqual([[4], [1, 0, 0, 1]]);
  });

  test("NaN counts only where it comes first", () => {
    const holes = tensor("f32", [2, 3], [NaN, 1, 2, 1, NaN, 2]);
    expect(found(argMax, holes, {})).toEqual([[2], [0, 2]]);
    expect(found(argMin, holes, { select_last: true })).toEqual([[2], [0, 0]]);
  });
});
