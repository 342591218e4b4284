import { describe, expect, test } from "vitest";
import { convTransposeWording } from "../../../../src/ir/geometry/conversion/conv-transpose-wording.js";
import { convWording } from "../../../../src/ir/geometry/conversion/conv-wording.js";
import { pytorchConvTranspose, pytorchPool } from "../../../../src/ir/geometry/conventions/pytorch.js";
import { tensorflowConv, tensorflowConvTranspose } from "../../../../src/ir/geometry/conventions/tensorflow.js";
import type { Spatial } from "../../../../src/ir/geometry/spatial.js";

const spatial = (input: number[], kernel: number, stride: number): Spatial => ({
  input,
  kernel: input.map(() => kernel),
  strides: input.map(() => stride),
  dilations: input.map(() => 1),
});

describe("a transposed convolution", () => {
  test("that PyTorch pads by 1 is TensorFlow's SAME with that output_shape", () => {
    for (const [kernel, stride, size] of [
      [3, 3, 670],
      [4, 3, 671],
      [3, 2, 447],
    ]) {
      const layer = spatial([224], kernel, stride);
      const wording = convTransposeWording(layer, pytorchConvTranspose(layer, [1]), "tensorflow");
      expect(wording).toMatchObject({ arguments: [{ value: "SAME" }, { value: [size] }] });
    }
  });

  test("with SAME's odd crop has no PyTorch, and the answer says how it is done", () => {
    const layer = spatial([5], 3, 2);
    const wording = convTransposeWording(layer, tensorflowConvTranspose(layer, [10], "SAME"), "pytorch");
    expect(wording).toMatchObject({ kind: "notRepresentable" });
    if (wording.kind !== "notRepresentable") return;
    expect(wording.reason).toContain("a crop of 0:1 is needed");
    expect(wording.instead).toBe(
      "padding=0, then cut 0:1 off the ends; padding=1, output_padding=1 has the same shape but crops 1:0, shifted by one",
    );
  });

  test("with PyTorch's odd crop is explicit in TensorFlow in 2-D, and a slice of VALID in 3-D", () => {
    const word = (rank: number) => {
      const layer = spatial(new Array<number>(rank).fill(5), 3, 2);
      const ones = layer.input.map(() => 1);
      return convTransposeWording(layer, pytorchConvTranspose(layer, ones, { outputPadding: ones }), "tensorflow");
    };
    expect(word(2)).toMatchObject({
      arguments: [
        {
          name: "padding",
          value: [
            [0, 0],
            [1, 0],
            [1, 0],
            [0, 0],
          ],
        },
        { name: "output_shape", value: [10, 10] },
      ],
    });
    expect(word(3)).toMatchObject({
      kind: "notRepresentable",
      reason: "SAME crops 0:1 here and VALID nothing, but a crop of 1:0 is needed: equal shapes, shifted values",
      instead: "VALID, whose output is 11 x 11 x 11, then the slice [1:11, 1:11, 1:11]",
    });
  });

  test("of an even kernel: Keras has no number for every size", () => {
    const layer = spatial([46, 62], 16, 8);
    expect(convTransposeWording(layer, tensorflowConvTranspose(layer, [368, 489], "SAME"), "keras").kind).toBe(
      "notRepresentable",
    );
    expect(convTransposeWording(layer, tensorflowConvTranspose(layer, [367, 489], "SAME"), "keras")).toMatchObject({
      arguments: [{ value: "same" }, { value: [7, 1] }],
    });
  });

  test("JAX counts from the other side", () => {
    const layer = spatial([128], 4, 4);
    const words = (pad: number) => convTransposeWording(layer, pytorchConvTranspose(layer, [pad]), "jax");
    expect(words(0)).toMatchObject({ arguments: [{ value: [[3, 3]] }] });
    expect(words(3)).toMatchObject({ arguments: [{ value: [[0, 0]] }] });
  });
});

describe("a convolution", () => {
  test("with SAME's odd pads is not symmetric", () => {
    const layer = spatial([224], 3, 2);
    const same = tensorflowConv(layer, "SAME");
    expect(convWording(layer, same, "pytorch")).toMatchObject({
      kind: "notRepresentable",
      instead: "torch.nn.functional.pad by 0:1, then padding=0",
    });
    expect(convWording(layer, same, "onnx")).toMatchObject({ arguments: [{ name: "pads", value: [0, 1] }] });
    expect(convWording(layer, { padding: [[1, 1]], output: [112] }, "keras")).toMatchObject({
      reason: "SAME pads 0:1 here: equal shapes, shifted values",
    });
  });

  test("a pooling that rounds up", () => {
    const layer = spatial([4], 3, 2);
    const rounded = pytorchPool(layer, [0], true);
    expect(convWording(layer, rounded, "pytorch", true)).toMatchObject({
      arguments: [{ value: [0] }, { name: "ceil_mode" }],
    });
    expect(convWording(layer, rounded, "tensorflow", true)).toMatchObject({ arguments: [{ value: "SAME" }] });
  });
});
