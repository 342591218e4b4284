/** Reductions over axes, and what normalises or searches along one. Negative axes count from the end. */
import type { Value } from "../../ir/graph/graph.js";
import { argMax, argMin } from "../../ir/ops/arg-max.js";
import { reduce } from "../../ir/ops/reduce.js";
import { softmax } from "../../ir/ops/softmax.js";
import { axesFrom, axisFrom, checkOptions, type PerDimension } from "./options.js";
import type { ToolBuilder } from "./tool-builder.js";

export interface ReduceOptions {
  /** Default: all. */
  readonly axes?: PerDimension;
  /** Whether the axes stay, with size 1; default false. */
  readonly keepDimensions?: boolean;
}

export function reductionTools(builder: ToolBuilder) {
  const reduced =
    (of: "sum" | "mean" | "max" | "min" | "prod") =>
    (x: Value, options: ReduceOptions = {}): Value => {
      checkOptions(options, { axes: true, keepDimensions: true });
      const axes = axesFrom(builder.shapeOf(x).length, options.axes);
      return builder.one(reduce, [x], { function: of, axes, keep_dimensions: options.keepDimensions ?? false });
    };
  const extreme =
    (op: typeof argMax) =>
    (x: Value, axis = 0): Value =>
      builder.one(op, [x], { axis: axisFrom(builder.shapeOf(x).length, axis) });
  return {
    reduceSum: reduced("sum"),
    reduceMean: reduced("mean"),
    reduceMax: reduced("max"),
    reduceMin: reduced("min"),
    reduceProd: reduced("prod"),
    /** Whether all truth values are true. */
    reduceAll: reduced("min"),
    /** Whether at least one truth value is true. */
    reduceAny: reduced("max"),
    /** Where the greatest element along an axis is, as i32; of equal ones the first. */
    argMax: extreme(argMax),
    /** Where the least element along an axis is, as i32; of equal ones the first. */
    argMin: extreme(argMin),
    /** exp(x) / sum of exp(x) along an axis. */
    softmax: (x: Value, axis = -1): Value =>
      builder.one(softmax, [x], { axis: axisFrom(builder.shapeOf(x).length, axis) }),
  };
}
