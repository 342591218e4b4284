/** What `unstride shape` prints and refuses. */
import { describe, expect, test } from "vitest";
import { codesOf } from "../../support/codes.js";
import { shapeData, shapeText } from "../../support/shape-command.js";

const question = "conv2d_transpose --input 1x7x7x128 --output 1x14x14x64 --strides 2";

test("7 to 14 with stride 2", () => {
  expect(shapeText(question)).toBe(
    `answer  SAME with every kernel size, VALID with kernel 1 or 2 only
filter  [kh, kw, 64, 128] = [kh, kw, out, in]
        a convolution between the same channels takes [kh, kw, 128, 64]
SAME    every kernel size: ceil(14 / 2) = 7
        legal outputs of 7: 13 or 14
        crop k - 2 in all, the odd one at the high end; low:high for k = 1: 0:0 and 1 added, k = 2: 0:0, k = 3: 0:1, k = 4: 1:1, k = 5: 1:2, k = 6: 2:2
VALID   kernel 1 or 2 only: floor((14 - k) / 2) + 1 = 7
        legal outputs of 7: k + 12 or k + 13
        crop low:high for k = 1: 0:0 and 1 added, k = 2: 0:0
`,
  );
});

test("the same as data", () => {
  expect(shapeData(question)).toMatchObject({
    convention: "tensorflow",
    legal: true,
    filter: ["kh", "kw", 64, 128],
    cases: [
      {
        padding: "SAME",
        possible: true,
        dimensions: [{ output: [13, 14], kernel: [1, null], totalPadding: "k - 2" }, {}],
      },
      { padding: "VALID", possible: true, dimensions: [{ kernel: [1, 2] }, {}] },
    ],
  });
});

test("several questions at once are a list", () => {
  const both = shapeData('ConvTranspose2d --kernel 3 --strides 2 --or "--kernel 4"');
  expect(both).toMatchObject([
    {
      overlap: [
        [2, 1],
        [2, 1],
      ],
    },
    {
      overlap: [
        [2, 2],
        [2, 2],
      ],
    },
  ]);
});

test("dimensions that differ are told apart by name", () => {
  const answer = shapeText("ConvTranspose2d --input 20x16x50x100 --kernel 3,5 --strides 2,1 --padding 4,2");
  expect(answer).toMatch(/padding 4, 2 {2}height {2}50 becomes .* = 93\n(.*\n)*? +width {3}100 becomes .* = 100/);
});

test("a convention other than the name's decides, and layout follows it", () => {
  const layer = "conv2d_transpose --input 1x5x5x3 --filters 4 --kernel 1 --strides 3 --padding VALID";
  expect(shapeData(layer)).toMatchObject({ output: [1, 15, 15, 4] });
  expect(shapeData(`${layer} --convention keras`)).toMatchObject({ output: [1, 15, 15, 4] });
  expect(shapeData(`${layer} --convention pytorch --layout NHWC`)).toMatchObject({ output: [1, 13, 13, 4] });
  expect(shapeText(`${layer} --convention keras`)).toContain("Keras and JAX give input * stride, PyTorch and ONNX");
});

test("the pads of each convention that disagrees about the odd one are named", () => {
  const answer = shapeText("Conv2DTranspose --input 1x5x5x3 --kernel 3 --strides 2 --padding same");
  expect(answer).toContain("crop 0:1");
  expect(answer).toContain("padding=1, output_padding=1 has the same shape but crops 1:0, shifted by one");
});

test("a module's prefix decides whose operation it is", () => {
  expect(shapeData("torch.nn.functional.conv2d --input 1x3x8x8 --kernel 3")).toMatchObject({ convention: "pytorch" });
  expect(shapeData("tf.nn.conv2d --input 1x8x8x3 --kernel 3")).toMatchObject({ convention: "tensorflow" });
});

test("positions that no window read have no gradient", () => {
  const answer = shapeData("conv1d --input 1x8x1 --kernel 3 --strides 2 --padding VALID --gradient input");
  expect(answer).toMatchObject({ backward: [{ zerosBetween: 1, full: 7, crop: [0, 0], padding: [2, 3] }] });
  expect(shapeText("conv1d --input 1x8x1 --kernel 3 --strides 2 --padding VALID --gradient input")).toContain(
    "plus 1 at the end that no window read",
  );
});

test("missing strides are the ratio of the sizes where the padding is open too", () => {
  const answer = shapeText("ConvTranspose2d --input 1x3x7x7 --output 1x4x14x14");
  expect(answer).toContain("strides 2, the ratio of the sizes");
  expect(answer).toContain("2 * padding - output_padding = k - 2");
});

test("a mirrored encoder whose sizes come back", () => {
  const encoder = "Conv2d --input 1x3x512x512 --kernel 4 --strides 2 --padding 1 --repeat 8 --mirror";
  expect(shapeText(encoder)).toContain("2 -> 4 -> 8 -> 16");
  expect(shapeText(encoder)).toContain("every size meets its own");
  expect(shapeText("Conv2d --input 1x3x9x9 --kernel 3 --strides 2 --padding 1 --repeat 2 --mirror")).toContain(
    "3 -> 5 -> 9",
  );
});

test("a pooling that rounds up still needs one window", () => {
  expect(shapeData("MaxPool2d --input 1x1x2x2 --kernel 9 --strides 2 --ceil-mode")).toMatchObject({
    cases: [{ possible: false }],
  });
});

describe("what cannot be read is refused, naming the option", () => {
  test.each([
    ["deconvolve --input 1x2x2x1", "the operation"],
    ["conv2d --input 1x0x2x1", "--input"],
    ["conv2d --input 1x1e9x2x1", "--input"],
    ["conv2d --input 1x2x3x4x5x6", "--input"],
    ["conv2d --input 1xkxkx3", "--input"],
    ["conv2d --kernel 1,2,3", "--kernel"],
    ["conv2d --strides 0", "--strides"],
    ["conv2d --dilations ?", "--dilations"],
    ["conv2d --padding 1:2:3", "--padding"],
    ["conv2d --padding SAMEISH", "--padding"],
    ["conv_transpose --padding 1", "--padding"],
    ["conv2d --convention caffe", "--convention"],
    ["conv2d --layout HWC", "--layout"],
    ["conv2d --gradient weights", "--gradient"],
    ["conv2d --repeat 1001", "--repeat"],
    ['conv2d --or "--nothing"', "--or or --then"],
    ["conv2d --input 1x3x3x1 --kernel 3 --padding SAME --weights 1,2", "--weights"],
    ["conv2d --input 1x999x999x1 --kernel 3 --padding SAME --weights ones", "--weights"],
  ])("%s", (line, option) => {
    expect(codesOf(() => shapeText(line))).toEqual(["command/option"]);
    expect(() => shapeText(line)).toThrow(`at        ${option}`);
  });
});
