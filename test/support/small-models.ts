/** Small ONNX models for the command line. */
import { model, type TensorSpec } from "./onnx-writer.js";

const counting = (count: number, step = 1): number[] =>
  Array.from({ length: count }, (_, i) => ((i * 7 + 3) % 11) * step);

function weight(name: string, shape: readonly number[], values: readonly number[]): TensorSpec {
  return { name, shape, floats: values };
}

/** Convolution, activation, transposed convolution: [N,1,H,W] → [N,1,2H,2W]; all sizes of `x` but the channels are free. */
export const upsample = model({
  inputs: [{ name: "x", shape: ["N", 1, "H", "W"] }],
  outputs: [{ name: "y", shape: ["N", 1, null, null] }],
  initializers: [
    weight("w", [2, 1, 3, 3], counting(18)),
    weight("b", [2], [1, -1]),
    weight("v", [2, 1, 2, 2], counting(8)),
  ],
  nodes: [
    {
      operator: "Conv",
      name: "first",
      inputs: ["x", "w", "b"],
      outputs: ["c"],
      attributes: { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } },
    },
    { operator: "Relu", name: "active", inputs: ["c"], outputs: ["r"] },
    {
      operator: "ConvTranspose",
      name: "up",
      inputs: ["r", "v"],
      outputs: ["y"],
      attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } },
    },
  ],
});

/** A scale by 1/3 after a convolution: folded, it rounds otherwise than the reference. */
export const scaled = model({
  inputs: [{ name: "x", shape: [1, 1, 5, 5] }],
  outputs: [{ name: "y", shape: [1, 1, 5, 5] }],
  initializers: [weight("w", [1, 1, 3, 3], counting(9, 0.1)), weight("s", [1, 1, 1, 1], [1 / 3])],
  nodes: [
    {
      operator: "Conv",
      name: "conv",
      inputs: ["x", "w"],
      outputs: ["c"],
      attributes: { pads: { ints: [1, 1, 1, 1] } },
    },
    { operator: "Mul", name: "scale", inputs: ["c", "s"], outputs: ["y"] },
  ],
});

/** Two operators that are not supported, one of them twice. */
export const unsupported = model({
  inputs: [{ name: "x", shape: [2] }],
  outputs: [{ name: "y", shape: [2] }],
  nodes: [
    { operator: "Frobnicate", name: "a", inputs: ["x"], outputs: ["p"] },
    { operator: "Frobnicate", name: "b", inputs: ["p"], outputs: ["q"] },
    { operator: "Defenestrate", name: "c", inputs: ["q"], outputs: ["y"] },
  ],
});

/** One elementwise node between an input and an output of these names. */
export function renamed(input: string, output: string): Uint8Array {
  return model({
    inputs: [{ name: input, shape: [2] }],
    outputs: [{ name: output, shape: [2] }],
    nodes: [{ operator: "Relu", name: "node", inputs: [input], outputs: [output] }],
  });
}
