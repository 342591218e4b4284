/**
 * `arg_max` and `arg_min`: where the greatest or least element along a dimension is.
 * An element takes the place of the best one so far when it compares beyond it, so NaN never does, and is never replaced.
 */
import { flag, integer, optional } from "../attributes/kind.js";
import type { CompareFunction } from "../computation/functions.js";
import { compareFunctions } from "../computation/scalar-functions.js";
import { shapeName } from "../computation/build-scalar.js";
import { defineOp, exact, notDifferentiable } from "../graph/define-op.js";
import type { OpDefinition } from "../graph/graph.js";
import {
  accumulator,
  assign,
  compare,
  define,
  integer as number,
  load,
  loop,
  plus,
  store,
  times,
  variable,
  when,
} from "../loops/build.js";
import type { Kernel, Parameter } from "../loops/kernel.js";
import { wordReader } from "../types/element-access.js";
import { elementCount, type Shape } from "../types/shape.js";
import { numbers, tensor, tensorType, type Tensor, type TensorType } from "../types/tensor.js";
import { exactTypes, scalarTypeOf } from "./elementwise.js";
import { axisFound, axisIsDimension, hasAxis } from "./movement.js";

type ArgMaxAttributes = {
  readonly axis: number;
  /** Whether the axis stays, with size 1. */
  readonly keep_dimensions: boolean;
  /** Of equal elements the last, not the first. */
  readonly select_last: boolean;
};

function extremeOp(name: string, word: string, side: "greater" | "less"): OpDefinition<ArgMaxAttributes, "C1" | "C2"> {
  return defineOp<ArgMaxAttributes, "C1" | "C2">({
    name,
    summary: `Where the ${word} element along the axis is, as i32; NaN counts only where it comes first.`,
    operands: [{ name: "x", summary: "any shape of rank 1 or more", elementTypes: exactTypes }],
    attributes: { axis: integer, keep_dimensions: optional(flag, false), select_last: optional(flag, false) },
    constraints: {
      C1: axisIsDimension,
      C2: { statement: "x is not empty along the axis", remedy: "leave out the empty operand" },
    },
    inferTypes([{ shape }], { axis, keep_dimensions }, require) {
      require("C1", hasAxis(shape, axis), axisFound(shape, axis));
      require("C2", !hasAxis(shape, axis) || shape[axis] > 0);
      return [tensorType("i32", shape.toSpliced(axis, 1, ...(keep_dimensions ? [1] : [])))];
    },
    evaluate: ([x], attributes, [result]) => [evaluateExtreme(x, attributes, result, beyond(side, attributes))],
    gradient: notDifferentiable("its results are positions"),
    lowering: {
      kind: "loops",
      lower: ([x], attributes) => extremeKernel(name, x, attributes.axis, beyond(side, attributes)),
    },
    accuracy: exact,
  });
}

export const argMax = extremeOp("arg_max", "greatest", "greater");
export const argMin = extremeOp("arg_min", "least", "less");

/** Which comparison with the best element so far lets an element take its place. */
function beyond(side: "greater" | "less", { select_last }: ArgMaxAttributes): CompareFunction {
  return select_last ? `${side}_equal` : side;
}

/** Elements before, along, and after the axis. */
function extents(shape: Shape, axis: number): [outer: number, size: number, inner: number] {
  return [elementCount(shape.slice(0, axis)), shape[axis], elementCount(shape.slice(axis + 1))];
}

function evaluateExtreme(x: Tensor, { axis }: ArgMaxAttributes, type: TensorType, comparison: CompareFunction): Tensor {
  const [outer, size, inner] = extents(x.shape, axis);
  const [read, result] = [wordReader(x), tensor("i32", type.shape)];
  const output = numbers(result);
  for (let i = 0; i < outer; i++)
    for (let j = 0; j < inner; j++) {
      const at = (k: number) => read((i * size + k) * inner + j);
      let best = 0;
      for (let k = 1; k < size; k++) if (compareFunctions[comparison](at(k), at(best))) best = k;
      output[i * inner + j] = best;
    }
  return result;
}

function extremeKernel(name: string, x: TensorType, axis: number, comparison: CompareFunction): Kernel {
  const [outer, size, inner] = extents(x.shape, axis);
  const input: Parameter = { name: "x", elementType: x.elementType, length: elementCount(x.shape), access: "read" };
  const output: Parameter = { name: "result", elementType: "i32", length: outer * inner, access: "write" };
  const [i, j, k] = ["i", "j", "k"].map((axisName) => variable(axisName));
  const element = (along: typeof k) => load(input, plus(times(plus(times(i, number(size)), along), number(inner)), j));
  const best = variable("best", scalarTypeOf(x));
  const replace = [assign("best", variable("element", best.type)), assign("position", k)];
  const search = [
    accumulator("best", element(number(0))),
    accumulator("position", number(0)),
    loop("k", size, [
      define("element", element(k)),
      when(compare(comparison, variable("element", best.type), best), replace),
    ]),
    store(output, plus(times(i, number(inner)), j), variable("position")),
  ];
  return {
    name: `${name}_${shapeName(x.shape)}_axis${axis}`,
    parameters: [input, output],
    body: [loop("i", outer, [loop("j", inner, search)])],
  };
}
