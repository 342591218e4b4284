/** Convolutions in TensorFlow's words: what each option means, in numbers. */
import { describe, expect, it } from "vitest";
import type { ConvTransposeOptions, PaddingOption } from "../../../../src/frontends/code/windows.js";
import { numbers, type Tensor } from "../../../../src/ir/types/tensor.js";
import { builtCodes, builtShape, computed } from "../../../support/built-graphs.js";
import { convOracle, convTransposeOracle, type Windows } from "../../../support/conv-oracle.js";
import { integerTensor } from "../../../support/integers.js";
import { expectClose } from "../../../support/same-meaning.js";

const [x, w] = [integerTensor([2, 6, 5, 4], 1), integerTensor([3, 2, 2, 6], 2)];
const plain: Windows = {
  strides: [1, 1],
  dilations: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  groups: 1,
};

/** Shape of a 2-D convolution of 6 × 5 with a 3 × 2 kernel. */
const paddedShape = (padding: PaddingOption) =>
  builtShape(({ input, conv2d }) => conv2d(input("x", [1, 6, 5, 1]), input("w", [3, 2, 1, 1]), { padding }));

/** Shape of a 1-D transposed convolution of 5 with kernel 4. */
const transposedSize = (options: ConvTransposeOptions) =>
  builtShape(({ input, conv1dTranspose }) => conv1dTranspose(input("x", [1, 5, 1]), input("w", [4, 1, 1]), options))[1];
const transposedCodes = (options: ConvTransposeOptions) =>
  builtCodes(({ input, conv1dTranspose }) => conv1dTranspose(input("x", [1, 5, 1]), input("w", [4, 1, 1]), options));

describe("padding", () => {
  it("is SAME, VALID, a number, or pairs with or without those of batch and channels", () => {
    expect(paddedShape("SAME")).toEqual([1, 6, 5, 1]);
    expect(paddedShape("same")).toEqual([1, 6, 5, 1]);
    expect(paddedShape("valid")).toEqual([1, 4, 4, 1]);
    expect(paddedShape(1)).toEqual([1, 6, 6, 1]);
    expect(
      paddedShape([
        [1, 2],
        [0, -1],
      ]),
    ).toEqual([1, 7, 3, 1]);
    expect(
      paddedShape([
        [0, 0],
        [1, 2],
        [0, -1],
        [0, 0],
      ]),
    ).toEqual([1, 7, 3, 1]);
  });

  it("is refused where it is anything else", () => {
    const wrong = [
      "FULL",
      [[1, 1]],
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 1],
      ],
      [1, 1],
      [
        ["1", "1"],
        [0, 0],
      ],
      null,
    ];
    for (const padding of wrong) {
      const codes = builtCodes(({ input, conv2d }) =>
        conv2d(input("x", [1, 6, 5, 1]), input("w", [3, 2, 1, 1]), { padding: padding as PaddingOption }),
      );
      expect(codes).toEqual(["graph/option"]);
    }
    expect(builtCodes(({ input, conv1d }) => conv1d(input("x", [1, 2, 1]), input("w", [3, 1, 1])))).toEqual([
      "geometry/window",
    ]);
  });
});

describe("strides and dilations", () => {
  it("are one number or one for each dimension", () => {
    const shape = (strides: number | number[]) =>
      builtShape(({ input, conv2d }) => conv2d(input("x", [1, 9, 9, 1]), input("w", [1, 1, 1, 1]), { strides }));
    expect(shape(2)).toEqual([1, 5, 5, 1]);
    expect(shape([2, 3])).toEqual([1, 5, 3, 1]);
  });

  it("are refused where they are not", () => {
    const codes = (strides: unknown) =>
      builtCodes(({ input, conv2d }) =>
        conv2d(input("x", [1, 9, 9, 1]), input("w", [1, 1, 1, 1]), { strides: strides as number }),
      );
    for (const wrong of ["2", [1], [1, 1, 1], ["1", 1], {}]) expect(codes(wrong)).toEqual(["graph/option"]);
    for (const wrong of [0, -1, 1.5, NaN]) expect(codes(wrong)).toEqual(["geometry/size"]);
  });
});

describe("operands", () => {
  it("have the rank that the tool says", () => {
    expect(builtCodes(({ input, conv2d }) => conv2d(input("x", [9, 9, 1]), input("w", [1, 1, 1, 1])))).toEqual([
      "geometry/rank",
    ]);
    expect(builtCodes(({ input, conv2d }) => conv2d(input("x", [1, 9, 9, 1]), input("w", [1, 1, 1])))).toEqual([
      "geometry/rank",
    ]);
    expect(builtCodes(({ input, depthwiseConv1d }) => depthwiseConv1d(input("x", [1, 9, 1]), input("w", [1])))).toEqual(
      ["geometry/rank"],
    );
  });
});

describe("convolutions", () => {
  it("have groups and a bias", async () => {
    const bias = integerTensor([6], 3);
    const { y } = await computed({ x, b: bias }, ({ input, parameter, conv2d }) => ({
      y: conv2d(input("x", x.shape), parameter("w", w.shape, numbers(w)), { groups: 2, bias: input("b", [6]) }),
    }));
    const expected = convOracle(x, w, { ...plain, groups: 2 }, [2, 4, 4, 6]);
    expectClose("y", y, plus(expected, bias));
  });

  it("are depthwise with a multiplier, in TensorFlow's layout", async () => {
    const filter = integerTensor([3, 2, 4, 2], 4);
    const { y } = await computed({ x }, ({ input, parameter, depthwiseConv2d }) => ({
      y: depthwiseConv2d(input("x", x.shape), parameter("w", filter.shape, numbers(filter)), { dilations: [2, 1] }),
    }));
    const windows = { ...plain, dilations: [2, 1], groups: 4 };
    expectClose("y", y, convOracle(x, { ...filter, shape: [3, 2, 1, 8] }, windows, [2, 2, 4, 8]));
  });

  it("are separable: depthwise, then over the channels", async () => {
    const [depth, point] = [integerTensor([3, 2, 4, 1], 5), integerTensor([1, 1, 4, 3], 6)];
    const { y } = await computed({ x }, ({ input, parameter, separableConv2d }) => ({
      y: separableConv2d(
        input("x", x.shape),
        parameter("d", depth.shape, numbers(depth)),
        parameter("p", point.shape, numbers(point)),
        { strides: 2 },
      ),
    }));
    const spread = convOracle(
      x,
      { ...depth, shape: [3, 2, 1, 4] },
      { ...plain, strides: [2, 2], groups: 4 },
      [2, 2, 2, 4],
    );
    expectClose("y", y, convOracle(spread, point, plain, [2, 2, 2, 3]));
  });

  it("take one and three dimensions", async () => {
    const [x1, w1] = [integerTensor([2, 7, 3], 7), integerTensor([3, 3, 2], 8)];
    const [x3, w3] = [integerTensor([1, 4, 3, 3, 2], 9), integerTensor([2, 2, 2, 2, 3], 10)];
    const { one, three } = await computed({ x1, x3 }, ({ input, parameter, conv1d, conv3d }) => ({
      one: conv1d(input("x1", x1.shape), parameter("w1", w1.shape, numbers(w1)), { padding: [[1, 0]] }),
      three: conv3d(input("x3", x3.shape), parameter("w3", w3.shape, numbers(w3)), { strides: [2, 1, 1] }),
    }));
    const first = { strides: [1], dilations: [1], padding: [[1, 0]] as const, groups: 1 };
    expectClose("one", one, convOracle(x1, w1, first, [2, 6, 2]));
    const zeros = [0, 1, 2].map(() => [0, 0] as const);
    const third = { strides: [2, 1, 1], dilations: [1, 1, 1], padding: zeros, groups: 1 };
    expectClose("three", three, convOracle(x3, w3, third, [1, 2, 2, 2, 3]));
  });
});

describe("transposed convolutions", () => {
  it("have groups, dilations and explicit padding", async () => {
    const filter = integerTensor([3, 2, 3, 4], 11);
    const padding = [
      [1, 0],
      [0, 2],
    ] as const;
    const { y } = await computed({ x }, ({ input, parameter, conv2dTranspose }) => ({
      y: conv2dTranspose(input("x", x.shape), parameter("w", filter.shape, numbers(filter)), {
        strides: [2, 3],
        dilations: [1, 2],
        groups: 2,
        padding,
        outputPadding: [1, 0],
      }),
    }));
    const windows = { strides: [2, 3], dilations: [1, 2], padding, groups: 2 };
    expectClose("y", y, convTransposeOracle(x, filter, windows, [2, 13, 13, 6]));
  });

  it("have PyTorch's output padding with explicit padding, Keras' with SAME and VALID", () => {
    expect(transposedSize({ strides: 2, padding: 1 })).toBe(10);
    expect(transposedSize({ strides: 2, padding: 1, outputPadding: 1 })).toBe(11);
    expect(transposedSize({ strides: 2, padding: "VALID", outputPadding: 1 })).toBe(13);
    expect(transposedSize({ strides: 2, padding: "SAME", outputPadding: 1 })).toBe(9);
    expect(transposedCodes({ strides: 2, padding: 1, outputPadding: 2 })).toEqual(["geometry/output-padding"]);
    expect(transposedCodes({ strides: 2, padding: "SAME", outputPadding: 2 })).toEqual(["geometry/output-padding"]);
  });

  it("take an output shape or output padding, not both", () => {
    expect(transposedSize({ strides: 2, padding: "SAME", outputShape: [9] })).toBe(9);
    expect(transposedSize({ strides: 2, padding: 1, outputShape: [1, 11, 1] })).toBe(11);
    expect(transposedCodes({ strides: 2, outputShape: [12], outputPadding: 0 })).toEqual(["graph/option"]);
    expect(transposedCodes({ strides: 2, outputShape: [12, 12] })).toEqual(["geometry/rank"]);
    expect(transposedCodes({ strides: 2, padding: 1, outputShape: [12] })).toEqual(["geometry/output-shape"]);
  });
});

/** `bias` added along the last dimension. */
function plus(sum: Tensor, bias: Tensor): Tensor {
  const values = numbers(sum).map((value, i) => value + numbers(bias)[i % bias.shape[0]]);
  return { ...sum, data: values };
}
