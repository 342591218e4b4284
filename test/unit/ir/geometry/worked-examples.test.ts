/** The examples TensorFlow's users work through by hand. */
import { describe, expect, test } from "vitest";
import { kerasConvTranspose } from "../../../../src/ir/geometry/conventions/keras.js";
import { tensorflowConv, tensorflowConvTranspose } from "../../../../src/ir/geometry/conventions/tensorflow.js";
import { convOutputSize } from "../../../../src/ir/geometry/window.js";
import { UnstrideError } from "../../../../src/diagnostics/error.js";
import { shapeText } from "../../../support/shape-command.js";
import { transposed } from "../../../support/window-oracle.js";

const spatial = (input: number[], kernel: number, strides: number[]) => ({
  input,
  kernel: input.map(() => kernel),
  strides,
  dilations: input.map(() => 1),
});

describe("without output_shape", () => {
  test("[12, 7, 7, 128], 64 filters, kernel 1, strides 2, SAME", () => {
    const answer = shapeText("conv2d_transpose --input 12x7x7x128 --filters 64 --kernel 1 --strides 2 --padding SAME");
    expect(answer).toContain("[12, 14, 14, 64]");
    expect(answer).toContain("[1, 1, 64, 128]");
  });

  test("[5, 16, 16, 32], 16 filters, kernel 6, strides 2", () => {
    const command = "conv2d_transpose --input 5x16x16x32 --filters 16 --kernel 6 --strides 2 --padding";
    expect(shapeText(`${command} VALID`)).toContain("[5, 36, 36, 16]");
    expect(shapeText(`${command} SAME`)).toContain("[5, 32, 32, 16]");
  });

  test.each([1, 2, 3, 4, 5])("kernel %d: SAME gives in * s, VALID in * s + max(k - s, 0)", (kernel) => {
    for (const stride of [1, 2, 3, 4]) {
      const layer = spatial([7], kernel, [stride]);
      expect(kerasConvTranspose(layer, "same", undefined).output).toEqual([7 * stride]);
      const valid = 7 * stride + Math.max(kernel - stride, 0);
      expect(kerasConvTranspose(layer, "valid", undefined).output).toEqual([valid]);
      if (kernel >= stride) expect(valid).toBe(6 * stride + kernel);
    }
  });
});

test("[[1, 1], [2, 2]] with a 3 x 3 kernel of ones, stride 2, SAME", () => {
  const { padding, outputPadding } = tensorflowConvTranspose(spatial([2, 2], 3, [2, 2]), [4, 4], "SAME");
  expect(padding).toEqual([
    [0, 1],
    [0, 1],
  ]);
  const window = { kernel: 3, stride: 2, dilation: 1 };
  const along = (row: readonly number[]) => transposed(row, [1, 1, 1], window, padding[0], outputPadding[0]);
  const rows = [along([1, 1]), along([2, 2])];
  const columns = rows[0].map((_, j) => along(rows.map((row) => row[j])));
  const result = columns[0].map((_, i) => columns.map((column) => column[i]).join(" "));
  expect(result).toEqual(["1 1 2 1", "1 1 2 1", "3 3 6 3", "2 2 4 2"]);
});

test("the same example, computed by the command", () => {
  const command =
    "conv2d_transpose --input 1x2x2x1 --kernel 3 --strides 2 --padding SAME --weights ones --values 1,1,2,2";
  const answer = shapeText(command);
  for (const row of ["1 1 2 1", "3 3 6 3", "2 2 4 2"]) expect(answer).toContain(row);
});

test("the 3-D chain", () => {
  const layer = (filters: number, strides: string) =>
    `--then "conv3d_transpose --kernel 3 --filters ${filters} --strides ${strides} --padding SAME"`;
  const answer = shapeText(
    `conv3d_transpose --input 2x2x7x7x64 --kernel 3 --filters 32 --strides 2 --padding SAME ${layer(16, "2")} ${layer(8, "2")} ${layer(1, "1,2,2")}`,
  );
  for (const shape of ["[2, 4, 14, 14, 32]", "[2, 8, 28, 28, 16]", "[2, 16, 56, 56, 8]", "[2, 16, 112, 112, 1]"]) {
    expect(answer).toContain(shape);
  }
});

describe("output_shape [2, 4, 14, 14, 32] of [2, 2, 7, 7, 64]", () => {
  test("is right for stride 2", () => {
    const { output } = tensorflowConvTranspose(spatial([2, 7, 7], 3, [2, 2, 2]), [4, 14, 14], "SAME");
    expect(output).toEqual([4, 14, 14]);
  });

  test("is refused for stride 1, with the sizes that are legal", () => {
    const wrong = () => tensorflowConvTranspose(spatial([2, 7, 7], 3, [1, 1, 1]), [4, 14, 14], "SAME");
    expect(wrong).toThrow(UnstrideError);
    expect(wrong).toThrow(/geometry\/output-shape/);
    expect(wrong).toThrow(/expected {2}2: what a convolution with SAME, kernel 3, stride 1 maps to 2/);
    const answer = shapeText(
      "conv3d_transpose --input 2x2x7x7x64 --output 2x4x14x14x32 --strides 1 --padding SAME --kernel 3",
    );
    expect(answer).toContain("legal outputs of 7: 7 only");
  });
});

test("conv2d reads input[s * i + di]: sizes follow", () => {
  for (const input of [5, 6, 7, 8]) {
    const { output, padding } = tensorflowConv(spatial([input], 3, [2]), "VALID");
    expect(output[0]).toBe(convOutputSize(input, 3, 2, 1, padding[0]));
    expect(2 * (output[0] - 1) + 2).toBeLessThan(input);
  }
});
