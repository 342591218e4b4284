/** Layers that are several ops: dense and batch normalisation, as inference does them. */
import type { Value } from "../../ir/graph/graph.js";
import { add, divide, multiply, subtract } from "../../ir/ops/binary.js";
import { matmul } from "../../ir/ops/matmul.js";
import { transpose } from "../../ir/ops/transpose.js";
import { sqrt } from "../../ir/ops/unary.js";
import { fail } from "../../diagnostics/error.js";
import { formatShape } from "../../ir/types/shape.js";
import { checkOptions } from "./options.js";
import { scalarOf } from "./numbers.js";
import type { ToolBuilder } from "./tool-builder.js";

export interface MatmulOptions {
  /** Whether a is […, K, M] instead of […, M, K]. */
  readonly transposeA?: boolean;
  /** Whether b is […, N, K] instead of […, K, N]. */
  readonly transposeB?: boolean;
}

export interface BatchNormOptions {
  /** Of each channel, [C]; or any shape that broadcasts to x. */
  readonly mean: Value;
  readonly variance: Value;
  /** Added to the result; Keras' beta. Default 0. */
  readonly offset?: Value;
  /** Multiplies the result; Keras' gamma. Default 1. */
  readonly scale?: Value;
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number;
}

const batchNormOptionNames = { mean: true, variance: true, offset: true, scale: true, epsilon: true } as const;

export function layerTools(builder: ToolBuilder) {
  return {
    /** Matrix product of the last two dimensions, […, M, K] and […, K, N]; the others broadcast. */
    matmul: (a: Value, b: Value, options: MatmulOptions = {}): Value => {
      checkOptions(options, { transposeA: true, transposeB: true });
      const left = options.transposeA === true ? turned(builder, a) : a;
      return builder.one(matmul, [left, options.transposeB === true ? turned(builder, b) : b], {});
    },
    /** A fully connected layer: […, in] times a kernel [in, units], plus a bias [units] where there is one. */
    dense: (x: Value, kernel: Value, bias?: Value): Value => {
      const product = builder.one(matmul, [x, kernel], {});
      return bias === undefined ? product : builder.one(add, [product, bias], {});
    },
    /**
     * (x − mean) / √(variance + epsilon) · scale + offset. With parameters it becomes part of the convolution before it.
     * The statistics are given: this is inference.
     */
    batchNorm: (x: Value, options: BatchNormOptions): Value => {
      checkOptions(options, batchNormOptionNames);
      return batchNorm(builder, x, options);
    },
  };
}

/** As factor and shift, which are constants where the options are, so that they fold. */
function batchNorm(
  builder: ToolBuilder,
  x: Value,
  { mean, variance, offset, scale, epsilon = 0.001 }: BatchNormOptions,
) {
  const pair = (op: typeof add, a: Value, b: Value): Value => builder.one(op, [a, b], {});
  const number = (value: number): Value => scalarOf(builder, value, builder.typeOf(variance).elementType);
  const deviation = builder.one(sqrt, [pair(add, variance, number(epsilon))], {});
  const factor = pair(divide, scale ?? number(1), deviation);
  const shift = pair(subtract, offset ?? number(0), pair(multiply, mean, factor));
  return pair(add, pair(multiply, x, factor), shift);
}

function turned(builder: ToolBuilder, matrix: Value): Value {
  const shape = builder.shapeOf(matrix);
  if (shape.length < 2) fail("graph/option", { expected: "a matrix to transpose", found: formatShape(shape) });
  const last = shape.length - 1;
  const permutation = shape.map((_, d) => (d < last - 1 ? d : 2 * last - 1 - d));
  return builder.one(transpose, [matrix], { permutation });
}
