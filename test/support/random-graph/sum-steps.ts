/** Steps that sum: convolutions in both layouts, products, poolings, reductions; filters of small whole numbers. */
import type { Value } from "../../../src/ir/graph/graph.js";
import { argMax } from "../../../src/ir/ops/arg-max.js";
import { avgPool } from "../../../src/ir/ops/avg-pool.js";
import { add, divide, multiply, subtract } from "../../../src/ir/ops/binary.js";
import { cast } from "../../../src/ir/ops/cast.js";
import { compareOps } from "../../../src/ir/ops/compare.js";
import { conv } from "../../../src/ir/ops/conv.js";
import { convTranspose } from "../../../src/ir/ops/conv-transpose.js";
import { matmul } from "../../../src/ir/ops/matmul.js";
import { maxPool } from "../../../src/ir/ops/max-pool.js";
import { pad } from "../../../src/ir/ops/pad.js";
import { reduce } from "../../../src/ir/ops/reduce.js";
import { resize } from "../../../src/ir/ops/resize.js";
import { softmax } from "../../../src/ir/ops/softmax.js";
import { sumPool } from "../../../src/ir/ops/sum-pool.js";
import { transpose } from "../../../src/ir/ops/transpose.js";
import { tensor } from "../../../src/ir/types/tensor.js";
import { integers, scales, type Growth, type Step } from "./growth.js";
import { toChannelsFirst, toChannelsLast } from "./movement-steps.js";

/** A step on channels-last data, between transposes three times out of four. */
function spatial(step: (growth: Growth, x: Value) => Value): Step {
  return (growth) => {
    const { builder, pick } = growth;
    const x = growth.value();
    if (pick(4) === 0) return [step(growth, x)];
    const rank = x.type.shape.length;
    const last = builder.one(transpose, [x], { permutation: toChannelsLast(rank) });
    return [builder.one(transpose, [step(growth, last)], { permutation: toChannelsFirst(rank) })];
  };
}

function windows({ pick, choose }: Growth, rank: number) {
  const each = <T>(make: () => T): T[] => Array.from({ length: Math.max(rank - 2, 0) }, make);
  return {
    kernel: each(() => 1 + pick(3)),
    strides: each(() => 1 + Math.max(0, pick(4) - 2)),
    dilations: each(() => 1),
    padding: each(
      (): [number, number] =>
        choose([
          [0, 0],
          [1, 1],
          [0, 0],
          [0, 1],
        ] as const).slice() as [number, number],
    ),
  };
}

function convolution(growth: Growth, x: Value): Value {
  const { shape } = x.type;
  const channels = shape[shape.length - 1];
  const groups = growth.choose([1, 1, channels, channels % 2 === 0 ? 2 : 1]);
  const { kernel, ...attributes } = windows(growth, shape.length);
  const filter = integers(growth, [...kernel, channels / groups, groups * (1 + growth.pick(2))]);
  return growth.builder.one(conv, [x, filter], { ...attributes, groups });
}

/** A convolution of all channels, by windows or of each position by itself. */
function dense(growth: Growth, x: Value, channels: number, isWindow: boolean): Value {
  const { shape } = x.type;
  const ones = shape.slice(1, -1).map(() => 1);
  const padding = ones.map((): [number, number] => [0, 0]);
  const still = { kernel: ones, strides: ones, dilations: ones, padding };
  const { kernel, ...attributes } = isWindow ? windows(growth, shape.length) : still;
  const filter = integers(growth, [...kernel, shape[shape.length - 1], channels]);
  return growth.builder.one(conv, [x, filter], { ...attributes, groups: 1 });
}

/** Two convolutions through many channels with nothing in between. */
const convolvedTwice = spatial((growth, x) => {
  const isWindow = growth.pick(2) === 0;
  return dense(growth, dense(growth, x, 4 + growth.pick(3), isWindow), 1 + growth.pick(2), !isWindow);
});

/** A convolution of what nearest resizing has repeated. */
const enlargedAndConvolved = spatial((growth, x) => {
  const { builder, pick, choose } = growth;
  const { shape } = x.type;
  const sizes = shape.map((size, d) => (d === 0 || d === shape.length - 1 ? size : size * (2 + pick(2))));
  const rounding = choose([
    { coordinates: "asymmetric", rounding: "floor" },
    { coordinates: "half_pixel" },
    { coordinates: "asymmetric", rounding: "floor" },
  ] as const);
  return dense(growth, builder.one(resize, [x], { mode: "nearest", sizes, ...rounding }), 2, pick(4) > 0);
});

function transposedConvolution(growth: Growth, x: Value): Value {
  const { shape } = x.type;
  const channels = shape[shape.length - 1];
  const groups = growth.choose([1, 1, channels, channels % 2 === 0 ? 2 : 1]);
  const { kernel, ...attributes } = windows(growth, shape.length);
  const filter = integers(growth, [...kernel, 1 + growth.pick(2), channels]);
  const output_padding = kernel.map(() => 0);
  return growth.builder.one(convTranspose, [x, filter], { ...attributes, groups, output_padding });
}

/** Scales and shifts of the channels, in several forms and shapes. */
function normalised(growth: Growth, x: Value): Value {
  const { builder, pick, choose } = growth;
  let value = x;
  for (let count = 1 + pick(3); count > 0; count--) {
    const { shape } = value.type;
    const channels = shape.slice(-1);
    const constantShape = choose([
      channels,
      channels,
      shape.map((size, d) => (d === shape.length - 1 ? size : 1)),
      [1],
    ]);
    const op = choose([multiply, add, multiply, divide, subtract, add]);
    const constant = op === multiply || op === divide ? scales(growth, constantShape) : integers(growth, constantShape);
    value = builder.one(op, op !== divide && pick(5) === 0 ? [constant, value] : [value, constant], {});
  }
  return value;
}

/** What scales and shifts can fold into: one of the linear ops, with normalisation before or after it. */
const batchNormalised = spatial((growth, x) => {
  const { builder, pick, choose } = growth;
  const before = pick(3) === 0 ? normalised(growth, x) : x;
  const around = before.type.shape.map((_, d): [number, number] => (d === 1 ? [1, 1] : [0, 0]));
  const padded = pick(4) === 0 ? builder.one(pad, [before], { padding: around, value: pick(4) === 0 ? 1 : 0 }) : before;
  return normalised(growth, choose([convolution, transposedConvolution, product])(growth, padded));
});

/** No window lies in the padding alone, where a maximum is infinite: laws are about the sums of finite numbers. */
const pooled = spatial((growth, x) => {
  const op = growth.choose([maxPool, sumPool]);
  const { kernel, padding, ...attributes } = windows(growth, x.type.shape.length);
  const inside = padding.map(([low, high], d): [number, number] => [
    Math.min(low, kernel[d] - 1),
    Math.min(high, kernel[d] - 1),
  ]);
  return growth.builder.one(op, [x], { ...attributes, kernel, padding: inside });
});

/** Windows of 1 and 2 elements, clipped or not, have counts that divide exactly. */
const averaged = spatial((growth, x) => {
  const attributes = windows(growth, x.type.shape.length);
  const kernel = attributes.kernel.map((size) => Math.min(size, 2));
  const count_padding = growth.pick(2) === 0;
  return growth.builder.one(avgPool, [x], { ...attributes, kernel, count_padding });
});

/** Where a softmax is above 0.3, which no sum of powers of e comes near: a whole number again. */
const likely: Step = ({ builder, value, pick }) => {
  const x = value();
  const shares = builder.one(softmax, [x], { axis: pick(x.type.shape.length) });
  const threshold = builder.constant(tensor("f32", [], [0.3]));
  return [builder.one(cast, [builder.one(compareOps.greater, [shares, threshold], {})], { to: "f32" })];
};

function product(growth: Growth, x: Value): Value {
  const { shape } = x.type;
  return growth.builder.one(matmul, [x, integers(growth, [shape[shape.length - 1] ?? 1, 1 + growth.pick(4)])], {});
}

const reduced: Step = ({ builder, value, choose, pick }) => {
  const x = value();
  const { length } = x.type.shape;
  const chosen = [pick(length), pick(length)];
  const axes = choose([[...new Set(chosen)].sort(), x.type.shape.map((_, d) => d).slice(2), []]);
  const keep_dimensions = pick(2) === 0;
  return [builder.one(reduce, [x], { function: choose(["sum", "max", "min"] as const), axes, keep_dimensions })];
};

const arguments_: Step = ({ builder, value, pick }) => {
  const x = value();
  const axis = pick(x.type.shape.length);
  const where = builder.one(argMax, [x], { axis, keep_dimensions: pick(2) === 0, select_last: pick(2) === 0 });
  return [builder.one(cast, [where], { to: "f32" })];
};

export const sumSteps: readonly Step[] = [
  spatial(convolution),
  spatial(convolution),
  spatial(convolution),
  convolvedTwice,
  convolvedTwice,
  convolvedTwice,
  enlargedAndConvolved,
  enlargedAndConvolved,
  spatial(transposedConvolution),
  batchNormalised,
  batchNormalised,
  batchNormalised,
  pooled,
  averaged,
  likely,
  (growth) => [product(growth, growth.value())],
  reduced,
  arguments_,
];
