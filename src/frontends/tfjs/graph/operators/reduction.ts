/** Reductions along axes, which are an operand; an empty list of axes reduces nothing. */
import { argMax, argMin } from "../../../../ir/ops/arg-max.js";
import { multiply } from "../../../../ir/ops/binary.js";
import { equal } from "../../../../ir/ops/compare.js";
import { topK } from "../../../../ir/ops/indexing/top-k.js";
import { maximum } from "../../../../ir/ops/binary.js";
import { elementCount, isValidShape } from "../../../../ir/types/shape.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { convert, iota, reducedAlong, reshaped } from "../../../importing/compose.js";
import { axesOf, axisOf, numberOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import { accumulated, runningProduct, runningSum, type Accumulation } from "../../../importing/running.js";
import type { Operand } from "../../../importing/operand.js";
import { flag, integer } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { asFloat, asNumber } from "./elementwise.js";

type Reduction = "sum" | "mean" | "max" | "min" | "prod";

export const reductionOperators: readonly GraphOperatorRow[] = [
  reduction("Sum", "sum", asNumber),
  reduction("Mean", "mean", asFloat),
  reduction("Max", "max", asNumber),
  reduction("Min", "min", asNumber),
  reduction("Prod", "prod", asNumber),
  reduction("All", "min", (tensors, x) => convert(tensors, x, "bool")),
  reduction("Any", "max", (tensors, x) => convert(tensors, x, "bool")),
  argument("ArgMax", argMax),
  argument("ArgMin", argMin),
  running("Cumsum", runningSum),
  running("Cumprod", runningProduct),
  graphOperator("Bincount", { operands: [3, 3] }, importBincount),
  graphOperator("DenseBincount", { operands: [3, 3], attributes: { binary_output: flag(false) } }, importDenseBincount),
  graphOperator(
    "TopKV2",
    { operands: [2, 2], attributes: { sorted: flag(true) }, results: ["values", "indices"] },
    (context) => largest(context, numberOf(context, 1, "k")),
  ),
  graphOperator(
    "TopK",
    { operands: [1, 1], attributes: { sorted: flag(true), k: integer(0) }, results: ["values", "indices"] },
    (context, { k }) => largest(context, k),
  ),
];

function reduction(name: string, of: Reduction, prepare: typeof asFloat): GraphOperatorRow {
  return graphOperator(
    name,
    { operands: [2, 2], attributes: { keep_dims: flag(false) } },
    (context, { keep_dims: keeps }) => {
      const { tensors } = context;
      const x = prepare(tensors, operand(context, 0));
      const axes = axesOf(context, numbersOf(context, 1, "the axes"), x.shape.length);
      const result = reducedAlong(tensors, x, of, axes);
      return keeps
        ? result
        : reshaped(
            tensors,
            result,
            x.shape.filter((_, d) => !axes.includes(d)),
          );
    },
  );
}

function argument(name: string, op: typeof argMax): GraphOperatorRow {
  return graphOperator(name, { operands: [2, 2] }, (context) => {
    const x = asNumber(context.tensors, operand(context, 0));
    const axis = axisOf(context, numberOf(context, 1, "the axis"), x.shape.length);
    return context.tensors.apply(op, [x], { axis, keep_dimensions: false });
  });
}

function running(name: string, accumulation: Accumulation): GraphOperatorRow {
  const attributes = { exclusive: flag(false), reverse: flag(false) };
  return graphOperator(name, { operands: [2, 2], attributes }, (context, direction) => {
    const x = asNumber(context.tensors, operand(context, 0));
    const axis = axisOf(context, numberOf(context, 1, "the axis"), x.shape.length);
    return accumulated(context.tensors, x, axis, accumulation, direction);
  });
}

function largest(context: GraphContext, k: number): readonly Operand[] {
  const x = asNumber(context.tensors, operand(context, 0));
  const axis = axisOf(context, -1, x.shape.length);
  return context.tensors.applyAll(topK, [x], { axis, k, largest: true });
}

/** How often each of 0, 1, … size − 1 occurs, or the sum of the weights it occurs with. */
function importBincount(context: GraphContext): Operand {
  const x = operand(context, 0);
  const flat = reshaped(context.tensors, x, [1, elementCount(x.shape)]);
  const weights = operand(context, 2);
  const count = numberOf(context, 1, "the size");
  const counts = occurrences(context, flat, count, weights, false);
  return reshaped(context.tensors, counts, [count]);
}

function importDenseBincount(context: GraphContext, { binary_output: isBinary }: { binary_output: boolean }): Operand {
  const x = operand(context, 0);
  const count = numberOf(context, 1, "the size");
  if (x.shape.length < 1 || x.shape.length > 2)
    refuse(context, "import/operand", { expected: "a vector or a matrix", found: formatTensorType(x) });
  const rows = x.shape.length === 2 ? x : reshaped(context.tensors, x, [1, x.shape[0]]);
  const counts = occurrences(context, rows, count, operand(context, 2), isBinary);
  return x.shape.length === 2 ? counts : reshaped(context.tensors, counts, [count]);
}

/** [rows, count] of values [rows, columns]: Σ over columns of weight · (value = number). */
function occurrences(
  context: GraphContext,
  values: Operand,
  count: number,
  weights: Operand,
  isBinary: boolean,
): Operand {
  const { tensors } = context;
  const [rows, columns] = values.shape;
  if (!isValidShape([rows, columns, count])) refuse(context, "import/shape", { found: `${count} counts` });
  const numbers = reshaped(tensors, iota(tensors, count, 1, 0), [1, 1, count]);
  const found = tensors.apply(
    equal,
    [reshaped(tensors, convert(tensors, values, "i32"), [rows, columns, 1]), numbers],
    {},
  );
  const type = elementCount(weights.shape) === 0 ? "f32" : asNumber(tensors, weights).elementType;
  const ones = convert(tensors, found, type);
  const hasWeights = elementCount(weights.shape) > 0 && !isBinary;
  const terms = hasWeights
    ? tensors.apply(multiply, [ones, reshaped(tensors, asNumber(tensors, weights), [rows, columns, 1])], {})
    : ones;
  const zero = tensors.known(type, [], [0]);
  const total =
    isBinary && columns > 0
      ? tensors.apply(maximum, [reducedAlong(tensors, terms, "max", [1]), zero], {})
      : reducedAlong(tensors, terms, "sum", [1]);
  return reshaped(tensors, total, [rows, count]);
}
