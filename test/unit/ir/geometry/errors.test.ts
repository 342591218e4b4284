/** Every error of geometry is raised once: a code without a row does not compile. */
import { expect, test } from "vitest";
import type { Code } from "../../../../src/diagnostics/catalogue.js";
import { onnxConv } from "../../../../src/ir/geometry/conventions/onnx.js";
import { pytorchConvTranspose } from "../../../../src/ir/geometry/conventions/pytorch.js";
import { tensorflowConv, tensorflowConvTranspose } from "../../../../src/ir/geometry/conventions/tensorflow.js";
import { fullTransposeSize } from "../../../../src/ir/geometry/window.js";
import { codesOf } from "../../../support/codes.js";
import { shapeText } from "../../../support/shape-command.js";

const line = (input: number, kernel: number, stride = 1) => ({
  input: [input],
  kernel: [kernel],
  strides: [stride],
  dilations: [1],
});

const raised: Readonly<Record<Extract<Code, `geometry/${string}`>, () => unknown>> = {
  "geometry/size": () => tensorflowConv(line(Number.NaN, 3), "SAME"),
  "geometry/overflow": () => fullTransposeSize(2 ** 31 - 1, 1, 2 ** 31 - 1, 1),
  "geometry/rank": () => onnxConv(line(4, 3), { autoPad: "NOTSET", pads: [1] }),
  "geometry/window": () => tensorflowConv(line(1, 3), "VALID"),
  "geometry/crop": () => pytorchConvTranspose(line(2, 2, 2), [2]),
  "geometry/output-shape": () => tensorflowConvTranspose(line(3, 3, 2), [7], "SAME"),
  "geometry/output-padding": () => pytorchConvTranspose(line(3, 3), [0], { outputPadding: [1] }),
  "geometry/convention": () => pytorchConvTranspose(line(3, 3), "same"),
  "geometry/underdetermined": () => shapeText("conv2d --kernel 3 --weights ones"),
};

test.each(Object.entries(raised))("%s", (code, act) => {
  expect(codesOf(act)).toEqual([code]);
});

test("a wrong output size is answered with the legal ones and what it would come from", () => {
  expect(() => tensorflowConvTranspose(line(40, 4, 2), [80], "VALID")).toThrow(
    /expected {2}82 to 83: what a convolution with VALID, kernel 4, stride 2 maps to 40\n {2}found {5}80, which it maps to 39/,
  );
});
