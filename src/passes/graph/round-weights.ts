/**
 * round-weights: gives weights the values that files hold in 16 or 8 bits.
 *
 *     f16     w → the nearest f16
 *     int8    w → s · n, n whole from −127 to 127: s is the largest of its output channel by 127, rounded up to 16 bits
 *
 * Weights are what convolutions, products and lookups read of constants with two dimensions or more; all else (bias, scales of a
 * normalisation, positions) is small or must be exact, and stays. Kernels compute in f32 as ever. s · n has 24 bits and is exact in
 * f32, so that everything made of rounded weights by moving them is written as short as they are: see shorter-numbers.
 */
import { fail } from "../../diagnostics/error.js";
import { constant } from "../../ir/graph/constant.js";
import type { Graph, Node, Value } from "../../ir/graph/graph.js";
import { elementCount } from "../../ir/types/shape.js";
import { tensor, type Tensor } from "../../ir/types/tensor.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { ruleFor } from "../driver/rule.js";

/** What weights are kept as. */
export type RoundedWeights = "f16" | "int8";

const name = "round-weights";

/** The pass; without `weights` it leaves everything as it is. Fails with `target/weight-range`. */
export function roundWeights(weights: RoundedWeights | undefined): Pass<Graph> {
  return {
    name,
    why: "files of half the size, or of a quarter",
    run: (graph, context) => (weights === undefined ? graph : roundAll(graph, weights, context)),
  };
}

function roundAll(graph: Graph, weights: RoundedWeights, context: Parameters<Pass<Graph>["run"]>[1]): Graph {
  const axes = channelAxes(graph);
  const rule = ruleFor("round", constant, (node, builder) => {
    const { value, label } = node.attributes;
    const axis = axes.get(node.results[0]);
    if (axis === undefined) return undefined;
    const at = label || node.results[0].name;
    const rounded = weights === "f16" ? nearestHalves(value, at) : countedScales(value, axis, at);
    return rounded === undefined ? undefined : [builder.one(constant, [], { value: rounded, label })];
  });
  return rewriteGraph(graph, [rule], { pass: name, context });
}

/** The constants that are weights, and the dimension of each that has the channels of what is made of it. */
function channelAxes({ nodes }: Graph): ReadonlyMap<Value, number> {
  const constants = new Set(nodes.filter(({ op }) => op.name === constant.name).map(({ results }) => results[0]));
  const axes = new Map<Value, number>();
  for (const node of nodes) {
    node.operands.forEach((value, operand) => {
      const { elementType, shape } = value.type;
      const axis = channelAxis(node, operand, shape.length);
      const isMatrix = shape.filter((size) => size > 1).length >= 2;
      if (axis === undefined || elementType !== "f32" || !isMatrix || !constants.has(value) || axes.has(value)) return;
      axes.set(value, axis);
    });
  }
  return axes;
}

/** Of ops that multiply and add, and of lookups: the dimension of operand `operand`, of that rank, which makes channels. */
function channelAxis({ op }: Node, operand: number, rank: number): number | undefined {
  switch (op.name) {
    case "conv":
      return operand === 1 ? rank - 1 : undefined;
    case "conv_transpose":
      return operand === 1 ? rank - 2 : undefined;
    case "matmul":
      return operand === 1 ? rank - 1 : rank - 2;
    case "gather":
      return operand === 0 ? rank - 1 : undefined;
    default:
      return undefined;
  }
}

const largestHalf = 65504;

/** Undefined where every number is an f16 already. */
function nearestHalves(value: Tensor, at: string): Tensor | undefined {
  const { data } = value;
  const rounded = new Float32Array(data.length);
  let same = true;
  for (let i = 0; i < data.length; i++) {
    const number = Number(data[i]);
    rounded[i] = nearestHalf(number);
    // 65520 and what is above it would be infinite
    if (Math.abs(rounded[i] ?? 0) > largestHalf && Number.isFinite(number)) refuseRange(at, number, largestHalf);
    same &&= Object.is(rounded[i], number) || Number.isNaN(number);
  }
  return same ? undefined : tensor("f32", value.shape, rounded);
}

/** Eleven bits of a number, halves to even; below 2^−14 multiples of 2^−24. */
function nearestHalf(number: number): number {
  if (!Number.isFinite(number) || number === 0) return number;
  const unit = 2 ** (Math.max(exponentOf(number), -14) - 10);
  return roundToEven(number / unit) * unit;
}

/** The whole number e with 2^e ≤ |number| < 2^(e + 1). */
function exponentOf(number: number): number {
  const guess = Math.floor(Math.log2(Math.abs(number)));
  if (2 ** guess > Math.abs(number)) return guess - 1;
  return 2 ** (guess + 1) <= Math.abs(number) ? guess + 1 : guess;
}

function roundToEven(number: number): number {
  const below = Math.floor(number);
  const rest = number - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

function refuseRange(at: string, number: number, largest: number): never {
  fail("target/weight-range", { at, expected: `numbers from -${largest} to ${largest}`, found: `${number}` });
}

/** Below the largest f32, so that its scale rounded up still counts to an f32. */
const largestCounted = 2 ** 127;

/** Undefined where every number counts the scale of its channel already. */
function countedScales(value: Tensor, axis: number, at: string): Tensor | undefined {
  const { data, shape } = value;
  const [channels, inner] = [shape[axis] ?? 1, elementCount(shape.slice(axis + 1))];
  const scales = channelScales(data, channels, inner, at);
  const rounded = new Float32Array(data.length);
  let same = true;
  for (let i = 0; i < data.length; i++) {
    const [number, scale] = [Number(data[i]), scales[Math.floor(i / inner) % channels] ?? 0];
    // adding zero makes one zero of two
    rounded[i] = scale === 0 ? 0 : roundToEven(number / scale) * scale + 0;
    same &&= Object.is(rounded[i], number);
  }
  return same ? undefined : tensor("f32", shape, rounded);
}

function channelScales(data: Tensor["data"], channels: number, inner: number, at: string): Float64Array {
  const scales = new Float64Array(channels);
  for (let i = 0; i < data.length; i++) {
    const [channel, number] = [Math.floor(i / inner) % channels, Number(data[i])];
    if (!(Math.abs(number) < largestCounted)) refuseRange(at, number, largestCounted);
    scales[channel] = Math.max(scales[channel] ?? 0, Math.abs(number));
  }
  return scales.map((largest) => (largest === 0 ? 0 : sixteenBitsUp(largest / 127)));
}

/** The next number of sixteen bits; not below 2^−126, so that no count of it is less exact. */
function sixteenBitsUp(number: number): number {
  const unit = 2 ** (Math.max(exponentOf(number), -126 + 15) - 15);
  return Math.ceil(number / unit) * unit;
}
