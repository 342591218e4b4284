/** Reductions along axes, which are an attribute in older operator sets and an operand in newer ones. */
import { argMax, argMin } from "../../../ir/ops/arg-max.js";
import { add, multiply, subtract } from "../../../ir/ops/binary.js";
import { select } from "../../../ir/ops/compare.js";
import { isFinite } from "../../../ir/ops/activations.js";
import { reduce } from "../../../ir/ops/reduce.js";
import { absolute, exp, log, sqrt } from "../../../ir/ops/unary.js";
import { elementCount, type Shape } from "../../../ir/types/shape.js";
import { flag, integer, integers } from "../importing/attribute-kinds.js";
import { axesOf, axisOf, operand, optionalNumbers } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { convert, reducedAlong, reshaped, scalarLike } from "../../importing/compose.js";
import { withItsOrder } from "./unsigned.js";

/** Reduces along axes, ascending, which stay with size 1. */
type Reduction = (context: NodeContext, x: Operand, axes: readonly number[]) => Operand;

/** u32 is held in the bits of i32, which do for sums and products and nothing else. */
const plain =
  (name: "sum" | "mean" | "max" | "min" | "prod"): Reduction =>
  ({ tensors }, x, axes) => {
    const isOrdered = name !== "sum" && name !== "prod";
    const exact = isOrdered ? withItsOrder(tensors, x) : x;
    const reduced = tensors.apply(reduce, [exact], { function: name, axes, keep_dimensions: true });
    return exact === x ? tensors.wrapped(reduced) : convert(tensors, reduced, x.elementType);
  };

const sumOf =
  (terms: (context: NodeContext, x: Operand) => Operand): Reduction =>
  (context, x, axes) =>
    plain("sum")(context, terms(context, x), axes);

const squares = sumOf(({ tensors }, x) => tensors.apply(multiply, [x, x], {}));
const sizes = sumOf(({ tensors }, x) => tensors.apply(absolute, [x], {}));

const reductions: Readonly<Record<string, Reduction>> = {
  ReduceSum: plain("sum"),
  ReduceMean: plain("mean"),
  ReduceMax: plain("max"),
  ReduceMin: plain("min"),
  ReduceProd: plain("prod"),
  ReduceL1: sizes,
  ReduceL2: (context, x, axes) => context.tensors.apply(sqrt, [squares(context, x, axes)], {}),
  ReduceSumSquare: squares,
  ReduceLogSum: (context, x, axes) => context.tensors.apply(log, [plain("sum")(context, x, axes)], {}),
  ReduceLogSumExp: logSumExp,
};

/** From this operator set on, axes are an operand. */
const axesAreOperand: Readonly<Record<string, number>> = { ReduceSum: 13 };

const attributes = { keepdims: flag(true) };

export const reductionOperators: readonly OperatorRow[] = [
  ...Object.entries(reductions).flatMap(([name, reduction]) => [
    operator(name, { operands: [1, 1], attributes: { ...attributes, axes: integers } }, (context, { axes, keepdims }) =>
      along(context, reduction, axes, keepdims),
    ),
    operator(
      name,
      {
        since: axesAreOperand[name] ?? 18,
        operands: [1, 2],
        attributes: { ...attributes, noop_with_empty_axes: flag(false) },
      },
      (context, { keepdims, noop_with_empty_axes: isNoop }) => {
        const axes = optionalNumbers(context, 1, "axes");
        const given = axes?.length === 0 ? undefined : axes;
        return along(context, reduction, given ?? (isNoop ? [] : undefined), keepdims);
      },
    ),
  ]),
  argument("ArgMax", argMax),
  argument("ArgMin", argMin),
];

/** Along all axes where none are named. */
function along(
  context: NodeContext,
  reduction: Reduction,
  axes: readonly number[] | undefined,
  keeps: boolean,
): Operand {
  const x = operand(context, 0);
  const every = x.shape.map((_, d) => d);
  const chosen = axes === undefined ? every : axesOf(context, axes, x.shape.length);
  const reduced = reduction(context, x, chosen);
  return keeps ? reduced : reshaped(context.tensors, reduced, without(reduced.shape, chosen));
}

function without(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, d) => !axes.includes(d));
}

/** log Σ exp(x − max) + max, with 0 for a max that is not finite. */
function logSumExp(context: NodeContext, x: Operand, axes: readonly number[]): Operand {
  const { tensors } = context;
  const sumOfPowers = (terms: Operand) => plain("sum")(context, tensors.apply(exp, [terms], {}), axes);
  if (elementCount(x.shape) === 0) return tensors.apply(log, [sumOfPowers(x)], {});
  const most = reducedAlong(tensors, x, "max", axes);
  const finite = tensors.apply(isFinite, [most], {}, "bool");
  const shift = tensors.apply(select, [finite, most, scalarLike(tensors, x, 0)], {}, x.elementType);
  const powers = sumOfPowers(tensors.apply(subtract, [x, shift], {}));
  return tensors.apply(add, [tensors.apply(log, [powers], {}), shift], {});
}

function argument(name: string, op: typeof argMax): OperatorRow {
  const declaration = {
    operands: [1, 1],
    attributes: { axis: integer(0), keepdims: flag(true), select_last_index: flag(false) },
  } as const;
  return operator(name, declaration, (context, { axis, keepdims, select_last_index: select_last }) => {
    const x = operand(context, 0);
    const at = axisOf(context, axis, x.shape.length);
    const ordered = withItsOrder(context.tensors, x);
    return context.tensors.apply(op, [ordered], { axis: at, keep_dimensions: keepdims, select_last }, "i64");
  });
}
