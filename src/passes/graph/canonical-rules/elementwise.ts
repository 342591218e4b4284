/** Canonical forms of elementwise ops. Equal up to the sign of a zero. */
import type { Node, NodeBuilder, Value } from "../../../ir/graph/graph.js";
import { activationOps, relu } from "../../../ir/ops/activations.js";
import { binaryOps, divide, maximum, minimum, multiply, subtract, add, power } from "../../../ir/ops/binary.js";
import { broadcast } from "../../../ir/ops/broadcast.js";
import { cast } from "../../../ir/ops/cast.js";
import { compareOps, select } from "../../../ir/ops/compare.js";
import { clip, parametrisedOps } from "../../../ir/ops/parametrised.js";
import { absolute, ceil, floor, negate, round, sign, truncate, unaryOps } from "../../../ir/ops/unary.js";
import type { ElementType } from "../../../ir/types/element-type.js";
import { numbers, tensor } from "../../../ir/types/tensor.js";
import { ruleFor, type Rule } from "../../driver/rule.js";
import { broadcastTo, everyElement, stands, uniformValue } from "./constants.js";

/** f(f(x)) = f(x), for projections */
const projections = [relu, absolute, floor, ceil, round, truncate, sign].map((op) =>
  ruleFor(`${op.name}-twice`, op, ({ operands: [x] }, _, match) => (match.madeBy(x, op) ? [x] : undefined)),
);

/** f(f(x)) = x, for involutions */
const involutions = [negate, unaryOps.not, unaryOps.bitwise_not].map((op) =>
  ruleFor(`${op.name}-twice`, op, ({ operands: [x] }, _, match) => match.madeBy(x, op)?.operands),
);

const zero = (value: number) => value === 0;
const one = (value: number) => value === 1;
const minusOne = (value: number) => value === -1;

/** Which right operands change nothing. */
const neutral: readonly (readonly [op: Node["op"], isNeutral: (value: number) => boolean])[] = [
  [add, zero],
  [subtract, zero],
  [multiply, one],
  [divide, one],
  [power, one],
  [maximum, (value) => value === -Infinity],
  [minimum, (value) => value === Infinity],
  [binaryOps.and, one],
  [binaryOps.or, zero],
  [binaryOps.xor, zero],
  [binaryOps.bitwise_and, minusOne],
  [binaryOps.bitwise_or, zero],
  [binaryOps.bitwise_xor, zero],
  [binaryOps.shift_left, zero],
  [binaryOps.shift_right, zero],
];

/** x + 0 = x, x · 1 = x, … */
const neutralOperands = neutral.map(([op, isNeutral]): Rule => {
  return {
    name: `${op.name}-neutral`,
    ops: [op],
    apply: ({ operands: [x, c], results: [result] }, _, match) =>
      stands(x, result) && everyElement(c, match, isNeutral) ? [x] : undefined,
  };
});

/** op(c, x) = other(x, c) */
const swapped: Readonly<Record<string, Node["op"]>> = {
  add,
  multiply,
  maximum,
  minimum,
  and: binaryOps.and,
  or: binaryOps.or,
  xor: binaryOps.xor,
  bitwise_and: binaryOps.bitwise_and,
  bitwise_or: binaryOps.bitwise_or,
  bitwise_xor: binaryOps.bitwise_xor,
  equal: compareOps.equal,
  not_equal: compareOps.not_equal,
  less: compareOps.greater,
  greater: compareOps.less,
  less_equal: compareOps.greater_equal,
  greater_equal: compareOps.less_equal,
};

/** c + x = x + c: constants stand on the right. */
const constantsRight: Rule = {
  name: "constants-right",
  ops: Object.keys(swapped).map((name) => ({ name })),
  apply({ op, operands: [a, b] }, builder, match) {
    const wrong = match.constant(a) !== undefined && match.constant(b) === undefined;
    return wrong ? [builder.one(swapped[op.name], [b, a], {})] : undefined;
  },
};

/** x − c = x + (−c) */
const subtractConstant = ruleFor("subtract-constant", subtract, ({ operands: [x, c] }, builder, match) => {
  if (match.constant(c) === undefined) return undefined;
  return [builder.one(add, [x, builder.one(negate, [c], {})], {})];
});

/** Whether 1/value is exact in f32, and so are products with either up to the ends of the range. */
function isPowerOfTwo(value: number): boolean {
  const exponent = Math.round(Math.log2(Math.abs(value)));
  return Math.abs(exponent) <= 100 && 2 ** exponent === Math.abs(value);
}

/** x / c = x · (1/c), where c is a power of two and 1/c exact */
const divideByPowerOfTwo = ruleFor("divide-by-power-of-two", divide, ({ operands: [x, c] }, builder, match) => {
  const divisor = match.constant(c);
  if (divisor === undefined || divisor.elementType === "i32" || !everyElement(c, match, isPowerOfTwo)) return undefined;
  const inverses = Array.from(numbers(divisor), (value) => 1 / value);
  return [builder.one(multiply, [x, builder.constant(tensor(divisor.elementType, divisor.shape, inverses))], {})];
});

/** (x · c) · d = x · (c · d), for one number c or d, and powers of two d or i32, where no rounding tells them apart */
const multiplyTwice = ruleFor("multiply-twice", multiply, ({ operands: [y, d] }, builder, match) => {
  const inner = match.madeBy(y, multiply);
  if (inner === undefined || match.constant(d) === undefined) return undefined;
  const [x, c] = inner.operands;
  const scalars = [c, d].some(({ type }) => type.shape.length === 0);
  const exact = y.type.elementType === "i32" || everyElement(d, match, isPowerOfTwo);
  if (match.constant(c) === undefined || !scalars || !exact) return undefined;
  return [builder.one(multiply, [x, builder.one(multiply, [c, d], {})], {})];
});

/** max(x, c) = clip(x, c, ∞), min(x, c) = clip(x, −∞, c), for one number c */
const clipByConstant = [maximum, minimum].map((op) =>
  ruleFor(`${op.name}-is-clip`, op, ({ operands: [x, c], results: [result] }, builder, match) => {
    const bound = uniformValue(c, match);
    if (bound === undefined || Number.isNaN(bound) || !stands(x, result) || !isFloat(x)) return undefined;
    return [builder.one(clip, [x], op === maximum ? { low: bound } : { high: bound })];
  }),
);

/** clip(x, 0, ∞) = relu(x) and clip(x, −∞, ∞) = x */
const clipIsRelu = ruleFor("clip-is-relu", clip, ({ operands: [x], attributes: { low, high } }, builder) => {
  if (high !== Infinity || !isFloat(x)) return undefined;
  if (low === -Infinity) return [x];
  return low === 0 ? [builder.one(relu, [x], {})] : undefined;
});

/** clip(clip(x, a, b), c, d) = clip(x, max(a, c), min(max(b, c), d)), and relu is clip(x, 0, ∞) */
const clipTwice = ruleFor("clip-twice", clip, ({ operands: [y], attributes: outer }, builder, match) => {
  const inner = match.madeBy(y, clip)?.attributes ?? (match.madeBy(y, relu) && { low: 0, high: Infinity });
  const x = match.producer(y)?.operands[0];
  if (inner === undefined || x === undefined || !isFloat(x)) return undefined;
  const low = Math.max(inner.low, outer.low);
  return [builder.one(clip, [x], { low, high: Math.min(Math.max(inner.high, outer.low), outer.high) })];
});

/** relu(clip(x, a, b)) = clip(x, max(a, 0), max(b, 0)) */
const reluOfClip = ruleFor("relu-of-clip", relu, ({ operands: [y] }, builder, match) => {
  const inner = match.madeBy(y, clip);
  if (inner === undefined || !isFloat(y)) return undefined;
  const { low, high } = inner.attributes;
  return [builder.one(clip, inner.operands, { low: Math.max(low, 0), high: Math.max(high, 0) })];
});

/** cast(x, its own type) = x */
const castToItself = ruleFor("cast-to-itself", cast, ({ operands: [x], attributes: { to } }) =>
  x.type.elementType === to ? [x] : undefined,
);

/** To which types a cast loses nothing and a second cast sees the same number. */
const lossless: Readonly<Partial<Record<ElementType, readonly ElementType[]>>> = {
  bool: ["i32", "f32", "f64"],
  i8: ["i16", "i32"],
  u8: ["i16", "u16", "i32"],
  i16: ["i32"],
  u16: ["i32"],
  f16: ["f32", "f64"],
  bf16: ["f32", "f64"],
  f32: ["f64"],
};

/** cast(cast(x, B), C) = cast(x, C), where B holds every value of x's type */
const castTwice = ruleFor("cast-twice", cast, ({ operands: [y], attributes: { to } }, builder, match) => {
  const inner = match.madeBy(y, cast);
  if (inner === undefined) return undefined;
  const [x] = inner.operands;
  const keeps = lossless[x.type.elementType]?.includes(inner.attributes.to) ?? false;
  return keeps ? [builder.one(cast, [x], { to })] : undefined;
});

/** select(true, a, b) = a, select(false, a, b) = b */
const selectKnown = ruleFor("select-known", select, ({ operands, results: [result] }, _, match) => {
  const [condition, a, b] = operands;
  const known = uniformValue(condition, match);
  const chosen = known === 1 ? a : b;
  return known !== undefined && stands(chosen, result) ? [chosen] : undefined;
});

/** select(c, a, a) = a */
const selectSame = ruleFor("select-same", select, ({ operands: [, a, b], results: [result] }) =>
  a === b && stands(a, result) ? [a] : undefined,
);

/** select(not(c), a, b) = select(c, b, a) */
const selectNot = ruleFor("select-not", select, ({ operands: [condition, a, b] }, builder, match) => {
  const inverted = match.madeBy(condition, unaryOps.not);
  return inverted && [builder.one(select, [inverted.operands[0], b, a], {})];
});

/** Every op that works element by element. */
export const elementwise: readonly { readonly name: string }[] = [
  ...Object.values<{ readonly name: string }>(unaryOps),
  ...Object.values<{ readonly name: string }>(activationOps),
  ...Object.values<{ readonly name: string }>(parametrisedOps),
  ...Object.values<{ readonly name: string }>(binaryOps),
  ...Object.values<{ readonly name: string }>(compareOps),
  select,
  cast,
];

/** f(broadcast(x), y) = f(x, y), where y has the shape alone: elementwise ops broadcast by themselves. */
const withoutBroadcast: Rule = {
  name: "without-broadcast",
  ops: elementwise,
  apply: (node, builder, match) =>
    withOperands(node, builder, (operand) => match.madeBy(operand, broadcast)?.operands[0]),
};

/** f(x, [c, c, …]) = f(x, c), where x has the shape alone */
const uniformIsScalar: Rule = {
  name: "uniform-is-scalar",
  ops: elementwise,
  apply: (node, builder, match) =>
    withOperands(node, builder, (operand) => {
      const value = operand.type.shape.length > 0 ? uniformValue(operand, match) : undefined;
      return value === undefined ? undefined : builder.constant(tensor(operand.type.elementType, [], [value]));
    }),
};

/** The node with the first operand for which `instead` gives something that keeps the result's shape; undefined where there is none. */
function withOperands(
  node: Node,
  builder: NodeBuilder,
  instead: (operand: Value) => Value | undefined,
): readonly Value[] | undefined {
  for (const [i, operand] of node.operands.entries()) {
    const other = instead(operand);
    if (other === undefined) continue;
    const operands = node.operands.with(i, other);
    const shapes = operands.map(({ type }) => type.shape);
    if (broadcastTo(shapes, node.results[0])) return builder.add(node.op, operands, node.attributes);
  }
  return undefined;
}

function isFloat({ type }: Value): boolean {
  return type.elementType === "f32" || type.elementType === "f64";
}

export const elementwiseRules: readonly Rule[] = [
  constantsRight,
  ...projections,
  ...involutions,
  uniformIsScalar,
  withoutBroadcast,
  ...neutralOperands,
  subtractConstant,
  divideByPowerOfTwo,
  multiplyTwice,
  ...clipByConstant,
  clipTwice,
  clipIsRelu,
  reluOfClip,
  castToItself,
  castTwice,
  selectKnown,
  selectSame,
  selectNot,
];
