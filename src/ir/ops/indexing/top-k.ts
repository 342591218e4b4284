/**
 * `top_k`: the K greatest or least elements along a dimension, in order, and where they are. With K the dimension's size it sorts.
 *
 * Every element in turn is put in its place among the best so far, behind those it does not go beyond, so that equal ones stay in
 * their order. An element that goes beyond none of K costs one comparison: about n + K² log(n / K) steps on average.
 */
import { flag, integer, optional } from "../../attributes/kind.js";
import { shapeName } from "../../computation/build-scalar.js";
import type { ScalarType } from "../../computation/computation.js";
import { defineOp, exact, gradientUnwritten } from "../../graph/define-op.js";
import * as build from "../../loops/build.js";
import type { Expression, Kernel, Statement } from "../../loops/kernel.js";
import { elementWriter, wordReader, type Word } from "../../types/element-access.js";
import { elementCount, type Shape } from "../../types/shape.js";
import { numbers, tensor, tensorType, type Tensor, type TensorType } from "../../types/tensor.js";
import { exactTypes, scalarTypeOf } from "../elementwise.js";
import { axisFound, axisIsDimension, hasAxis } from "../movement.js";
import { tensorParameter } from "../window/pool-kernels.js";

export type TopKAttributes = {
  readonly axis: number;
  readonly k: number;
  /** The greatest first, or the least first. */
  readonly largest: boolean;
};

export const topK = defineOp<TopKAttributes, "C1" | "C2">({
  name: "top_k",
  summary:
    "The k greatest (or least) elements along the axis in order, and their positions as i32. Of equal elements the first comes first; NaN is greater than all others.",
  operands: [{ name: "x", summary: "any shape of rank 1 or more", elementTypes: exactTypes }],
  attributes: { axis: integer, k: integer, largest: optional(flag, true) },
  constraints: {
    C1: axisIsDimension,
    C2: { statement: "k is from 0 to the size of the axis", remedy: "ask for fewer elements" },
  },
  inferTypes([{ elementType, shape }], { axis, k }, require) {
    require("C1", hasAxis(shape, axis), axisFound(shape, axis));
    if (!hasAxis(shape, axis)) return [];
    const possible = k >= 0 && k <= shape[axis];
    require("C2", possible, () => ({ expected: `0 to ${shape[axis]}`, found: `${k}` }));
    const result = shape.with(axis, possible ? k : 0);
    return [tensorType(elementType, result), tensorType("i32", result)];
  },
  evaluate: ([x], attributes, [values]) => evaluateTopK(x, attributes, values),
  gradient: gradientUnwritten,
  lowering: { kind: "loops", lower: ([x], attributes, results) => topKKernel(x, attributes, results) },
  accuracy: exact,
});

/** Elements before, along, and after the axis. */
function extents(shape: Shape, axis: number): [outer: number, size: number, inner: number] {
  return [elementCount(shape.slice(0, axis)), shape[axis], elementCount(shape.slice(axis + 1))];
}

function evaluateTopK(x: Tensor, { axis, k, largest }: TopKAttributes, type: TensorType): readonly Tensor[] {
  const [outer, size, inner] = extents(x.shape, axis);
  const [values, indices] = [tensor(type.elementType, type.shape), tensor("i32", type.shape)];
  const [read, write] = [wordReader(x), elementWriter(type.elementType, values.data)];
  for (let i = 0; i < outer; i++)
    for (let j = 0; j < inner; j++) {
      const at = (position: number) => read((i * size + position) * inner + j);
      const order = Array.from({ length: size }, (_, position) => position);
      order.sort((a, b) => (largest ? -1 : 1) * compared(at(a), at(b)) || a - b);
      order.slice(0, k).forEach((position, rank) => {
        write((i * k + rank) * inner + j, at(position));
        numbers(indices)[(i * k + rank) * inner + j] = position;
      });
    }
  return [values, indices];
}

/** −1, 0 or 1; NaN is the greatest. */
function compared(a: Word, b: Word): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

function topKKernel(
  x: TensorType,
  { axis, k, largest }: TopKAttributes,
  [values, indices]: readonly TensorType[],
): Kernel {
  const [outer, size, inner] = extents(x.shape, axis);
  const [from, best, places] = [
    tensorParameter("x", x, "read"),
    tensorParameter("values", values, "read-write"),
    tensorParameter("indices", indices, "read-write"),
  ];
  const offset = (row: Expression, rows: number) =>
    build.plus(build.times(build.plus(build.times(i, build.integer(rows)), row), build.integer(inner)), j);
  const [i, j, n] = ["i", "j", "n"].map((name) => build.variable(name));
  const slot = (row: Expression): Slot => ({ values: best, indices: places, at: offset(row, k) });
  const element = build.load(from, offset(n, size));
  const search = build.loop("n", size, insertion({ element, position: n, k, largest, type: scalarTypeOf(x) }, slot));
  return {
    name: `top_${k}_${largest ? "greatest" : "least"}_${shapeName(x.shape)}_axis${axis}`,
    parameters: [from, best, places],
    body: k === 0 ? [] : [build.loop("i", outer, [build.loop("j", inner, [search])])],
  };
}

/** One of the best elements so far, and where it was found. */
interface Slot {
  readonly values: { readonly name: string; readonly elementType: TensorType["elementType"] };
  readonly indices: { readonly name: string };
  readonly at: Expression;
}

interface Candidate {
  readonly element: Expression;
  readonly position: Expression;
  readonly k: number;
  readonly largest: boolean;
  readonly type: ScalarType;
}

/** The first k elements are the best so far whatever they are; a later one must go beyond the last of them. */
function insertion(
  { element, position, k, largest, type }: Candidate,
  slot: (row: Expression) => Slot,
): readonly Statement[] {
  const [x, held, rank, m] = [
    build.variable("element", type),
    build.variable("held"),
    build.variable("rank"),
    build.variable("m"),
  ];
  const ahead = (row: Expression) => beyond(x, valueOf(slot(row)), largest);
  const last = slot(build.integer(k - 1));
  const early = build.compare("less", position, build.integer(k));
  const row = build.binary("subtract", build.binary("subtract", held, build.integer(1)), m);
  const put = [
    build.define("held", build.select(early, position, build.integer(k - 1))),
    build.accumulator("rank", held),
    build.loopFrom("m", build.integer(0), held, 1, [
      build.when(build.binary("and", build.compare("equal", rank, build.plus(row, build.integer(1))), ahead(row)), [
        ...moveDown(slot, row),
        build.assign("rank", row),
      ]),
    ]),
    ...write(slot(rank), x, position),
  ];
  return [
    build.define("element", element),
    build.accumulator("enters", early),
    build.when(build.unary("not", early), [build.assign("enters", beyond(x, valueOf(last), largest))]),
    build.when(build.variable("enters", "bool"), put),
  ];
}

function valueOf({ values, at }: Slot): Expression {
  return build.load(values, at);
}

function moveDown(slot: (row: Expression) => Slot, row: Expression): readonly Statement[] {
  const [from, to] = [slot(row), slot(build.plus(row, build.integer(1)))];
  const place = build.load({ name: from.indices.name, elementType: "i32" }, from.at);
  return write(to, valueOf(from), place);
}

function write({ values, indices, at }: Slot, value: Expression, position: Expression): readonly Statement[] {
  return [build.store(values, at, value), build.store(indices, at, position)];
}

/** Whether a comes before b in the order asked for, equal ones not; NaN is the greatest. */
function beyond(a: Expression, b: Expression, largest: boolean): Expression {
  const [great, small] = largest ? [a, b] : [b, a];
  const greater = build.compare("greater", great, small);
  if (a.type !== "f32" && a.type !== "f64") return greater;
  const isNaN = (x: Expression) => build.unary("is_nan", x);
  return build.binary("or", greater, build.binary("and", isNaN(great), build.unary("not", isNaN(small))));
}
