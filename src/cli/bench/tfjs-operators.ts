/**
 * How TensorFlow.js computes the ops of a graph: one row each, in its own public functions. What a row cannot do it says by throwing.
 */
import type { Attributes } from "../../ir/attributes/value.js";
import type { Node } from "../../ir/graph/graph.js";
import type { Padding } from "../../ir/geometry/window.js";
import type { Shape } from "../../ir/types/shape.js";

/** A tensor of TensorFlow.js. */
export interface TfTensor {
  readonly shape: number[];
  dataSync(): Float32Array | Int32Array | Uint8Array;
  dispose(): void;
}

/** Functions of the package by name. */
type TfFunction = (...operands: unknown[]) => TfTensor;

/** What is used of the package's exports. */
export interface Tensorflow extends Readonly<Record<string, unknown>> {
  readonly image: Readonly<Record<"resizeNearestNeighbor" | "resizeBilinear", TfFunction>>;
  tensor(values: unknown, shape: Shape, type: string): TfTensor;
  tidy<Result>(compute: () => Result): Result;
  keep(tensor: TfTensor): TfTensor;
  dispose(tensors: readonly TfTensor[]): void;
  setBackend(name: string): Promise<boolean>;
  enableProdMode(): void;
  env(): { set(flag: string, value: boolean): void };
}

/** The result of a node. */
export type TfOperator = (tf: Tensorflow, operands: readonly TfTensor[], node: Node) => TfTensor | readonly TfTensor[];

/** Functions of the package that do not stand in the interface: those of its tables below. */
function call(tf: Tensorflow, name: string, ...operands: unknown[]): TfTensor {
  const { [name]: found } = tf;
  if (typeof found !== "function") throw new Error(`it has no function ${name}`);
  return (found as TfFunction)(...operands);
}

/** An attribute, of the kind that its op declares. */
function attribute<Value>(node: Node, name: string): Value {
  const { [name]: value } = node.attributes as Attributes & Record<string, unknown>;
  return value as Value;
}

const numberOf = (node: Node, name: string): number => attribute<number>(node, name);
const numbersOf = (node: Node, name: string): readonly number[] => attribute<readonly number[]>(node, name);
const resultShape = (node: Node): Shape => node.results[0]?.type.shape ?? [];

/** Explicit padding of [N, H, W, C] as TensorFlow writes it. */
function explicitPads(node: Node): readonly Padding[] {
  const padding = attribute<readonly Padding[]>(node, "padding");
  if (padding.flat().some((pad) => pad < 0)) throw new Error(`it cannot crop in ${node.op.name}`);
  return [[0, 0], ...padding, [0, 0]];
}

function onImages(node: Node): void {
  if (node.operands[0]?.type.shape.length !== 4) throw new Error(`${node.op.name} of other ranks than images`);
}

const conv: TfOperator = (tf, [x, w], node) => {
  onImages(node);
  const [strides, dilations] = [numbersOf(node, "strides"), numbersOf(node, "dilations")];
  const [groups, pads] = [numberOf(node, "groups"), explicitPads(node)];
  const [height = 1, width = 1, inPerGroup = 1, out = 1] = node.operands[1]?.type.shape ?? [];
  if (groups === 1) return call(tf, "conv2d", x, w, strides, pads, "NHWC", dilations);
  if (inPerGroup !== 1) throw new Error("it has no grouped convolutions");
  const filter = call(tf, "reshape", w, [height, width, groups, out / groups]);
  return call(tf, "depthwiseConv2d", x, filter, strides, pads, "NHWC", dilations);
};

const convTranspose: TfOperator = (tf, [x, w], node) => {
  onImages(node);
  const strides = numbersOf(node, "strides");
  if (numberOf(node, "groups") !== 1) throw new Error("it has no grouped transposed convolutions");
  if (numbersOf(node, "dilations").some((dilation) => dilation !== 1)) throw new Error("it dilates no conv_transpose");
  return call(tf, "conv2dTranspose", x, w, resultShape(node), strides, explicitPads(node));
};

const pool =
  (name: "maxPool" | "avgPool"): TfOperator =>
  (tf, [x], node) => {
    onImages(node);
    if (numbersOf(node, "dilations").some((dilation) => dilation !== 1)) throw new Error("it dilates no pooling");
    if (attribute<boolean | undefined>(node, "count_padding") === true) throw new Error("it counts no padding");
    return call(tf, name, x, numbersOf(node, "kernel"), numbersOf(node, "strides"), explicitPads(node));
  };

/** The two corner conventions that TensorFlow.js has. */
const resize: TfOperator = (tf, [x], node) => {
  onImages(node);
  const coordinates = attribute<string>(node, "coordinates");
  const nearest = attribute<string>(node, "mode") === "nearest";
  const [align, half] = [coordinates === "align_corners", coordinates.includes("half_pixel")];
  const [batch, height, width, channels] = resultShape(node);
  if (batch !== x?.shape[0] || channels !== x?.shape[3]) throw new Error("it resizes heights and widths only");
  const resized = nearest ? tf.image.resizeNearestNeighbor : tf.image.resizeBilinear;
  return resized(x, [height, width], align, half);
};

const reductions: Readonly<Record<string, string>> = { sum: "sum", mean: "mean", max: "max", min: "min", prod: "prod" };

const reduce: TfOperator = (tf, [x], node) => {
  const name = reductions[attribute<string>(node, "function")] ?? "";
  return call(tf, name, x, numbersOf(node, "axes"), attribute<boolean>(node, "keep_dimensions"));
};

const slice: TfOperator = (tf, [x], node) => {
  const [starts, sizes, steps] = [numbersOf(node, "starts"), numbersOf(node, "sizes"), numbersOf(node, "steps")];
  if (steps.every((step) => step === 1)) return call(tf, "slice", x, starts, sizes);
  if (steps.some((step) => step < 1)) throw new Error("it slices forwards only");
  const ends = starts.map((start, d) => start + ((sizes[d] ?? 1) - 1) * (steps[d] ?? 1) + 1);
  return call(tf, "stridedSlice", x, starts, ends, steps);
};

const split: TfOperator = (tf, [x], node) => {
  const pieces = call(tf, "split", x, numbersOf(node, "sizes"), numberOf(node, "axis"));
  return pieces as TfTensor | readonly TfTensor[];
};

const pad: TfOperator = (tf, [x], node) => {
  const padding = attribute<readonly Padding[]>(node, "padding");
  const mode = attribute<string>(node, "mode");
  if (padding.flat().some((size) => size < 0)) throw new Error("it cannot crop in pad");
  if (mode === "constant") return call(tf, "pad", x, padding, numberOf(node, "value"));
  if (mode === "reflect") return call(tf, "mirrorPad", x, padding, "reflect");
  throw new Error(`it has no padding ${mode}`);
};

const gather: TfOperator = (tf, [x, indices], node) => call(tf, "gather", x, indices, numberOf(node, "axis"));

const castTypes: Readonly<Record<string, string>> = { f32: "float32", i32: "int32", bool: "bool" };

const cast: TfOperator = (tf, [x], node) => {
  const type = node.results[0]?.type.elementType ?? "";
  const { [type]: name } = castTypes;
  if (name === undefined) throw new Error(`it has no element type ${type}`);
  return call(tf, "cast", x, name);
};

const clip: TfOperator = (tf, [x], node) => call(tf, "clipByValue", x, numberOf(node, "low"), numberOf(node, "high"));

const hardSigmoid: TfOperator = (tf, [x], node) => {
  const scaled = call(tf, "add", call(tf, "mul", x, numberOf(node, "alpha")), numberOf(node, "beta"));
  return call(tf, "clipByValue", scaled, 0, 1);
};

const hardSwish: TfOperator = (tf, [x]) =>
  call(tf, "mul", x, call(tf, "div", call(tf, "relu6", call(tf, "add", x, 3)), 6));

const swish: TfOperator = (tf, [x], node) =>
  call(tf, "mul", x, call(tf, "sigmoid", call(tf, "mul", x, numberOf(node, "alpha"))));

const softmax: TfOperator = (tf, [x], node) => call(tf, "softmax", x, numberOf(node, "axis"));

/** Functions that take the operands and nothing else. */
const plain = {
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  power: "pow",
  maximum: "maximum",
  minimum: "minimum",
  prelu: "prelu",
  equal: "equal",
  not_equal: "notEqual",
  less: "less",
  less_equal: "lessEqual",
  greater: "greater",
  greater_equal: "greaterEqual",
  select: "where",
  matmul: "matMul",
  negate: "neg",
  absolute: "abs",
  sign: "sign",
  floor: "floor",
  ceil: "ceil",
  sqrt: "sqrt",
  rsqrt: "rsqrt",
  square: "square",
  reciprocal: "reciprocal",
  exp: "exp",
  log: "log",
  sin: "sin",
  cos: "cos",
  tanh: "tanh",
  erf: "erf",
  relu: "relu",
  sigmoid: "sigmoid",
  softplus: "softplus",
} as const;

const rows: Readonly<Record<string, TfOperator>> = {
  conv,
  conv_transpose: convTranspose,
  max_pool: pool("maxPool"),
  avg_pool: pool("avgPool"),
  resize,
  reduce,
  softmax,
  slice,
  split,
  pad,
  gather,
  cast,
  clip,
  hard_sigmoid: hardSigmoid,
  hard_swish: hardSwish,
  swish,
  leaky_relu: (tf, [x], node) => call(tf, "leakyRelu", x, numberOf(node, "alpha")),
  concat: (tf, operands, node) => call(tf, "concat", operands, numberOf(node, "axis")),
  reshape: (tf, [x], node) => call(tf, "reshape", x, numbersOf(node, "shape")),
  transpose: (tf, [x], node) => call(tf, "transpose", x, numbersOf(node, "permutation")),
  broadcast: (tf, [x], node) => call(tf, "broadcastTo", x, numbersOf(node, "shape")),
};

/** How an op is computed; throws where TensorFlow.js is not known to do it. */
export function tfOperator(name: string): TfOperator {
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row !== undefined) return row;
  if (!Object.hasOwn(plain, name)) throw new Error(`no function for ${name}`);
  const own = plain[name as keyof typeof plain];
  return (tf, operands) => call(tf, own, ...operands);
}

/** A convolution with what follows it, as converters to TensorFlow.js' own format fuse it. */
export function fusedConv(
  tf: Tensorflow,
  node: Node,
  x: TfTensor,
  filter: TfTensor,
  rest: { readonly bias?: TfTensor; readonly activation: string },
): TfTensor {
  const fused = tf["fused"] as Readonly<Record<string, TfFunction>>;
  const groups = numberOf(node, "groups");
  const [height = 1, width = 1, , out = 1] = node.operands[1]?.type.shape ?? [];
  const w = groups === 1 ? filter : call(tf, "reshape", filter, [height, width, groups, out / groups]);
  const name = groups === 1 ? "conv2d" : "depthwiseConv2d";
  const [strides, dilations] = [numbersOf(node, "strides"), numbersOf(node, "dilations")];
  const found = fused[name];
  if (found === undefined) throw new Error(`it has no function fused.${name}`);
  return found({ x, filter: w, strides, pad: explicitPads(node), dilations, ...rest });
}
