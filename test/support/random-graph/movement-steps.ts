/** Steps that move elements. */
import { broadcast } from "../../../src/ir/ops/broadcast.js";
import { concat } from "../../../src/ir/ops/concat.js";
import { dilate } from "../../../src/ir/ops/dilate.js";
import { gather } from "../../../src/ir/ops/indexing/gather.js";
import { pad } from "../../../src/ir/ops/pad.js";
import { reshape } from "../../../src/ir/ops/reshape.js";
import { slice } from "../../../src/ir/ops/slice.js";
import { split } from "../../../src/ir/ops/split.js";
import { transpose } from "../../../src/ir/ops/transpose.js";
import { elementCount, equalShapes } from "../../../src/ir/types/shape.js";
import { tensor } from "../../../src/ir/types/tensor.js";
import { integers, type Growth, type Step } from "./growth.js";

/** [0, 2, …, 1] and its inverse most of the time, any other now and then. */
export function permutationOf({ pick }: Growth, rank: number): number[] {
  const all = Array.from({ length: rank }, (_, d) => d);
  const kind = pick(6);
  if (kind < 2) return toChannelsLast(rank);
  if (kind < 4) return toChannelsFirst(rank);
  const rotation = pick(rank);
  return kind === 4 ? [...all.slice(rotation), ...all.slice(0, rotation)] : all.reverse();
}

export function toChannelsLast(rank: number): number[] {
  const spatial = Array.from({ length: Math.max(rank - 2, 0) }, (_, d) => d + 2);
  return rank < 3 ? Array.from({ length: rank }, (_, d) => d) : [0, ...spatial, 1];
}

export function toChannelsFirst(rank: number): number[] {
  const spatial = Array.from({ length: Math.max(rank - 2, 0) }, (_, d) => d + 1);
  return rank < 3 ? Array.from({ length: rank }, (_, d) => d) : [0, rank - 1, ...spatial];
}

const transposed: Step = (growth) => {
  const x = growth.value();
  return [growth.builder.one(transpose, [x], { permutation: permutationOf(growth, x.type.shape.length) })];
};

const reshaped: Step = ({ builder, value, pick }) => {
  const x = value();
  const { shape } = x.type;
  const at = pick(shape.length);
  const choices = [
    [...shape.slice(0, at), 1, ...shape.slice(at)],
    shape.filter((size) => size !== 1),
    [elementCount(shape)],
    [shape[0] ?? 1, elementCount(shape.slice(1))],
    shape,
  ];
  return [builder.one(reshape, [x], { shape: choices[pick(choices.length)] })];
};

const concatenated: Step = (growth) => {
  const { builder, value, values, pick, choose } = growth;
  const first = value();
  if (first.type.shape.length === 0) return [];
  const axis = pick(first.type.shape.length);
  const alike = values().filter(({ type }) => equalShapes(type.shape, first.type.shape));
  const others = [choose(alike), integers(growth, first.type.shape.with(axis, 1)), choose(alike)];
  return [builder.one(concat, [first, ...others.slice(0, pick(4))], { axis })];
};

const padded: Step = ({ builder, value, pick, choose }) => {
  const x = value();
  const amount = () => choose([0, 0, 1, 2, -1]);
  const padding = x.type.shape.map((_, d): [number, number] => (pick(2) === d % 2 ? [amount(), amount()] : [0, 0]));
  const mode = choose(["constant", "constant", "edge", "reflect"] as const);
  return [builder.one(pad, [x], { padding, mode, value: mode === "constant" ? pick(2) : 0 })];
};

const sliced: Step = ({ builder, value, pick }) => {
  const x = value();
  const rows = x.type.shape.map((size) => {
    const step = [1, 1, 2, -1][pick(4)];
    const first = step < 0 ? size - 1 : Math.min(pick(2), Math.max(size - 1, 0));
    const room = step < 0 ? first + 1 : size - first;
    return { first, count: Math.ceil(room / Math.abs(step)), step };
  });
  const [starts, sizes, steps] = [rows.map((r) => r.first), rows.map((r) => r.count), rows.map((r) => r.step)];
  return [builder.one(slice, [x], { starts, sizes, steps })];
};

const pieces: Step = ({ builder, value, pick }) => {
  const x = value();
  const axis = pick(x.type.shape.length);
  const size = x.type.shape[axis] ?? 0;
  const first = pick(size + 1);
  return builder.add(split, [x], { axis, sizes: pick(3) === 0 ? [size] : [first, size - first] });
};

const broadcasted: Step = ({ builder, value, pick }) => {
  const x = value();
  const grown = x.type.shape.map((size) => (size === 1 ? 1 + pick(3) : size));
  return [builder.one(broadcast, [x], { shape: pick(3) === 0 ? [2, ...grown] : grown })];
};

const dilated: Step = ({ builder, value, pick }) => {
  const x = value();
  return [builder.one(dilate, [x], { strides: x.type.shape.map(() => 1 + Math.max(0, pick(4) - 2)) })];
};

const gathered: Step = ({ builder, value, pick, choose }) => {
  const x = value();
  const chosen = choose([[0], [0, 1], [1, 0], [-1], [0, 0, 1], [5]]);
  const indices = builder.constant(tensor("i32", pick(2) === 0 && chosen.length === 1 ? [] : [chosen.length], chosen));
  return [builder.one(gather, [x, indices], { axis: pick(x.type.shape.length) })];
};

export const movementSteps: readonly Step[] = [
  transposed,
  transposed,
  transposed,
  reshaped,
  concatenated,
  padded,
  sliced,
  pieces,
  broadcasted,
  dilated,
  gathered,
];
