/**
 * Convolutions, transposed convolutions and pooling in TensorFlow's words: channels last, filters `[kernel…, in/groups, out]`,
 * transposed filters `[kernel…, out/groups, in]`, padding SAME, VALID or explicit [low, high] pairs.
 */
import { fail } from "../../diagnostics/error.js";
import { kerasTransposeSize } from "../../ir/geometry/conventions/keras.js";
import {
  tensorflowConv,
  tensorflowConvTranspose,
  tensorflowPool,
  type TensorflowPadding,
} from "../../ir/geometry/conventions/tensorflow.js";
import { explicitConvTranspose } from "../../ir/geometry/explicit.js";
import { mapConvTranspose, type ConvTransposeGeometry, type Spatial } from "../../ir/geometry/spatial.js";
import type { NodeBuilder, Value } from "../../ir/graph/graph.js";
import { formatTensorType } from "../../ir/types/tensor.js";
import { avgPool } from "../../ir/ops/avg-pool.js";
import { add } from "../../ir/ops/binary.js";
import { conv } from "../../ir/ops/conv.js";
import { convTranspose } from "../../ir/ops/conv-transpose.js";
import { maxPool } from "../../ir/ops/max-pool.js";
import { reshape } from "../../ir/ops/reshape.js";

/** One number for all spatial dimensions, or one for each. */
export type PerDimension = number | readonly number[];

export interface WindowOptions {
  /** Default 1; for pooling the kernel. */
  readonly strides?: PerDimension;
  readonly dilations?: PerDimension;
  /** Default "VALID". */
  readonly padding?: TensorflowPadding;
}

export interface ConvOptions extends WindowOptions {
  readonly groups?: number;
  /** Added to the result: shape [out] or one that broadcasts. */
  readonly bias?: Value;
}

export interface ConvTransposeOptions extends ConvOptions {
  /**
   * The spatial sizes wanted, or the whole output shape; each must be one that a convolution maps to the input's.
   * Absent: Keras' default, `in · stride` for SAME and `in · stride + max(kernel − stride, 0)` for VALID.
   */
  readonly outputShape?: readonly number[];
  /** With explicit padding only: extra size at the high end (PyTorch's output_padding). */
  readonly outputPadding?: PerDimension;
}

export interface PoolOptions extends WindowOptions {
  readonly kernel: PerDimension;
  /** Averages: whether the padding counts as zeros. TensorFlow's does not. */
  readonly countPadding?: boolean;
}

/** The window ops of a builder. `rank` is the number of spatial dimensions an op insists on. */
export function windowTools(builder: NodeBuilder) {
  const biased = (value: Value, bias: Value | undefined) =>
    bias === undefined ? value : builder.one(add, [value, bias], {});

  const convolve =
    (rank: number) =>
    (input: Value, filter: Value, options: ConvOptions = {}): Value => {
      const spatial = spatialOf(`conv${rank}d`, rank, input, filter.type.shape.slice(0, -2), options);
      const { padding } = tensorflowConv(spatial, options.padding ?? "VALID");
      const { strides, dilations } = spatial;
      return biased(
        builder.one(conv, [input, filter], { strides, dilations, padding, groups: options.groups ?? 1 }),
        options.bias,
      );
    };

  const transpose =
    (rank: number) =>
    (input: Value, filter: Value, options: ConvTransposeOptions = {}): Value => {
      const spatial = spatialOf(`conv${rank}dTranspose`, rank, input, filter.type.shape.slice(0, -2), options);
      const { padding, outputPadding } = transposeGeometry(spatial, options);
      const { strides, dilations } = spatial;
      const attributes = { strides, dilations, padding, output_padding: outputPadding, groups: options.groups ?? 1 };
      return biased(builder.one(convTranspose, [input, filter], attributes), options.bias);
    };

  /** filter `[kernel…, C, multiplier]`, TensorFlow's depthwise layout. */
  const depthwise = (input: Value, filter: Value, options: ConvOptions = {}): Value => {
    const [channels, multiplier] = filter.type.shape.slice(-2);
    const shape = [...filter.type.shape.slice(0, -2), 1, channels * multiplier];
    const grouped = builder.one(reshape, [filter], { shape });
    return convolve(input.type.shape.length - 2)(input, grouped, { ...options, groups: channels });
  };

  const pooled =
    (op: "max" | "avg") =>
    (input: Value, options: PoolOptions): Value => {
      const rank = input.type.shape.length - 2;
      const kernel = perDimension(options.kernel, rank);
      const spatial = spatialOf(`${op}Pool`, rank, input, kernel, { strides: kernel, ...options });
      const { padding } = tensorflowPool(spatial, options.padding ?? "VALID");
      const attributes = { kernel, strides: spatial.strides, dilations: spatial.dilations, padding };
      if (op === "max") return builder.one(maxPool, [input], attributes);
      return builder.one(avgPool, [input], { ...attributes, count_padding: options.countPadding ?? false });
    };

  return {
    conv1d: convolve(1),
    conv2d: convolve(2),
    conv3d: convolve(3),
    depthwiseConv2d: depthwise,
    conv1dTranspose: transpose(1),
    conv2dTranspose: transpose(2),
    conv3dTranspose: transpose(3),
    maxPool: pooled("max"),
    avgPool: pooled("avg"),
  };
}

function transposeGeometry(spatial: Spatial, options: ConvTransposeOptions): ConvTransposeGeometry {
  const { padding = "VALID", outputShape, outputPadding } = options;
  const rank = spatial.input.length;
  if (typeof padding !== "string" && outputShape === undefined) {
    const extra = perDimension(outputPadding ?? 0, rank);
    return mapConvTranspose(spatial, (input, window, i) =>
      explicitConvTranspose(input, window, padding[i] ?? [0, 0], extra[i]),
    );
  }
  const asked = outputShape === undefined || outputShape.length === rank ? outputShape : outputShape.slice(1, -1);
  return tensorflowConvTranspose(
    spatial,
    asked ?? defaultSizes(spatial, padding === "SAME" ? "same" : "valid"),
    padding,
  );
}

function defaultSizes({ input, kernel, strides, dilations }: Spatial, padding: "same" | "valid"): readonly number[] {
  return input.map((size, i) => {
    const window = { kernel: kernel[i], stride: strides[i], dilation: dilations[i] };
    return kerasTransposeSize(size, window, padding, undefined);
  });
}

function spatialOf(
  name: string,
  rank: number,
  input: Value,
  kernel: readonly number[],
  options: WindowOptions,
): Spatial {
  if (input.type.shape.length !== rank + 2 || kernel.length !== rank) {
    const expected = `an input [N, ${rank} spatial sizes, C] and a kernel of ${rank} sizes`;
    fail("geometry/rank", {
      at: name,
      expected,
      found: `${formatTensorType(input.type)} and a kernel of ${kernel.length} sizes`,
    });
  }
  const strides = perDimension(options.strides ?? 1, rank);
  return {
    input: input.type.shape.slice(1, -1),
    kernel,
    strides,
    dilations: perDimension(options.dilations ?? 1, rank),
  };
}

function perDimension(value: PerDimension, rank: number): readonly number[] {
  return typeof value === "number" ? new Array<number>(rank).fill(value) : value;
}
