/** Activations with parameters, and those that normalise along an axis. */
import { and, maximum, minimum, multiply, prelu } from "../../../ir/ops/binary.js";
import { equal, greater, less } from "../../../ir/ops/compare.js";
import { argMax } from "../../../ir/ops/arg-max.js";
import { parametrisedOps } from "../../../ir/ops/parametrised.js";
import { softmax } from "../../../ir/ops/softmax.js";
import { isInfinite } from "../../../ir/ops/unary.js";
import { elementCount } from "../../../ir/types/shape.js";
import { numbers } from "../../../ir/types/tensor.js";
import { choice, flag, float, integer, optionalFloat } from "../importing/attribute-kinds.js";
import { convertTensor } from "../../importing/convert-tensor.js";
import { axisOf, operand } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { logSoftmax } from "./log-softmax.js";
import { convert, iota, reshaped, scalarLike } from "../../importing/compose.js";

const { leaky_relu, thresholded_relu, elu, celu, selu, hard_sigmoid, clip, gelu, swish, shrink } = parametrisedOps;

export const activationOperators: readonly OperatorRow[] = [
  operator("LeakyRelu", { operands: [1, 1], attributes: { alpha: float(0.01) } }, (context, { alpha }) =>
    context.tensors.apply(leaky_relu, [operand(context, 0)], { alpha }),
  ),
  operator("ThresholdedRelu", { since: 10, operands: [1, 1], attributes: { alpha: float(1) } }, (context, { alpha }) =>
    context.tensors.apply(thresholded_relu, [operand(context, 0)], { alpha }),
  ),
  operator("Elu", { operands: [1, 1], attributes: { alpha: float(1) } }, (context, { alpha }) =>
    context.tensors.apply(elu, [operand(context, 0)], { alpha }),
  ),
  operator("Celu", { since: 12, operands: [1, 1], attributes: { alpha: float(1) } }, (context, { alpha }) =>
    context.tensors.apply(celu, [operand(context, 0)], { alpha }),
  ),
  operator(
    "Selu",
    {
      operands: [1, 1],
      attributes: { alpha: float(1.67326319217681884765625), gamma: float(1.05070102214813232421875) },
    },
    (context, attributes) => context.tensors.apply(selu, [operand(context, 0)], attributes),
  ),
  operator(
    "HardSigmoid",
    { operands: [1, 1], attributes: { alpha: float(0.2), beta: float(0.5) } },
    (context, attributes) => context.tensors.apply(hard_sigmoid, [operand(context, 0)], attributes),
  ),
  operator(
    "Gelu",
    { since: 20, operands: [1, 1], attributes: { approximate: choice("none", "tanh") } },
    (context, { approximate }) => context.tensors.apply(gelu, [operand(context, 0)], { approximation: approximate }),
  ),
  operator("Swish", { since: 24, operands: [1, 1], attributes: { alpha: float(1) } }, (context, { alpha }) =>
    context.tensors.apply(swish, [operand(context, 0)], { alpha }),
  ),
  operator("SwiGLU", { since: 28, operands: [2, 2], attributes: { alpha: float(1) } }, (context, { alpha }) => {
    const gate = context.tensors.apply(swish, [operand(context, 0)], { alpha });
    return context.tensors.apply(multiply, [gate, operand(context, 1)], {});
  }),
  operator(
    "Shrink",
    { since: 9, operands: [1, 1], attributes: { bias: float(0), lambd: float(0.5) } },
    (context, { bias, lambd }) => importShrink(context, bias, lambd),
  ),
  operator("PRelu", { since: 7, operands: [2, 2] }, (context) => {
    const { tensors } = context;
    return tensors.wrapped(tensors.apply(prelu, [operand(context, 0), operand(context, 1)], {}));
  }),
  operator(
    "Clip",
    { operands: [1, 1], attributes: { min: optionalFloat, max: optionalFloat } },
    (context, { min, max }) =>
      context.tensors.apply(clip, [operand(context, 0)], { low: min ?? -Infinity, high: max ?? Infinity }),
  ),
  operator("Clip", { since: 11, operands: [1, 3] }, importClip),
  operator(
    "IsInf",
    { since: 10, operands: [1, 1], attributes: { detect_negative: flag(true), detect_positive: flag(true) } },
    (context, { detect_negative, detect_positive }) => importIsInf(context, detect_negative, detect_positive),
  ),
  operator("Softmax", { operands: [1, 1], attributes: { axis: integer(1) } }, (context, { axis }) =>
    flattened(context, axis, (x) => context.tensors.apply(softmax, [x], { axis: 1 })),
  ),
  operator("Softmax", { since: 13, operands: [1, 1], attributes: { axis: integer(-1) } }, (context, { axis }) =>
    alongAxis(context, axis, (x, along) => context.tensors.apply(softmax, [x], { axis: along })),
  ),
  operator("LogSoftmax", { operands: [1, 1], attributes: { axis: integer(1) } }, (context, { axis }) =>
    flattened(context, axis, (x) => logSoftmax(context.tensors, x, 1)),
  ),
  operator("LogSoftmax", { since: 13, operands: [1, 1], attributes: { axis: integer(-1) } }, (context, { axis }) =>
    alongAxis(context, axis, (x, along) => logSoftmax(context.tensors, x, along)),
  ),
  operator("Hardmax", { operands: [1, 1], attributes: { axis: integer(1) } }, (context, { axis }) =>
    flattened(context, axis, (x) => hardmax(context, x, 1)),
  ),
  operator("Hardmax", { since: 13, operands: [1, 1], attributes: { axis: integer(-1) } }, (context, { axis }) =>
    alongAxis(context, axis, (x, along) => hardmax(context, x, along)),
  ),
];

/** Up to operator set 12: the shape is seen as a matrix, the axis the first of the columns. */
function flattened(context: NodeContext, axis: number, apply: (x: Operand) => Operand): Operand {
  const x = operand(context, 0);
  const at = axis === x.shape.length ? axis : axisOf(context, axis, x.shape.length);
  const matrix = [elementCount(x.shape.slice(0, at)), elementCount(x.shape.slice(at))];
  return reshaped(context.tensors, apply(reshaped(context.tensors, x, matrix)), x.shape);
}

function alongAxis(context: NodeContext, axis: number, apply: (x: Operand, axis: number) => Operand): Operand {
  const x = operand(context, 0);
  return apply(x, axisOf(context, axis, x.shape.length));
}

/** 1 where the first of the greatest is, 0 elsewhere. */
function hardmax({ tensors }: NodeContext, x: Operand, axis: number): Operand {
  const best = tensors.apply(argMax, [x], { axis, keep_dimensions: true }, "i32");
  const positions = iota(tensors, x.shape[axis], x.shape.length, axis);
  return convert(tensors, tensors.apply(equal, [best, positions], {}), x.elementType);
}

/** Integers are computed as floats and truncated, as the operator's definition in floats says. */
function importShrink(context: NodeContext, bias: number, limit: number): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const real = convert(tensors, x, x.elementType === "f64" ? "f64" : "f32");
  return convert(tensors, tensors.apply(shrink, [real], { bias, limit }), x.elementType);
}

/** Bounds that are known become attributes; others are compared with at run time. */
function importClip(context: NodeContext): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const low = boundOf(context, 1, -Infinity);
  const high = boundOf(context, 2, Infinity);
  if (low !== undefined && high !== undefined) return tensors.apply(clip, [x], { low, high });
  const above = context.operands[1] === undefined ? x : tensors.apply(maximum, [x, operand(context, 1)], {});
  return context.operands[2] === undefined ? above : tensors.apply(minimum, [above, operand(context, 2)], {});
}

function boundOf({ operands }: NodeContext, index: number, absent: number): number | undefined {
  const bound = operands[index];
  if (bound === undefined) return absent;
  if (bound.known?.data.length !== 1) return undefined;
  const [value] = numbers(convertTensor(bound.known, "f64"));
  return Number.isNaN(value) ? undefined : value;
}

function importIsInf(context: NodeContext, negative: boolean, positive: boolean): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const infinite = tensors.apply(isInfinite, [x], {});
  if (negative && positive) return infinite;
  const zero = scalarLike(tensors, x, 0);
  if (positive) return tensors.apply(and, [infinite, tensors.apply(greater, [x, zero], {})], {});
  if (negative) return tensors.apply(and, [infinite, tensors.apply(less, [x, zero], {})], {});
  return tensors.apply(and, [infinite, tensors.known("bool", [], [0])], {});
}
