/** conv_transpose: the worked examples of TensorFlow's users, phases, and each constraint. */
import { describe, expect, it } from "vitest";
import { tensorflowConvTranspose } from "../../../../src/ir/geometry/conventions/tensorflow.js";
import { byPhases } from "../../../../src/ir/ops/window/by-phases.js";
import { byZeroInsertion } from "../../../../src/ir/ops/window/by-zero-insertion.js";
import { convTranspose, type ConvTransposeAttributes } from "../../../../src/ir/ops/conv-transpose.js";
import { tensor, tensorType } from "../../../../src/ir/types/tensor.js";
import { codesOf } from "../../../support/codes.js";
import { convTransposeOracle } from "../../../support/conv-oracle.js";
import { integerTensor } from "../../../support/integers.js";
import { decomposed, evaluated, inferred, lowered, oneNodeGraph, onlyNode } from "../../../support/lowered.js";

const f32 = (...shape: number[]) => tensorType("f32", shape);

/** TensorFlow's conv_transpose with an output_shape. */
function toSize(input: number[], filter: number[], output: number[], strides: number[], padding: "SAME" | "VALID") {
  const [kernel, dilations] = [filter.slice(0, -2), strides.map(() => 1)];
  const spatial = { input: input.slice(1, -1), kernel, strides, dilations };
  const geometry = tensorflowConvTranspose(spatial, output.slice(1, -1), padding);
  return { strides, dilations, padding: geometry.padding, output_padding: geometry.outputPadding, groups: 1 };
}

const plain: ConvTransposeAttributes = {
  strides: [2, 2],
  dilations: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
  output_padding: [0, 0],
  groups: 1,
};

describe("conv_transpose", () => {
  const examples: [
    input: number[],
    filter: number[],
    strides: number[],
    padding: "SAME" | "VALID",
    output: number[],
  ][] = [
    [[12, 7, 7, 128], [1, 1, 64, 128], [2, 2], "SAME", [12, 14, 14, 64]],
    [[5, 16, 16, 32], [6, 6, 16, 32], [2, 2], "VALID", [5, 36, 36, 16]],
    [[5, 16, 16, 32], [6, 6, 16, 32], [2, 2], "SAME", [5, 32, 32, 16]],
    [[2, 2, 7, 7, 64], [3, 3, 3, 32, 64], [2, 2, 2], "SAME", [2, 4, 14, 14, 32]],
    [[2, 4, 14, 14, 32], [3, 3, 3, 16, 32], [2, 2, 2], "SAME", [2, 8, 28, 28, 16]],
    [[2, 8, 28, 28, 16], [3, 3, 3, 8, 16], [2, 2, 2], "SAME", [2, 16, 56, 56, 8]],
    [[2, 16, 56, 56, 8], [3, 3, 3, 1, 8], [1, 2, 2], "SAME", [2, 16, 112, 112, 1]],
  ];
  it.each(examples)(
    "makes of %j with filter %j, strides %j, %s the shape %j",
    (input, filter, strides, padding, output) => {
      const attributes = toSize(input, filter, output, strides, padding);
      expect(inferred(convTranspose, [f32(...input), f32(...filter)], attributes)).toEqual([f32(...output)]);
    },
  );

  it.each(["phases", "zero-insertion"])("overlaps a 3x3 kernel of ones with stride 2, SAME, by %s", (algorithm) => {
    const x = tensor("f32", [1, 2, 2, 1], [1, 1, 2, 2]);
    const w = tensor("f32", [3, 3, 1, 1], new Array(9).fill(1));
    const attributes = toSize([1, 2, 2, 1], [3, 3, 1, 1], [1, 4, 4, 1], [2, 2], "SAME");
    const expected = tensor("f32", [1, 4, 4, 1], [1, 1, 2, 1, 1, 1, 2, 1, 3, 3, 6, 3, 2, 2, 4, 2]);
    expect(evaluated(convTranspose, [x, w], attributes)).toEqual([expected]);
    expect(lowered(convTranspose, [x, w], attributes, algorithm)).toEqual([expected]);
  });

  it("holds 0 where no tap reaches: kernel 1, stride 3", () => {
    const attributes = {
      strides: [3],
      dilations: [1],
      padding: [[0, 0]] as [number, number][],
      output_padding: [2],
      groups: 1,
    };
    const operands = [tensor("f32", [1, 2, 1], [4, 5]), tensor("f32", [1, 1, 1], [2])];
    const expected = tensor("f32", [1, 6, 1], [8, 0, 0, 10, 0, 0]);
    expect(evaluated(convTranspose, operands, attributes)).toEqual([expected]);
    expect(lowered(convTranspose, operands, attributes, "phases")).toEqual([expected]);
  });

  it("takes any phase's taps from a filter that is not constant", () => {
    const graph = decomposed(convTranspose, [f32(1, 5, 5, 4), f32(4, 4, 2, 4)], plain, "phases");
    expect(graph.inputs).toHaveLength(2);
    const ops = graph.nodes.map(({ op }) => op.name);
    expect(ops.filter((name) => name === "conv")).toHaveLength(4);
    expect(ops.filter((name) => name === "pad")).toHaveLength(1);
    expect(ops.at(-1)).toBe("interleave");
  });

  it("phases of a kernel as large as the stride are 1x1 convolutions of the input itself", () => {
    const graph = decomposed(convTranspose, [f32(1, 5, 5, 4), f32(2, 2, 3, 4)], plain, "phases");
    const convs = graph.nodes.filter(({ op }) => op.name === "conv");
    expect(convs.map(({ operands }) => operands[0])).toEqual(new Array(4).fill(graph.inputs[0].value));
    expect(convs.map(({ operands }) => operands[1].type.shape)).toEqual(new Array(4).fill([1, 1, 4, 3]));
  });

  it("with stride one is a single convolution", () => {
    const graph = decomposed(
      convTranspose,
      [f32(1, 5, 5, 4), f32(3, 3, 2, 4)],
      { ...plain, strides: [1, 1] },
      "phases",
    );
    expect(graph.nodes.map(({ op }) => op.name)).toEqual(["pad", "transpose", "slice", "conv"]);
  });

  it("counts multiply-adds: phases do those that are not by a zero", () => {
    const node = onlyNode(
      oneNodeGraph(
        convTranspose,
        [f32(1, 16, 16, 256), f32(4, 4, 128, 256)],
        toSize([1, 16, 16, 256], [4, 4, 128, 256], [1, 32, 32, 128], [2, 2], "SAME"),
      ),
      convTranspose,
    );
    expect(byPhases.multiplyAdds(node)).toBe(32 * 32 * 4 * 256 * 128);
    expect(byZeroInsertion.multiplyAdds(node)).toBe(32 * 32 * 16 * 256 * 128);
  });

  it.each(["phases", "zero-insertion"])("takes an empty batch by %s", (algorithm) => {
    const operands = [integerTensor([0, 3, 3, 2], 1), integerTensor([3, 3, 4, 2], 2)];
    expect(lowered(convTranspose, operands, plain, algorithm)).toEqual(evaluated(convTranspose, operands, plain));
  });

  it("refuses phases by the thousand", () => {
    const attributes = { ...plain, strides: [64, 64] };
    const node = onlyNode(oneNodeGraph(convTranspose, [f32(1, 2, 2, 1), f32(64, 64, 1, 1)], attributes), convTranspose);
    expect(byPhases.refuses?.(node)).toBe("it would take 4096 convolutions, more than 1024");
  });

  it("is its definition in groups, dilated, cropped unevenly, with output padding, in i32 too", () => {
    const attributes: ConvTransposeAttributes = {
      strides: [2, 3],
      dilations: [3, 2],
      padding: [
        [1, 0],
        [-1, 2],
      ],
      output_padding: [2, 1],
      groups: 2,
    };
    for (const type of ["f32", "i32"] as const) {
      const operands = [integerTensor([2, 3, 4, 4], 1, type), integerTensor([3, 2, 3, 4], 2, type)];
      const [{ shape }] = inferred(convTranspose, operands, attributes);
      const expected = convTransposeOracle(operands[0], operands[1], attributes, shape);
      expect(evaluated(convTranspose, operands, attributes)).toEqual([expected]);
      expect(lowered(convTranspose, operands, attributes, "phases")).toEqual([expected]);
    }
  });

  const pairs = (...padding: [number, number][]) => padding;
  const refused: [label: string, operands: ReturnType<typeof f32>[], attributes: object][] = [
    ["conv_transpose/C1", [f32(1, 8, 8, 48), f32(3, 3, 48, 32)], plain],
    ["conv_transpose/C2", [f32(1, 0, 8, 48), f32(3, 3, 32, 48)], plain],
    ["conv_transpose/C3", [f32(1, 8, 8, 48), f32(3, 32, 48)], plain],
    ["conv_transpose/C4", [f32(1, 8, 8, 48), f32(3, 3, 32, 48)], { ...plain, output_padding: [0] }],
    ["conv_transpose/C5", [f32(1, 8, 8, 48), f32(3, 3, 32, 48)], { ...plain, groups: 5 }],
    ["conv_transpose/C6", [f32(1, 8, 8, 48), f32(3, 3, 32, 48)], { ...plain, output_padding: [2, 0] }],
    ["conv_transpose/C7", [f32(1, 8, 8, 48), f32(3, 3, 32, 48)], { ...plain, padding: pairs([9, 8], [0, 0]) }],
    ["conv_transpose/C8", [f32(1, 8, 8, 48), tensorType("f64", [3, 3, 32, 48])], plain],
  ];
  it.each(refused)("refuses what breaks %s (case %#)", (label, operands, attributes) => {
    expect(codesOf(() => inferred(convTranspose, operands, attributes))).toEqual([label]);
  });

  it("refuses output_shape [2,4,14,14,32] for stride 1 with the sizes that are legal", () => {
    const build = () => toSize([2, 2, 7, 7, 64], [3, 3, 3, 32, 64], [2, 4, 14, 14, 32], [1, 1, 1], "SAME");
    expect(codesOf(build)).toEqual(["geometry/output-shape"]);
    expect(build).toThrow(/expected\s+2: what a convolution with SAME, kernel 3, stride 1 maps to 2/);
  });
});
