/** Small graphs at the edges of what there is: no elements, one element, numbers that are none, types of other widths, ports that are the same. */
import type { GraphTools } from "../../src/frontends/code/graph.js";
import type { Value } from "../../src/ir/graph/graph.js";
import type { ElementType } from "../../src/ir/types/element-type.js";
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import { tensor, type Tensor } from "../../src/ir/types/tensor.js";

export interface Edge {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly build: (tools: GraphTools, inputs: Readonly<Record<string, Value>>) => Readonly<Record<string, Value>>;
}

const special = [0, -0, NaN, Infinity, -Infinity, 1, -1, 0.5, -2.5, 1e-45, -1e-45, 3.4e38, -3.4e38, 6, 7];
const whole = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 7, -7, 65_537, 46_341, -46_341, 3];

/** The values in turn. */
function turns(shape: Shape, values: readonly number[], elementType: ElementType = "f32"): Tensor {
  return tensor(
    elementType,
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => values[i % values.length] ?? 0),
  );
}

const specials = (...shape: readonly number[]): Tensor => turns(shape, special);
/** Neighbours of every two values meet. */
const shifted = (...shape: readonly number[]): Tensor => turns(shape, [...special, 2]);
const counting = (...shape: readonly number[]): Tensor =>
  turns(
    shape,
    Array.from({ length: 97 }, (_, i) => ((i * 7) % 11) - 5),
  );
const wholes = (...shape: readonly number[]): Tensor => turns(shape, whole, "i32");
const truths = (...shape: readonly number[]): Tensor => turns(shape, [0, 1, 1, 0, 1], "bool");
const doubles = (...shape: readonly number[]): Tensor => turns(shape, [0.1, -0.7, 1e300, NaN, -0, 3], "f64");

const numbersThatAreNone: Readonly<Record<string, Edge>> = {
  "bounds of NaN and of both zeros, by neighbours": {
    inputs: { x: specials(15, 16), y: shifted(15, 16) },
    build: ({ maximum, minimum }, { x, y }) => ({ most: maximum(x, y), least: minimum(x, y) }),
  },
  "bounds of NaN and of both zeros, by numbers": {
    inputs: { x: specials(45) },
    build: ({ maximum, minimum, relu, relu6, clip }, { x }) => ({
      relu: relu(x),
      relu6: relu6(x),
      atMost: minimum(x, 0),
      atLeast: maximum(x, -1),
      between: clip(x, { low: -1, high: 0 }),
      wide: clip(x, { low: -Infinity, high: Infinity }),
    }),
  },
  "activations of NaN, infinity and the smallest": {
    inputs: { x: specials(30) },
    build: ({ leakyRelu, absolute, negate, sign, floor, ceil, round, truncate, sqrt }, { x }) => ({
      leaky: leakyRelu(x, { alpha: 0.5 }),
      size: absolute(x),
      other: negate(x),
      sign: sign(x),
      below: floor(x),
      above: ceil(x),
      near: round(x),
      whole: truncate(x),
      root: sqrt(x),
    }),
  },
  "poolings of NaN": {
    inputs: { x: specials(1, 9, 7, 8) },
    build: ({ maxPool, avgPool, reduceMax, reduceMin }, { x }) => ({
      most: maxPool(x, { kernel: 2, padding: "SAME" }),
      mean: avgPool(x, { kernel: 3, strides: 2 }),
      all: reduceMax(x, { axes: [1, 2] }),
      least: reduceMin(x, { axes: [3] }),
    }),
  },
  "a sum begins with 0 and not with what is first": {
    inputs: { x: turns([3, 8], [-0]) },
    build: ({ reduceSum, reduceProd, matmul, parameter }, { x }) => ({
      sum: reduceSum(x, { axes: [0] }),
      product: reduceProd(x, { axes: [0] }),
      matrix: matmul(x, parameter("w", [8, 9], new Array<number>(72).fill(1))),
    }),
  },
};

const otherTypes: Readonly<Record<string, Edge>> = {
  "i32 that overflows, in lanes and alone": {
    inputs: { x: wholes(37), y: turns([37], [3, -1, 0, 2 ** 31 - 1, -(2 ** 31), 33], "i32") },
    build: ({ add, multiply, subtract, divide, modulo, remainder, negate, absolute, power, maximum }, { x, y }) => ({
      sum: add(x, y),
      product: multiply(x, y),
      difference: subtract(x, y),
      ratio: divide(x, y),
      modulo: modulo(x, y),
      rest: remainder(x, y),
      other: negate(x),
      size: absolute(x),
      power: power(x, y),
      most: maximum(x, y),
    }),
  },
  "sums and products of i32 that overflow": {
    inputs: { x: wholes(5, 40) },
    build: ({ reduceSum, reduceProd, reduceMax, matmul, transpose }, { x }) => ({
      rows: reduceSum(x, { axes: [1] }),
      columns: reduceSum(x, { axes: [0] }),
      product: reduceProd(x, { axes: [0] }),
      most: reduceMax(x, { axes: [0] }),
      matrix: matmul(x, transpose(x)),
    }),
  },
  "shifts by more than there are bits": {
    inputs: { x: wholes(37), y: turns([37], [0, 1, 31, 32, 33, -1, 64], "i32") },
    build: ({ shiftLeft, shiftRight, bitwiseXor }, { x, y }) => ({
      left: shiftLeft(x, y),
      right: shiftRight(x, y),
      xor: bitwiseXor(x, y),
    }),
  },
  "f64 all the way": {
    inputs: { x: doubles(3, 12), w: turns([12, 9], [0.3, 0.5, -0.1], "f64") },
    build: ({ matmul, add, maximum, reduceSum, cast }, { x, w }) => ({
      product: matmul(x, w),
      sum: reduceSum(add(x, x), { axes: [1] }),
      most: maximum(x, 0),
      rounded: cast(x, "f32"),
    }),
  },
  "f64 chosen by lanes of f32": {
    inputs: { x: specials(24), a: doubles(1), b: turns([1], [0.25], "f64") },
    build: ({ greater, where, cast, multiply }, { x, a, b }) => ({
      chosen: cast(where(greater(x, 0), a, b), "f32"),
      scaled: multiply(x, cast(a, "f32")),
    }),
  },
  "truths put out, read and counted": {
    inputs: { x: specials(3, 11), t: truths(3, 11), one: truths(1) },
    build: (
      { greater, lessEqual, and, logicalNot, where, isNan, reduceAny, reduceAll, cast, reduceSum },
      { x, t, one },
    ) => ({
      positive: greater(x, 0),
      both: and(lessEqual(x, 1), t),
      not: logicalNot(t),
      nan: isNan(x),
      chosen: where(t, x, 1),
      all: where(one, x, 2),
      any: reduceAny(t, { axes: [1] }),
      every: reduceAll(t, { axes: [0] }),
      count: reduceSum(cast(t, "f32"), { axes: [1] }),
    }),
  },
  "a truth for each row, in all lanes of it": {
    inputs: { x: counting(5, 16), t: truths(5, 1) },
    build: ({ where, logicalNot }, { x, t }) => ({ y: where(t, x, 9), z: where(logicalNot(t), x, x) }),
  },
  "numbers of every width, from and to": {
    inputs: {
      x: turns([21], [-3.7, 2.5, 300.2, -129, 1e10, NaN, 0.4]),
      h: turns([21], [1.5, -0, 65_504, 1e-7], "f16"),
      b: turns([21], [1.5, -0, 3e38], "bf16"),
      u: turns([21], [0, 255, 128], "u8"),
      n: turns([21], [-128, 127, -1], "i8"),
    },
    build: ({ cast }, { x, h, b, u, n }) => ({
      half: cast(x, "f16"),
      brain: cast(x, "bf16"),
      whole: cast(x, "i32"),
      byte: cast(cast(x, "i32"), "u8"),
      short: cast(cast(x, "i32"), "i16"),
      long: cast(cast(x, "i32"), "i64"),
      truth: cast(x, "bool"),
      fromHalf: cast(h, "f32"),
      fromBrain: cast(b, "f32"),
      fromByte: cast(u, "f32"),
      fromSigned: cast(n, "i32"),
    }),
  },
};

const sizes: Readonly<Record<string, Edge>> = {
  "no elements at all": {
    inputs: { x: counting(0, 8), y: counting(3, 0) },
    build: ({ relu, concat, transpose, reduceSum, matmul, parameter, pad }, { x, y }) => ({
      relu: relu(x),
      joined: concat([x, x], 0),
      turned: transpose(y),
      sum: reduceSum(y, { axes: [1] }),
      sums: reduceSum(x, { axes: [1] }),
      product: matmul(x, parameter("w", [8, 5], new Array<number>(40).fill(1))),
      inner: matmul(y, parameter("v", [0, 5], [])),
      padded: pad(y, [
        [0, 0],
        [2, 3],
      ]),
    }),
  },
  "a convolution of no images": {
    inputs: { x: counting(0, 6, 6, 4) },
    build: ({ conv2d, conv2dTranspose, maxPool, parameter }, { x }) => {
      const w = parameter("w", [3, 3, 4, 4], new Array<number>(144).fill(1));
      return {
        conv: conv2d(x, w, { padding: "SAME" }),
        transposed: conv2dTranspose(x, w, { strides: 2, padding: "SAME" }),
        pooled: maxPool(x, { kernel: 2 }),
      };
    },
  },
  "one element, of rank 0": {
    inputs: { x: turns([], [3]), y: counting(19) },
    build: ({ add, relu, multiply, reduceSum, broadcastTo }, { x, y }) => ({
      same: relu(x),
      scaled: multiply(x, y),
      sum: add(reduceSum(y), x),
      wide: broadcastTo(x, [4, 5]),
    }),
  },
  "every dimension of extent 1": {
    inputs: { x: counting(1, 1, 1, 1) },
    build: ({ conv2d, conv2dTranspose, maxPool, softmax, transpose, parameter }, { x }) => ({
      conv: conv2d(x, parameter("w", [1, 1, 1, 1], [3])),
      same: conv2d(x, parameter("v", [3, 3, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]), { padding: "SAME" }),
      transposed: conv2dTranspose(x, parameter("u", [2, 2, 1, 1], [1, 2, 3, 4]), { strides: 2 }),
      pooled: maxPool(x, { kernel: 1 }),
      softmax: softmax(x),
      turned: transpose(x, [3, 1, 2, 0]),
    }),
  },
  "rows that begin where no vector does": {
    inputs: { x: counting(7, 13), y: counting(5, 3, 5, 7) },
    build: ({ slice, add, transpose, relu, reverse, concat }, { x, y }) => ({
      inner: relu(slice(x, [1, 1], [5, 11])),
      sum: add(slice(x, [0, 0], [7, 9]), slice(x, [0, 3], [7, 9])),
      backwards: relu(reverse(x, 1)),
      each: relu(slice(x, [0, 1], [7, 6], [1, 2])),
      turned: relu(transpose(y, [0, 3, 1, 2])),
      back: relu(transpose(y, [3, 0, 2, 1])),
      joined: relu(concat([slice(x, [0, 0], [7, 5]), slice(x, [0, 5], [7, 1]), x], 1)),
    }),
  },
  "a sum over what does not change": {
    inputs: { x: counting(6), y: counting(3, 1, 5) },
    build: ({ reduceSum, reduceMax, broadcastTo }, { x, y }) => ({
      many: reduceSum(broadcastTo(x, [50, 6]), { axes: [0] }),
      most: reduceMax(broadcastTo(x, [50, 6]), { axes: [0] }),
      middle: reduceSum(broadcastTo(y, [3, 40, 5]), { axes: [1] }),
    }),
  },
};

const ports: Readonly<Record<string, Edge>> = {
  "an output that is an input": {
    inputs: { x: counting(3, 5), y: counting(3, 5) },
    build: ({ add }, { x, y }) => ({ x, again: x, sum: add(x, y) }),
  },
  "an output that is a constant": {
    inputs: { x: counting(4) },
    build: ({ parameter, add }, { x }) => {
      const c = parameter("c", [4], [1, 2, 3, 4]);
      return { c, sum: add(x, c), also: c };
    },
  },
  "several outputs of one value, and of parts and views of it": {
    inputs: { x: counting(4, 6) },
    build: ({ relu, slice, transpose, reshape, concat }, { x }) => {
      const y = relu(x);
      return {
        y,
        same: y,
        part: slice(y, [1, 2], [2, 3]),
        turned: transpose(y),
        flat: reshape(y, [24]),
        twice: concat([y, y], 0),
        views: reshape(x, [2, 12]),
      };
    },
  },
  "an input that nothing reads": {
    inputs: { x: counting(4), unused: counting(1000) },
    build: ({ relu }, { x }) => ({ y: relu(x) }),
  },
};

export const edges: Readonly<Record<string, Edge>> = { ...numbersThatAreNone, ...otherTypes, ...sizes, ...ports };
