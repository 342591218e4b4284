/** What a step of a random graph sees: decisions, the values so far, and constants of small whole numbers and powers of two. */
import type { NodeBuilder, Value } from "../../../src/ir/graph/graph.js";
import { elementCount, type Shape } from "../../../src/ir/types/shape.js";
import { tensor } from "../../../src/ir/types/tensor.js";

export interface Growth {
  readonly builder: NodeBuilder;
  /** A decision from 0 to count − 1. */
  pick(count: number): number;
  choose<T>(items: readonly T[]): T;
  /** Some earlier value. */
  value(): Value;
  values(): readonly Value[];
}

/** Adds nodes and returns the values that later steps may use; may throw `UnstrideError` where the choice does not verify. */
export type Step = (growth: Growth) => readonly Value[];

/** Whole numbers from −2 to 2, with zeros or without. */
export function integers(growth: Growth, shape: Shape): Value {
  return constantOf(growth, shape, [1, -1, 2, 0, -2, 1, 1]);
}

/** Powers of two, by which products are exact. */
export function scales(growth: Growth, shape: Shape): Value {
  return constantOf(growth, shape, [1, 2, 0.5, -1, -2, 1, 1]);
}

function constantOf({ builder, pick }: Growth, shape: Shape, numbers: readonly number[]): Value {
  const offset = pick(numbers.length);
  const step = pick(3);
  const values = Array.from({ length: elementCount(shape) }, (_, i) => numbers[(offset + i * step) % numbers.length]);
  return builder.constant(tensor("f32", shape, values));
}

/** A shape that broadcasts to `shape`: scalar, one dimension, the last dimensions, or the whole. */
export function broadcastable({ pick }: Growth, shape: Shape): Shape {
  const kept = pick(Math.max(shape.length, 1));
  const choices: Shape[] = [
    [],
    shape.map((size, d) => (d === kept ? size : 1)),
    shape.map((size, d) => (d === 1 ? size : 1)),
    shape.slice(kept),
    shape,
    shape.map((size, d) => (d === kept ? 1 : size)),
  ];
  return choices[pick(choices.length)];
}
