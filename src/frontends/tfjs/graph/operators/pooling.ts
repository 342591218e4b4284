/** Poolings over windows; averages leave the padding out. */
import { avgPool } from "../../../../ir/ops/avg-pool.js";
import { maxPoolWithArgmax } from "../../../../ir/ops/max-pool-with-argmax.js";
import { maxPool } from "../../../../ir/ops/max-pool.js";
import { operand } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { choice, flag, integers } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { asNumber } from "./elementwise.js";
import {
  fromFormat,
  geometryOf,
  perDimension,
  spatialOf,
  toFormat,
  windowAttributes,
  type WindowAttributes,
} from "./windows.js";

const attributes = { ...windowAttributes, ksize: integers };

type PoolAttributes = WindowAttributes & { readonly ksize: readonly number[] };

export const poolingOperators: readonly GraphOperatorRow[] = [
  pooling("MaxPool", 4, "max"),
  pooling("MaxPool3D", 5, "max"),
  pooling("AvgPool", 4, "average"),
  pooling("AvgPool3D", 5, "average"),
  graphOperator(
    "MaxPoolWithArgmax",
    {
      operands: [1, 1],
      attributes: { ...attributes, data_format: choice("NHWC"), include_batch_in_index: flag(false) },
      results: ["output", "argmax"],
    },
    (context, { include_batch_in_index, ...given }) => {
      const { x, windows } = windowsOf(context, 4, given);
      const index_convention = include_batch_in_index ? "tensorflow_with_batch" : "tensorflow";
      return context.tensors.applyAll(maxPoolWithArgmax, [x], { ...windows, index_convention });
    },
  ),
];

function pooling(name: string, rank: number, kind: "max" | "average"): GraphOperatorRow {
  return graphOperator(name, { operands: [1, 1], attributes }, (context, given) => {
    const { x, windows } = windowsOf(context, rank, given);
    const result =
      kind === "max"
        ? context.tensors.apply(maxPool, [x], windows)
        : context.tensors.apply(avgPool, [x], { ...windows, count_padding: false });
    return toFormat(context, result, given);
  });
}

function windowsOf(context: GraphContext, rank: number, given: PoolAttributes): { x: Operand; windows: Windows } {
  const x = fromFormat(context, asNumber(context.tensors, operand(context, 0)), rank, given);
  const kernel = perDimension(context, "ksize", given.ksize, rank - 2, given);
  const spatial = spatialOf(context, x.shape.slice(1, -1), kernel, given);
  const { strides, dilations } = spatial;
  return { x, windows: { kernel, strides, dilations, padding: geometryOf(context, spatial, given).padding } };
}

interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}
