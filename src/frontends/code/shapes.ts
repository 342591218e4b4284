/** Ops that move, select or combine elements, and reductions. Negative axes count from the end. */
import { fail } from "../../diagnostics/error.js";
import type { NodeBuilder, Value } from "../../ir/graph/graph.js";
import { argMax } from "../../ir/ops/arg-max.js";
import { broadcast } from "../../ir/ops/broadcast.js";
import { concat } from "../../ir/ops/concat.js";
import { gather } from "../../ir/ops/gather.js";
import { matmul } from "../../ir/ops/matmul.js";
import { pad } from "../../ir/ops/pad.js";
import { reduce } from "../../ir/ops/reduce.js";
import { reshape } from "../../ir/ops/reshape.js";
import { slice } from "../../ir/ops/slice.js";
import { softmax } from "../../ir/ops/softmax.js";
import { split } from "../../ir/ops/split.js";
import { transpose } from "../../ir/ops/transpose.js";
import type { Shape } from "../../ir/types/shape.js";

export interface ReduceOptions {
  /** Default: all. */
  readonly axes?: readonly number[];
  readonly keepDimensions?: boolean;
}

export interface PadOptions {
  readonly mode?: "constant" | "edge" | "reflect";
  readonly value?: number;
}

export function shapeTools(builder: NodeBuilder) {
  return { ...movementTools(builder), ...reductionTools(builder) };
}

function movementTools(builder: NodeBuilder) {
  return {
    reshape: (x: Value, shape: Shape): Value => builder.one(reshape, [x], { shape }),
    transpose: (x: Value, permutation: readonly number[]): Value => builder.one(transpose, [x], { permutation }),
    broadcast: (x: Value, shape: Shape): Value => builder.one(broadcast, [x], { shape }),
    concat: (values: readonly Value[], axis: number): Value =>
      builder.one(concat, values, { axis: axisOf(values[0], axis) }),
    split: (x: Value, sizes: readonly number[], axis: number): readonly Value[] =>
      builder.add(split, [x], { sizes, axis: axisOf(x, axis) }),
    /** Elements start, start + step, … of each dimension; `steps` may be negative. */
    slice: (x: Value, starts: readonly number[], sizes: readonly number[], steps = sizes.map(() => 1)): Value =>
      builder.one(slice, [x], { starts, sizes, steps }),
    gather: (data: Value, indices: Value, axis: number): Value =>
      builder.one(gather, [data, indices], { axis: axisOf(data, axis) }),
    /** One [low, high] pair for each dimension; negative crops. */
    pad: (x: Value, padding: readonly (readonly [number, number])[], options: PadOptions = {}): Value =>
      builder.one(pad, [x], { padding, ...options }),
  };
}

function reductionTools(builder: NodeBuilder) {
  const reduced =
    (name: "sum" | "mean" | "max" | "min" | "prod") =>
    (x: Value, options: ReduceOptions = {}): Value => {
      const axes = (options.axes ?? x.type.shape.map((_, axis) => axis)).map((axis) => axisOf(x, axis));
      return builder.one(reduce, [x], { function: name, axes, keep_dimensions: options.keepDimensions ?? false });
    };
  return {
    reduceSum: reduced("sum"),
    reduceMean: reduced("mean"),
    reduceMax: reduced("max"),
    reduceMin: reduced("min"),
    reduceProd: reduced("prod"),
    argMax: (x: Value, axis: number): Value =>
      builder.one(argMax, [x], { axis: axisOf(x, axis), keep_dimensions: false, select_last: false }),
    softmax: (x: Value, axis = -1): Value => builder.one(softmax, [x], { axis: axisOf(x, axis) }),
    /** Matrix product of the last two dimensions; the others broadcast. */
    matmul: (a: Value, b: Value): Value => builder.one(matmul, [a, b], {}),
  };
}

function axisOf(value: Value | undefined, axis: number): number {
  const rank = value?.type.shape.length ?? 0;
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    fail("graph/axis", { expected: `an axis from ${-rank} to ${rank - 1}`, found: `${axis}` });
  }
  return positive;
}
