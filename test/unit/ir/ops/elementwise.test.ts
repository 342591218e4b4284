/** Elementwise ops against values computed with NumPy, and what i32 does where arithmetic overflows. */
import { describe, expect, test } from "vitest";
import { binaryOps } from "../../../../src/ir/ops/binary.js";
import { compareOps, select } from "../../../../src/ir/ops/compare.js";
import { activationOps } from "../../../../src/ir/ops/activations.js";
import { parametrisedOps } from "../../../../src/ir/ops/parametrised.js";
import { unaryOps } from "../../../../src/ir/ops/unary.js";
import type { Attributes } from "../../../../src/ir/attributes/value.js";
import type { ElementType } from "../../../../src/ir/types/element-type.js";
import { numbers, tensor } from "../../../../src/ir/types/tensor.js";
import { evaluated, inferred } from "../../../support/lowered.js";

const ofOne = { ...unaryOps, ...activationOps, ...parametrisedOps };
type OfOne = keyof typeof ofOne;

function one(name: OfOne, type: ElementType, values: readonly number[], attributes: Attributes = {}): number[] {
  const op = ofOne[name] as (typeof ofOne)["negate"];
  return [...numbers(evaluated(op, [tensor(type, [values.length], values)], attributes as never)[0])];
}

const two = (
  op: (typeof binaryOps)["add"],
  type: ElementType,
  a: readonly number[],
  b: readonly number[],
): number[] => [...numbers(evaluated(op, [tensor(type, [a.length], a), tensor(type, [b.length], b)], {})[0])];

const x = [-2.5, -1.5, -0.5, 0, 0.5, 1.25, 2.5, 3.75];
const unit = [-0.75, -0.25, 0, 0.5, 0.9];
const above = [1, 1.5, 2, 10];
const bools = [0, 1];

/** Operand and results; every op of one operand has a row. */
const rows: Readonly<Record<OfOne, readonly [readonly number[], readonly number[], Attributes?]>> = {
  negate: [x, [2.5, 1.5, 0.5, -0, -0.5, -1.25, -2.5, -3.75]],
  absolute: [x, [2.5, 1.5, 0.5, 0, 0.5, 1.25, 2.5, 3.75]],
  sign: [x, [-1, -1, -1, 0, 1, 1, 1, 1]],
  floor: [x, [-3, -2, -1, 0, 0, 1, 2, 3]],
  ceil: [x, [-2, -1, -0, 0, 1, 2, 3, 4]],
  round: [x, [-2, -2, -0, 0, 0, 1, 2, 4]],
  truncate: [x, [-2, -1, -0, 0, 0, 1, 2, 3]],
  sqrt: [above, [1, 1.22474487, 1.41421356, 3.16227766]],
  exp: [x, [0.0820849986, 0.22313016, 0.60653066, 1, 1.64872127, 3.49034296, 12.182494, 42.521082]],
  expm1: [x, [-0.917915001, -0.77686984, -0.39346934, 0, 0.648721271, 2.49034296, 11.182494, 41.521082]],
  log: [above, [0, 0.405465108, 0.693147181, 2.30258509]],
  log1p: [unit, [-1.38629436, -0.287682072, 0, 0.405465108, 0.641853886]],
  sin: [x, [-0.598472144, -0.997494987, -0.479425539, 0, 0.479425539, 0.948984619, 0.598472144, -0.571561319]],
  cos: [x, [-0.801143616, 0.0707372017, 0.877582562, 1, 0.877582562, 0.315322362, -0.801143616, -0.820559357]],
  tan: [x, [0.747022297, -14.1014199, -0.54630249, 0, 0.54630249, 3.00956967, -0.747022297, 0.696550851]],
  asin: [unit, [-0.848062079, -0.252680255, 0, 0.523598776, 1.11976951]],
  acos: [unit, [2.41885841, 1.82347658, 1.57079633, 1.04719755, 0.451026812]],
  atan: [x, [-1.19028995, -0.982793723, -0.463647609, 0, 0.463647609, 0.896055385, 1.19028995, 1.31019394]],
  sinh: [x, [-6.05020448, -2.12927946, -0.521095305, 0, 0.521095305, 1.60191908, 6.05020448, 21.2487821]],
  cosh: [x, [6.13228948, 2.35240962, 1.12762597, 1, 1.12762597, 1.88842388, 6.13228948, 21.2722999]],
  tanh: [x, [-0.986614298, -0.905148254, -0.462117157, 0, 0.462117157, 0.84828364, 0.986614298, 0.998894443]],
  asinh: [x, [-1.64723115, -1.19476322, -0.481211825, 0, 0.481211825, 1.04759301, 1.64723115, 2.03222462]],
  acosh: [above, [0, 0.96242365, 1.3169579, 2.99322285]],
  atanh: [unit, [-0.972955075, -0.255412812, 0, 0.549306144, 1.47221949]],
  erf: [x, [-0.999593048, -0.966105146, -0.520499878, 0, 0.520499878, 0.922900128, 0.999593048, 0.999999886]],
  is_nan: [
    [NaN, 1, Infinity, -0],
    [1, 0, 0, 0],
  ],
  is_infinite: [
    [NaN, 1, Infinity, -Infinity],
    [0, 0, 1, 1],
  ],
  is_finite: [
    [NaN, 1, Infinity, -Infinity, -0],
    [0, 1, 0, 0, 1],
  ],
  not: [bools, [1, 0]],
  bitwise_not: [
    [0, -1, 5],
    [-1, 0, -6],
  ],
  square: [x, [6.25, 2.25, 0.25, 0, 0.25, 1.5625, 6.25, 14.0625]],
  reciprocal: [above, [1, 0.666666667, 0.5, 0.1]],
  rsqrt: [above, [1, 0.816496581, 0.707106781, 0.316227766]],
  relu: [x, [0, 0, 0, 0, 0.5, 1.25, 2.5, 3.75]],
  sigmoid: [x, [0.07585818, 0.182425524, 0.377540669, 0.5, 0.622459331, 0.777299861, 0.92414182, 0.97702263]],
  log_sigmoid: [
    x,
    [-2.57888973, -1.70141328, -0.974076984, -0.693147181, -0.474076984, -0.251929081, -0.0788897343, -0.0232454644],
  ],
  softplus: [x, [0.0788897343, 0.201413278, 0.474076984, 0.693147181, 0.974076984, 1.50192908, 2.57888973, 3.77324546]],
  softsign: [x, [-0.714285714, -0.6, -0.333333333, 0, 0.333333333, 0.555555556, 0.714285714, 0.789473684]],
  hard_swish: [x, [-0.208333333, -0.375, -0.208333333, 0, 0.291666667, 0.885416667, 2.29166667, 3.75]],
  mish: [x, [-0.196816204, -0.298099742, -0.220743775, 0, 0.375245211, 1.1318703, 2.4713923, 3.74604239]],
  leaky_relu: [x, [-0.025, -0.015, -0.005, 0, 0.5, 1.25, 2.5, 3.75]],
  thresholded_relu: [x, [0, 0, 0, 0, 0, 1.25, 2.5, 3.75]],
  elu: [x, [-0.917915001, -0.77686984, -0.39346934, 0, 0.5, 1.25, 2.5, 3.75]],
  celu: [x, [-0.917915001, -0.77686984, -0.39346934, 0, 0.5, 1.25, 2.5, 3.75]],
  selu: [x, [-1.61378576, -1.36581435, -0.691758188, 0, 0.525350494, 1.31337623, 2.62675247, 3.9401287]],
  hard_sigmoid: [x, [0, 0.2, 0.4, 0.5, 0.6, 0.75, 1, 1]],
  clip: [x, [-1, -1, -0.5, 0, 0.5, 1.25, 2, 2], { low: -1, high: 2 }],
  gelu: [x, [-0.0155241633, -0.100210802, -0.154268769, 0, 0.345731231, 1.11793778, 2.48447584, 3.74966844]],
  swish: [x, [-0.18964545, -0.273638286, -0.188770334, 0, 0.311229666, 0.971624826, 2.31035455, 3.66383486]],
  shrink: [x, [-2.5, -1.5, 0, 0, 0, 1.25, 2.5, 3.75]],
};

const typeOf: Readonly<Partial<Record<OfOne, ElementType>>> = { not: "bool", bitwise_not: "i32" };

describe("functions of one element agree with NumPy", () => {
  test.each(Object.entries(rows))("%s", (name, [operand, expected, attributes]) => {
    const found = one(name as OfOne, typeOf[name as OfOne] ?? "f32", operand, attributes);
    expect(found.length).toBe(expected.length);
    found.forEach((value, i) => {
      if (expected[i] === 0 || Number.isInteger(expected[i])) expect(Math.abs(value - expected[i])).toBeLessThan(1e-7);
      else expect(Math.abs(value / expected[i] - 1)).toBeLessThan(3e-7);
    });
  });
});

describe("parameters", () => {
  test("gelu by tanh", () => {
    const expected = [-0.0150842661, -0.100428423, -0.15428599, 0, 0.34571401, 1.1177142, 2.48491573, 3.74978075];
    one("gelu", "f64", x, { approximation: "tanh" }).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 8));
  });

  test("bounds of clip: high wins, i32 rounds inwards, NaN stays", () => {
    expect(one("clip", "f32", [1, 5, 9], { low: 6, high: 4 })).toEqual([4, 4, 4]);
    expect(one("clip", "i32", [-5, 0, 5], { low: -2.5, high: 2.5 })).toEqual([-2, 0, 2]);
    expect(one("clip", "i32", [-(2 ** 31), 2 ** 31 - 1])).toEqual([-(2 ** 31), 2 ** 31 - 1]);
    expect(one("clip", "f32", [NaN], { low: 0, high: 1 })).toEqual([NaN]);
  });

  test("slopes, limits and scales", () => {
    expect(one("leaky_relu", "f32", [-2, 2], { alpha: 0.5 })).toEqual([-1, 2]);
    expect(one("celu", "f64", [-2], { alpha: 2 })[0]).toBeCloseTo(2 * Math.expm1(-1), 14);
    expect(one("shrink", "f32", [-3, 1, 3], { limit: 2, bias: 1 })).toEqual([-2, 0, 2]);
    expect(one("swish", "f64", [1], { alpha: 2 })[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 14);
    expect(one("hard_sigmoid", "f64", [1], { alpha: 0.25, beta: 0.125 })).toEqual([0.375]);
  });

  test("softplus and its friends do not overflow", () => {
    expect(one("softplus", "f32", [1000, -1000])).toEqual([1000, 0]);
    expect(one("log_sigmoid", "f32", [1000, -1000])).toEqual([-0, -1000]);
    expect(one("sigmoid", "f32", [1000, -1000])).toEqual([1, 0]);
  });
});

describe("functions of two elements", () => {
  const a = [7, -7, 7, -7, 0.5];
  const b = [3, 3, -3, -3, 2];
  const { modulo, remainder, power, atan2, floor_divide, maximum, minimum, prelu } = binaryOps;

  test("signs of what is left, as NumPy's mod and fmod", () => {
    expect(two(modulo, "f32", a, b)).toEqual([1, 2, -2, -1, 0.5]);
    expect(two(remainder, "f32", a, b)).toEqual([1, -1, 1, -1, 0.5]);
    expect(two(floor_divide, "f32", a, b)).toEqual([2, -3, -3, 2, 0]);
    expect(two(modulo, "i32", [7, -7, 7, -7], [3, 3, -3, -3])).toEqual([1, 2, -2, -1]);
    expect(two(floor_divide, "i32", [7, -7, 7, -7, 6], [3, 3, -3, -3, -3])).toEqual([2, -3, -3, 2, -2]);
  });

  test("powers and angles", () => {
    const powers = [343, -343, 0.0029154518950437317, -0.0029154518950437317, 0.25];
    two(power, "f64", a, b).forEach((value, i) => expect(value).toBeCloseTo(powers[i], 14));
    const angles = [1.1659045405098132, -1.1659045405098132, 1.97568811307998, -1.97568811307998, 0.24497866312686414];
    two(atan2 as never, "f64", a, b).forEach((value, i) => expect(value).toBeCloseTo(angles[i], 14));
  });

  test("NaN wins in maximum and minimum", () => {
    expect(two(maximum, "f32", [NaN, 1, 2], [1, NaN, 3])).toEqual([NaN, NaN, 3]);
    expect(two(minimum, "f32", [NaN, 1, 2], [1, NaN, 3])).toEqual([NaN, NaN, 2]);
    expect(two(prelu, "f32", [-2, 2, NaN], [0.5, 0.5, 0.5])).toEqual([-1, 2, NaN]);
  });

  test("i32 wraps, and dividing by zero gives zero", () => {
    const { add, subtract, multiply, divide } = binaryOps;
    const [least, greatest] = [-(2 ** 31), 2 ** 31 - 1];
    expect(two(add, "i32", [greatest], [1])).toEqual([least]);
    expect(two(subtract, "i32", [least], [1])).toEqual([greatest]);
    expect(two(multiply, "i32", [greatest, 65537], [greatest, 65537])).toEqual([1, 131073]);
    expect(two(divide, "i32", [7, -7, 5, least], [2, 2, 0, -1])).toEqual([3, -3, 0, least]);
    expect(two(modulo, "i32", [5, least], [0, -1])).toEqual([0, 0]);
    expect(two(power, "i32", [3, 2, -1, 2, 0, 7], [4, 31, -3, -1, -1, 0])).toEqual([81, least, -1, 0, 0, 1]);
  });

  test("bits and shifts", () => {
    const bits = binaryOps;
    const pair = (op: (typeof bits)["xor"], type: ElementType, p: number[], q: number[]) =>
      two(op as never, type, p, q);
    expect(two(bits.bitwise_and, "i32", [12, -1], [10, 7])).toEqual([8, 7]);
    expect(two(bits.bitwise_or, "i32", [12], [10])).toEqual([14]);
    expect(two(bits.bitwise_xor, "i32", [12], [10])).toEqual([6]);
    expect(two(bits.shift_left, "i32", [1, 1, 3], [31, 33, 2])).toEqual([-(2 ** 31), 2, 12]);
    expect(two(bits.shift_right, "i32", [-8, 8, 8], [1, 1, 34])).toEqual([-4, 4, 2]);
    expect(pair(bits.and, "bool", [0, 0, 1, 1], [0, 1, 0, 1])).toEqual([0, 0, 0, 1]);
    expect(pair(bits.or, "bool", [0, 0, 1, 1], [0, 1, 0, 1])).toEqual([0, 1, 1, 1]);
    expect(pair(bits.xor, "bool", [0, 0, 1, 1], [0, 1, 0, 1])).toEqual([0, 1, 1, 0]);
  });
});

describe("broadcasting", () => {
  test("aligns last dimensions and stretches ones", () => {
    const a = tensor("f32", [2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const b = tensor("f32", [2, 1], [10, 20]);
    const [sum] = evaluated(binaryOps.add, [a, b], {});
    expect(sum.shape).toEqual([2, 2, 3]);
    expect([...numbers(sum)]).toEqual([11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26]);
  });

  test("select broadcasts all three, and comparisons give bool", () => {
    const condition = tensor("bool", [2, 1], [1, 0]);
    const [chosen] = evaluated(select, [condition, tensor("i32", [3], [1, 2, 3]), tensor("i32", [], [9])], {});
    expect([chosen.shape, [...numbers(chosen)]]).toEqual([
      [2, 3],
      [1, 2, 3, 9, 9, 9],
    ]);
    expect(inferred(compareOps.less, [tensor("f32", [3]), tensor("f32", [2, 1])], {})).toEqual([
      { elementType: "bool", shape: [2, 3] },
    ]);
  });

  test("comparisons with NaN are false but for not_equal", () => {
    const compared = Object.values(compareOps).map((op) => two(op, "f32", [NaN, 1, 1, 2], [NaN, 1, 2, 1]));
    expect(compared).toEqual([
      [0, 1, 0, 0],
      [1, 0, 1, 1],
      [0, 0, 1, 0],
      [0, 1, 1, 0],
      [0, 0, 0, 1],
      [0, 1, 0, 1],
    ]);
  });
});
