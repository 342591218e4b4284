/** Each convention resolves its words to explicit pads; where the frameworks disagree, the decision is a test of its own. */
import { describe, expect, test } from "vitest";
import { jaxConvTranspose } from "../../../../src/ir/geometry/conventions/jax.js";
import { kerasConvTranspose, kerasTransposeSize } from "../../../../src/ir/geometry/conventions/keras.js";
import { onnxConv, onnxConvTranspose, onnxPool } from "../../../../src/ir/geometry/conventions/onnx.js";
import { pytorchConv, pytorchConvTranspose, pytorchPool } from "../../../../src/ir/geometry/conventions/pytorch.js";
import {
  tensorflowConv,
  tensorflowConvTranspose,
  tensorflowForwardSize,
} from "../../../../src/ir/geometry/conventions/tensorflow.js";
import type { Spatial } from "../../../../src/ir/geometry/spatial.js";
import { codesOf } from "../../../support/codes.js";

const line = (input: number, kernel: number, stride = 1, dilation = 1): Spatial => ({
  input: [input],
  kernel: [kernel],
  strides: [stride],
  dilations: [dilation],
});

describe("TensorFlow", () => {
  test("SAME pads as little as needed, the odd one at the high end", () => {
    expect(tensorflowConv(line(1, 3, 2), "SAME")).toEqual({ padding: [[1, 1]], output: [1] });
    expect(tensorflowConv(line(2, 3, 2), "SAME")).toEqual({ padding: [[0, 1]], output: [1] });
    expect(tensorflowConv(line(7, 1, 2), "SAME")).toEqual({ padding: [[0, 0]], output: [4] });
    expect(tensorflowConv(line(9, 3, 1, 4), "SAME")).toEqual({ padding: [[4, 4]], output: [9] });
  });

  test("VALID and explicit pads", () => {
    expect(tensorflowConv(line(28, 3), "VALID").output).toEqual([26]);
    expect(tensorflowConv(line(4, 2), [[2, 2]]).output).toEqual([7]);
    expect(codesOf(() => tensorflowConv(line(1, 3), "VALID"))).toEqual(["geometry/window"]);
  });

  test("output_shape 13 and 14 are both legal for 7", () => {
    expect(tensorflowConvTranspose(line(7, 3, 2), [14], "SAME")).toMatchObject({
      padding: [[0, 1]],
      outputPadding: [0],
    });
    expect(tensorflowConvTranspose(line(7, 3, 2), [13], "SAME")).toMatchObject({
      padding: [[1, 1]],
      outputPadding: [0],
    });
    expect(tensorflowConvTranspose(line(12, 2, 2), [25], "VALID")).toMatchObject({
      padding: [[0, 0]],
      outputPadding: [1],
    });
  });

  test("other sizes are refused: 3 to 7 with stride 2, which TensorFlow.js returns NaN rows for", () => {
    expect(codesOf(() => tensorflowConvTranspose(line(3, 3, 2), [7], "SAME"))).toEqual(["geometry/output-shape"]);
    expect(codesOf(() => tensorflowConvTranspose(line(3, 3, 2), [4], "SAME"))).toEqual(["geometry/output-shape"]);
  });

  test("SAME with a kernel below the stride: output = input * stride, positions without taps at the end", () => {
    expect(tensorflowConvTranspose(line(5, 1, 3), [15], "SAME")).toEqual({
      padding: [[0, 0]],
      outputPadding: [2],
      output: [15],
    });
  });

  test("what its error calls computed", () => {
    expect(tensorflowForwardSize(80, { kernel: 4, stride: 2, dilation: 1 }, "VALID")).toBe(39);
    expect(tensorflowForwardSize(32, { kernel: 4, stride: 2, dilation: 1 }, "VALID")).toBe(15);
  });
});

describe("Keras", () => {
  const window = (kernel: number, stride: number) => ({ kernel, stride, dilation: 1 });

  test("None is not 0", () => {
    expect(kerasTransposeSize(12, window(3, 2), "same", undefined)).toBe(24);
    expect(kerasTransposeSize(12, window(3, 2), "same", 0)).toBe(23);
    expect(kerasTransposeSize(5, window(1, 3), "valid", undefined)).toBe(15);
    expect(kerasTransposeSize(5, window(1, 3), "valid", 0)).toBe(13);
  });

  test("an even kernel with a number starts one too low, which TensorFlow refuses", () => {
    expect(kerasTransposeSize(5, window(4, 2), "same", 0)).toBe(8);
    expect(codesOf(() => kerasConvTranspose(line(5, 4, 2), "same", [0]))).toEqual(["geometry/output-shape"]);
    expect(kerasConvTranspose(line(5, 4, 2), "same", [1]).output).toEqual([9]);
  });

  test("output_padding stays below the stride", () => {
    expect(codesOf(() => kerasConvTranspose(line(46, 16, 8), "same", [8]))).toEqual(["geometry/output-padding"]);
  });

  test("same against PyTorch's padding 1 and output padding 1: equal shapes, crops 0:1 and 1:0", () => {
    const keras = kerasConvTranspose(line(5, 3, 2), "same", undefined);
    const torch = pytorchConvTranspose(line(5, 3, 2), [1], { outputPadding: [1] });
    expect(keras.output).toEqual(torch.output);
    expect(keras).toMatchObject({ padding: [[0, 1]], outputPadding: [0] });
    expect(torch).toMatchObject({ padding: [[1, 1]], outputPadding: [1] });
  });
});

describe("PyTorch", () => {
  test("same pads of convolutions, stride 1 only", () => {
    expect(pytorchConv(line(9, 4), "same")).toEqual({ padding: [[1, 2]], output: [9] });
    expect(codesOf(() => pytorchConv(line(9, 4, 2), "same"))).toEqual(["geometry/convention"]);
  });

  test("output_size chooses the output padding", () => {
    expect(pytorchConvTranspose(line(3, 3, 2), [0], { outputSize: [8] })).toMatchObject({ outputPadding: [1] });
    expect(codesOf(() => pytorchConvTranspose(line(3, 3, 2), [0], { outputSize: [9] }))).toEqual([
      "geometry/output-shape",
    ]);
  });

  test("output padding below max(stride, dilation)", () => {
    expect(codesOf(() => pytorchConvTranspose(line(3, 3), [0], { outputPadding: [1] }))).toEqual([
      "geometry/output-padding",
    ]);
    expect(pytorchConvTranspose(line(3, 3, 1, 2), [0], { outputPadding: [1] }).output).toEqual([8]);
  });

  test("padding that crops everything", () => {
    expect(codesOf(() => pytorchConvTranspose(line(2, 2, 2), [2]))).toEqual(["geometry/crop"]);
    expect(pytorchConvTranspose(line(2, 2, 2), "valid").output).toEqual([4]);
  });

  test("padding names of transposed convolutions mean nothing", () => {
    expect(codesOf(() => pytorchConvTranspose(line(3, 3), "same"))).toEqual(["geometry/convention"]);
  });

  test("pooling", () => {
    expect(pytorchPool(line(4, 3, 2), [0], true)).toEqual({ padding: [[0, 1]], output: [2] });
    expect(pytorchPool(line(4, 3, 2), [1], false)).toEqual({ padding: [[1, 1]], output: [2] });
    expect(codesOf(() => pytorchPool(line(4, 3, 2), [2], false))).toEqual(["geometry/convention"]);
  });
});

describe("ONNX", () => {
  test("SAME_UPPER and SAME_LOWER differ in the odd pad", () => {
    expect(onnxConv(line(4, 4), { autoPad: "SAME_UPPER" }).padding).toEqual([[1, 2]]);
    expect(onnxConv(line(4, 4), { autoPad: "SAME_LOWER" }).padding).toEqual([[2, 1]]);
    expect(onnxConv(line(4, 4), { autoPad: "NOTSET", pads: [0, 3] }).output).toEqual([4]);
    expect(onnxConv(line(4, 4), { autoPad: "VALID", pads: [9, 9] }).output).toEqual([1]);
  });

  test("MaxPool with SAME counts the dilated kernel", () => {
    expect(onnxPool(line(9, 3, 1, 4), { autoPad: "SAME_UPPER" }, false).padding).toEqual([[4, 4]]);
  });

  test("ceil_mode counts only where pads are explicit", () => {
    expect(onnxPool(line(4, 3, 2), { autoPad: "NOTSET" }, true).output).toEqual([2]);
    expect(onnxPool(line(4, 3, 2), { autoPad: "VALID" }, true).output).toEqual([1]);
  });

  test("output_shape: the odd pad at the end for SAME_UPPER, at the start otherwise", () => {
    const shaped = (autoPad: "NOTSET" | "SAME_UPPER") =>
      onnxConvTranspose(line(5, 3, 2), { autoPad, outputShape: [1, 8, 10] });
    expect(shaped("SAME_UPPER").padding).toEqual([[0, 1]]);
    expect(shaped("NOTSET").padding).toEqual([[1, 0]]);
  });

  test("SAME gives input * stride: with a kernel below the stride, and with output padding", () => {
    expect(onnxConvTranspose(line(5, 1, 3), { autoPad: "SAME_UPPER" }).output).toEqual([15]);
    expect(onnxConvTranspose(line(3, 3, 2), { autoPad: "SAME_UPPER", outputPadding: [1] }).output).toEqual([6]);
  });

  test("SAME on 2 with a kernel of 3 is 2, not the uncropped 4", () => {
    expect(onnxConvTranspose(line(2, 3), { autoPad: "SAME_UPPER" })).toMatchObject({ padding: [[1, 1]], output: [2] });
  });

  test("an output_shape beyond what output padding can add", () => {
    expect(codesOf(() => onnxConvTranspose(line(3, 2, 2), { autoPad: "NOTSET", outputShape: [8] }))).toEqual([
      "geometry/output-shape",
    ]);
    expect(onnxConvTranspose(line(3, 2, 2), { autoPad: "NOTSET", outputShape: [7] })).toMatchObject({
      outputPadding: [1],
    });
  });

  test("lists of the wrong length", () => {
    expect(codesOf(() => onnxConv(line(4, 4), { autoPad: "NOTSET", pads: [1] }))).toEqual(["geometry/rank"]);
    expect(codesOf(() => onnxConv({ ...line(4, 4), strides: [1, 1] }, { autoPad: "VALID" }))).toEqual([
      "geometry/rank",
    ]);
  });
});

describe("JAX", () => {
  test("pads the dilated input: padding 0 is a crop of kernel - 1", () => {
    expect(jaxConvTranspose(line(128, 4, 4), "VALID").output).toEqual([512]);
    expect(jaxConvTranspose(line(128, 4, 4), [[0, 0]])).toMatchObject({ padding: [[3, 3]], output: [506] });
    expect(jaxConvTranspose(line(128, 4, 4), [[3, 3]])).toEqual(jaxConvTranspose(line(128, 4, 4), "VALID"));
    expect(jaxConvTranspose(line(5, 1, 3), "VALID").output).toEqual([15]);
  });
});
