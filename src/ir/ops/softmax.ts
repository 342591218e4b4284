/** `softmax`: exp(x) over its sum along one dimension. Composite: it lowers to simpler ops. */
import { integer } from "../attributes/kind.js";
import { defineOp, gradientUnwritten, ulp } from "../graph/define-op.js";
import type { Node, NodeBuilder, Value } from "../graph/graph.js";
import { eachPoint, offsetAt } from "../types/points.js";
import { elementCount, rowMajorStrides } from "../types/shape.js";
import { numbers, tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { divide, subtract } from "./binary.js";
import { floats } from "./elementwise.js";
import { axisFound, axisIsDimension, hasAxis } from "./movement.js";
import { reduce } from "./reduce.js";
import { exp } from "./unary.js";

type SoftmaxAttributes = {
  readonly axis: number;
};

export const softmax = defineOp<SoftmaxAttributes, "C1">({
  name: "softmax",
  summary: "exp(x) divided by its sum along the axis, without overflow: the greatest element is subtracted first.",
  operands: [{ name: "x", summary: "any shape of rank 1 or more; the result has the same", elementTypes: floats }],
  attributes: { axis: integer },
  constraints: {
    C1: axisIsDimension,
  },
  inferTypes([x], { axis }, require) {
    require("C1", hasAxis(x.shape, axis), axisFound(x.shape, axis));
    return [x];
  },
  evaluate: ([x], { axis }, [result]) => [evaluateSoftmax(x, axis, result)],
  gradient: gradientUnwritten,
  lowering: {
    kind: "graph",
    algorithms: [
      {
        name: "stable",
        summary: "exp(x - max) / sum of it, five ops of which three are fused",
        multiplyAdds: ({ operands: [x] }) => elementCount(x.type.shape) * 2,
        lower: (builder, node) => [lowerStable(builder, node)],
      },
    ],
  },
  accuracy: ulp(16),
});

function evaluateSoftmax(x: Tensor, axis: number, { elementType, shape }: TensorType): Tensor {
  const [input, result] = [numbers(x), tensor(elementType, shape)];
  const output = numbers(result);
  const strides = rowMajorStrides(shape);
  const size = shape[axis];
  const rows = shape.map((extent, d) => (d === axis ? 1 : extent));
  eachPoint(size === 0 ? [0] : rows, (point) => {
    const at = (i: number) => offsetAt(point, strides) + i * strides[axis];
    let most = -Infinity;
    for (let i = 0; i < size; i++) most = Math.max(most, input[at(i)]);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += Math.exp(input[at(i)] - most);
    for (let i = 0; i < size; i++) output[at(i)] = Math.exp(input[at(i)] - most) / sum;
  });
  return result;
}

function lowerStable(builder: NodeBuilder, { operands: [x], attributes: { axis } }: Node<SoftmaxAttributes>): Value {
  const along = { axes: [axis], keep_dimensions: true };
  const most = builder.one(reduce, [x], { ...along, function: "max" });
  const powers = builder.one(exp, [builder.one(subtract, [x, most], {})], {});
  const sum = builder.one(reduce, [powers], { ...along, function: "sum" });
  return builder.one(divide, [powers, sum], {});
}
