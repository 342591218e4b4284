/** Activations of recurrent layers by their names, some with parameters, which the lists alpha and beta give in the order of those that take them. */
import { activationOps } from "../../../ir/ops/activations.js";
import { add, multiply } from "../../../ir/ops/binary.js";
import { greater, select } from "../../../ir/ops/compare.js";
import { clip, elu, leakyRelu } from "../../../ir/ops/parametrised.js";
import { tanh } from "../../../ir/ops/unary.js";
import { scalarLike } from "../../importing/compose.js";
import { refuse } from "../../importing/node-questions.js";
import type { Operand } from "../../importing/operand.js";
import type { TensorBuilder } from "../../importing/tensor-builder.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Activate } from "./recurrent-cells.js";

interface Row {
  /** What it takes where the lists say nothing; as many as it takes. */
  readonly defaults: readonly number[];
  readonly apply: (tensors: TensorBuilder, x: Operand, alpha: number, beta: number) => Operand;
}

const times = (tensors: TensorBuilder, x: Operand, by: number): Operand =>
  tensors.apply(multiply, [x, scalarLike(tensors, x, by)], {});

const affine = (tensors: TensorBuilder, x: Operand, alpha: number, beta: number): Operand =>
  tensors.apply(add, [times(tensors, x, alpha), scalarLike(tensors, x, beta)], {});

/** By names in lower case: they are told apart without regard to it. */
const rows: Readonly<Record<string, Row>> = {
  relu: { defaults: [], apply: (tensors, x) => tensors.apply(activationOps.relu, [x], {}) },
  tanh: { defaults: [], apply: (tensors, x) => tensors.apply(tanh, [x], {}) },
  sigmoid: { defaults: [], apply: (tensors, x) => tensors.apply(activationOps.sigmoid, [x], {}) },
  softsign: { defaults: [], apply: (tensors, x) => tensors.apply(activationOps.softsign, [x], {}) },
  softplus: { defaults: [], apply: (tensors, x) => tensors.apply(activationOps.softplus, [x], {}) },
  affine: { defaults: [1, 0], apply: affine },
  leakyrelu: { defaults: [0.01], apply: (tensors, x, alpha) => tensors.apply(leakyRelu, [x], { alpha }) },
  elu: { defaults: [1], apply: (tensors, x, alpha) => tensors.apply(elu, [x], { alpha }) },
  thresholdedrelu: {
    defaults: [1],
    apply: (tensors, x, alpha) => {
      const isAbove = tensors.apply(greater, [x, scalarLike(tensors, x, alpha)], {}, "bool");
      return tensors.apply(select, [isAbove, x, scalarLike(tensors, x, 0)], {}, x.elementType);
    },
  },
  scaledtanh: {
    defaults: [1, 1],
    apply: (tensors, x, alpha, beta) => times(tensors, tensors.apply(tanh, [times(tensors, x, beta)], {}), alpha),
  },
  hardsigmoid: {
    defaults: [0.2, 0.5],
    apply: (tensors, x, alpha, beta) => tensors.apply(clip, [affine(tensors, x, alpha, beta)], { low: 0, high: 1 }),
  },
};

interface Given {
  readonly activations?: readonly string[] | undefined;
  readonly activation_alpha?: readonly number[] | undefined;
  readonly activation_beta?: readonly number[] | undefined;
}

/** The activations of direction `d`; `defaults` are those of one direction. */
export function activationsOf(
  context: NodeContext,
  { activations, activation_alpha: alphas = [], activation_beta: betas = [] }: Given,
  defaults: readonly string[],
  d: number,
): readonly Activate[] {
  const names = activations ?? [...defaults, ...defaults];
  const counts = { alpha: 0, beta: 0 };
  const all = names.map((name): Activate => {
    const row = rowOf(context, name);
    const alpha = row.defaults.length > 0 ? (alphas[counts.alpha++] ?? row.defaults[0]) : 0;
    const beta = row.defaults.length > 1 ? (betas[counts.beta++] ?? row.defaults[1]) : 0;
    return (x) => row.apply(context.tensors, x, alpha, beta);
  });
  const chosen = all.slice(d * defaults.length, (d + 1) * defaults.length);
  if (chosen.length < defaults.length)
    refuse(context, "import/unsupported-form", {
      expected: `${defaults.length} activations for each direction`,
      found: JSON.stringify(names),
    });
  return chosen;
}

function rowOf(context: NodeContext, name: string): Row {
  const key = name.toLowerCase();
  if (Object.hasOwn(rows, key)) return rows[key];
  return refuse(context, "import/unsupported-form", {
    expected: `activations ${Object.keys(rows).join(", ")}`,
    found: JSON.stringify(name),
  });
}
