/** Steps that work element by element; on whole numbers and powers of two all are exact. */
import type { Value } from "../../../src/ir/graph/graph.js";
import { relu } from "../../../src/ir/ops/activations.js";
import { add, divide, maximum, minimum, multiply, subtract } from "../../../src/ir/ops/binary.js";
import { cast } from "../../../src/ir/ops/cast.js";
import { compareOps, select } from "../../../src/ir/ops/compare.js";
import { clip } from "../../../src/ir/ops/parametrised.js";
import { absolute, ceil, floor, negate, round, sign, truncate } from "../../../src/ir/ops/unary.js";
import { equalShapes } from "../../../src/ir/types/shape.js";
import { broadcastable, integers, scales, type Growth, type Step } from "./growth.js";

const unary: Step = ({ builder, value, choose }) => [
  builder.one(choose([relu, negate, absolute, floor, sign, relu]), [value()], {}),
];

/** The same function twice. */
const repeated: Step = ({ builder, value, choose }) => {
  const op = choose([relu, negate, absolute, floor, ceil, round, truncate, sign]);
  return [builder.one(op, [builder.one(op, [value()], {})], {})];
};

const clipped: Step = ({ builder, value, choose }) => [
  builder.one(clip, [value()], choose([{ low: -3 }, { high: 4 }, { low: 0 }, { low: -2, high: 6 }, {}])),
];

const ordered = ({ pick }: Growth, a: Value, b: Value) => (pick(3) === 0 ? [b, a] : [a, b]);

const withIntegers: Step = (growth) => {
  const x = growth.value();
  const c = integers(growth, broadcastable(growth, x.type.shape));
  return [growth.builder.one(growth.choose([add, subtract, maximum, minimum, add]), ordered(growth, x, c), {})];
};

const withScales: Step = (growth) => {
  const x = growth.value();
  const c = scales(growth, broadcastable(growth, x.type.shape));
  return growth.pick(4) === 0
    ? [growth.builder.one(divide, [x, c], {})]
    : [growth.builder.one(multiply, ordered(growth, x, c), {})];
};

/** Another value that broadcasts, often one of the same shape. */
const withAnother: Step = ({ builder, value, values, choose, pick }) => {
  const a = value();
  const alike = values().filter(({ type }) => equalShapes(type.shape, a.type.shape));
  const b = pick(4) === 0 ? value() : choose(alike);
  return [builder.one(choose([add, subtract, maximum, minimum]), [a, b], {})];
};

const selected: Step = (growth) => {
  const { builder, choose } = growth;
  const [a, b] = [growth.value(), growth.value()];
  const compared = choose([compareOps.less, compareOps.greater_equal, compareOps.equal]);
  const condition = builder.one(compared, [a, integers(growth, broadcastable(growth, a.type.shape))], {});
  return [builder.one(select, [condition, a, b], {})];
};

const castAndBack: Step = ({ builder, value, choose }) => {
  const whole = builder.one(cast, [value()], { to: choose(["i32", "f64", "bool", "f16", "i8"] as const) });
  return [builder.one(cast, [whole], { to: "f32" })];
};

/** What reads nothing but constants, itself and added to a value. */
const constantOnly: Step = (growth) => {
  const { builder, choose, pick } = growth;
  const x = growth.value();
  const shape = broadcastable(growth, x.type.shape);
  const sum = builder.one(choose([add, multiply, maximum]), [integers(growth, shape), scales(growth, shape)], {});
  const known = pick(2) === 0 ? sum : builder.one(choose([negate, absolute, relu]), [sum], {});
  return [known, builder.one(add, [x, known], {})];
};

/** The likelier a step is to be taken, the oftener it stands here. */
export const elementwiseSteps: readonly Step[] = [
  unary,
  repeated,
  clipped,
  withIntegers,
  withIntegers,
  withScales,
  withScales,
  withAnother,
  withAnother,
  selected,
  castAndBack,
  constantOnly,
];
