/** What normalisations share: moments along axes, and parameters per channel. */
import { add, divide, multiply, subtract } from "../../../ir/ops/binary.js";
import { sqrt } from "../../../ir/ops/unary.js";
import { formatShape } from "../../../ir/types/shape.js";
import { formatTensorType } from "../../../ir/types/tensor.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { convert, reducedAlong, scalarLike } from "../../importing/compose.js";

export interface Moments {
  readonly centred: Operand;
  readonly mean: Operand;
  readonly variance: Operand;
}

/** x − mean, the mean, and the mean of its square, along axes that stay with size 1. */
export function momentsOf({ tensors }: NodeContext, x: Operand, axes: readonly number[]): Moments {
  const mean = reducedAlong(tensors, x, "mean", axes);
  const centred = tensors.apply(subtract, [x, mean], {});
  const variance = reducedAlong(tensors, tensors.apply(multiply, [centred, centred], {}), "mean", axes);
  return { centred, mean, variance };
}

/** (x − mean) / √(variance + epsilon) */
export function normalized(context: NodeContext, { centred, variance }: Moments, epsilon: number): Operand {
  const deviation = context.tensors.apply(sqrt, [shifted(context, variance, epsilon)], {});
  return context.tensors.apply(divide, [centred, deviation], {});
}

/** A parameter of shape [C], in the type that the data are computed in. */
export function perChannel(context: NodeContext, index: number, shape: readonly number[]): Operand {
  const [x, parameter] = [operand(context, 0), operand(context, index)];
  if (formatShape(parameter.shape) !== formatShape(shape))
    refuse(context, "import/operand", {
      expected: `input ${index} of shape ${formatShape(shape)}`,
      found: formatTensorType(parameter),
    });
  return convert(context.tensors, parameter, x.elementType === "f64" ? "f64" : "f32");
}

/** x · factor + shift */
export function scaleAndShift({ tensors }: NodeContext, x: Operand, factor: Operand, shift: Operand): Operand {
  return tensors.apply(add, [tensors.apply(multiply, [x, factor], {}), shift], {});
}

/** x + value */
export function shifted({ tensors }: NodeContext, x: Operand, value: number): Operand {
  return tensors.apply(add, [x, scalarLike(tensors, x, value)], {});
}

/** Data [N, C, …]; fails where there are no channels, or fewer dimensions than `rank`. */
export function channelsOf(context: NodeContext, rank: number): Operand {
  const x = operand(context, 0);
  if (x.shape.length >= rank) return x;
  return refuse(context, "import/operand", { expected: "input [N,C,…]", found: formatTensorType(x) });
}
