/** Both gradients of convolutions against their definitions: every rank, padding, stride, dilation and number of groups. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { graph, type GraphTools } from "../../../../src/frontends/code/graph.js";
import type { PaddingOption } from "../../../../src/frontends/code/windows.js";
import { tensorflowConv } from "../../../../src/ir/geometry/conventions/tensorflow.js";
import type { Shape } from "../../../../src/ir/types/shape.js";
import type { Tensor } from "../../../../src/ir/types/tensor.js";
import { arbitraryConv, type ConvCase } from "../../../support/arbitrary-windows.js";
import { codesOf } from "../../../support/codes.js";
import { convFilterGradientOracle, convTransposeOracle } from "../../../support/conv-oracle.js";
import { executors, reference, type Executor } from "../../../support/executors.js";
import { integerTensor } from "../../../support/integers.js";
import { expectClose } from "../../../support/same-meaning.js";

const inputTools = ["conv1dBackpropInput", "conv2dBackpropInput", "conv3dBackpropInput"] as const;
const filterTools = ["conv1dBackpropFilter", "conv2dBackpropFilter", "conv3dBackpropFilter"] as const;

/** A convolution that exists, its padding in words or in numbers. */
interface Gradient extends ConvCase {
  readonly padding: PaddingOption;
  readonly dy: Shape;
}

const gradients = fc
  .record({ conv: arbitraryConv(), padding: fc.constantFrom("SAME", "VALID", "numbers") })
  .map(({ conv, padding }) => gradientOf(conv, padding === "SAME" || padding === "VALID" ? padding : undefined))
  .filter((gradient) => gradient !== undefined);

function gradientOf(conv: ConvCase, named: "SAME" | "VALID" | undefined): Gradient | undefined {
  const { strides, dilations, groups } = conv.attributes;
  const spatial = { input: conv.input.slice(1, -1), kernel: conv.filter.slice(0, -2), strides, dilations };
  const reach = spatial.kernel.map((kernel, d) => dilations[d] * (kernel - 1) + 1);
  if (named === "VALID" && reach.some((taps, d) => taps > spatial.input[d])) return undefined;
  const { padding, output } = tensorflowConv(spatial, named ?? conv.attributes.padding);
  const dy = [conv.input[0], ...output, conv.filter[conv.filter.length - 1]];
  return { ...conv, attributes: { strides, dilations, padding, groups }, padding: named ?? padding, dy };
}

async function expectGradients(executor: Executor, gradient: Gradient): Promise<void> {
  const { input, filter, dy, attributes, padding, seed } = gradient;
  const [x, w, cotangent] = [input, filter, dy].map((shape, i) => integerTensor(shape, seed + i));
  const { strides, dilations, groups } = attributes;
  const options = { strides, dilations, groups, padding };
  const rank = input.length - 3;
  const g = graph("gradients", (tools) => {
    const [xIn, wIn, dyIn] = [tools.input("x", input), tools.input("w", filter), tools.input("dy", dy)];
    tools.output("dx", tools[inputTools[rank]](input, wIn, dyIn, options));
    tools.output("dw", tools[filterTools[rank]](xIn, filter, dyIn, options));
  });
  const found = await executor.run(g, { x, w, dy: cotangent });
  expectClose("dx", found.get("dx") as Tensor, convTransposeOracle(cotangent, w, attributes, input));
  expectClose("dw", found.get("dw") as Tensor, convFilterGradientOracle(x, cotangent, attributes, filter));
}

describe.each([{ executor: reference, numRuns: 150 }, ...executors.map((executor) => ({ executor, numRuns: 40 }))])(
  "$executor.name",
  ({ executor, numRuns }) => {
    it("gives the adjoint in the input and the sum over the batch in the filter", async () => {
      await fc.assert(
        fc.asyncProperty(gradients, (gradient) => expectGradients(executor, gradient)),
        { numRuns },
      );
    });

    it("gives those of depthwise convolutions in their own layout", async () => {
      const [x, w, dy] = [
        [2, 5, 4, 3],
        [2, 3, 3, 2],
        [2, 3, 2, 6],
      ].map((shape, i) => integerTensor(shape, i));
      const options = { strides: 2, padding: "SAME" } as const;
      const g = graph("depthwise", (tools) => {
        const cotangent = tools.input("dy", dy.shape);
        tools.output("dx", tools.depthwiseConv2dBackpropInput(x.shape, tools.input("w", w.shape), cotangent, options));
        tools.output("dw", tools.depthwiseConv2dBackpropFilter(tools.input("x", x.shape), w.shape, cotangent, options));
      });
      const padding = [
        [0, 1],
        [0, 1],
      ] as const;
      const windows = { strides: [2, 2], dilations: [1, 1], padding, groups: 3 };
      const grouped = [2, 3, 1, 6];
      const found = await executor.run(g, { x, w, dy });
      expectClose("dx", found.get("dx") as Tensor, convTransposeOracle(dy, { ...w, shape: grouped }, windows, x.shape));
      const expected = { ...convFilterGradientOracle(x, dy, windows, grouped), shape: w.shape };
      expectClose("dw", found.get("dw") as Tensor, expected);
    });
  },
);

test("the filter of a convolution is the filter of its gradient, in TensorFlow's layout", () => {
  const g = graph("layout", ({ input, conv2dBackpropInput, conv2dBackpropFilter, output }) => {
    const dy = input("dy", [5, 8, 8, 64]);
    const options = { strides: 2, padding: "SAME" } as const;
    output("dx", conv2dBackpropInput([5, 16, 16, 32], input("w", [3, 3, 32, 64]), dy, options));
    output("dw", conv2dBackpropFilter(input("x", [5, 16, 16, 32]), [3, 3, 32, 64], dy, options));
  });
  expect(g.outputs.map(({ value }) => value.type.shape)).toEqual([
    [5, 16, 16, 32],
    [3, 3, 32, 64],
  ]);
});

describe("refuses", () => {
  const codes = (build: (tools: GraphTools) => unknown) => codesOf(() => graph("wrong", (tools) => void build(tools)));

  it("a dy that no convolution of that shape gives", () => {
    const wrong = ({ input, conv2dBackpropInput: dx }: GraphTools) =>
      dx([1, 5, 5, 1], input("w", [3, 3, 1, 1]), input("dy", [1, 4, 3, 1]));
    expect(codes(wrong)).toEqual(["graph/cotangent"]);
    expect(() => graph("wrong", wrong)).toThrow(
      /at {8}graph "wrong", conv2dBackpropInput #1\n.*expected {2}dy \[1,3,3,1\]\n.*found {5}\[1,4,3,1\]/,
    );
  });
  it("a dy of another batch or other channels", () => {
    const dw = (dy: Shape) =>
      codes((t) => t.conv1dBackpropFilter(t.input("x", [2, 5, 3]), [3, 3, 4], t.input("dy", dy)));
    expect(dw([2, 3, 4])).toEqual(["graph/no-output"]);
    expect(dw([1, 3, 4])).toEqual(["graph/cotangent"]);
    expect(dw([2, 3, 3])).toEqual(["graph/cotangent"]);
  });
  it("a filter of other input channels", () => {
    const dw = (filter: Shape) =>
      codes((t) => t.conv1dBackpropFilter(t.input("x", [2, 5, 3]), filter, t.input("dy", [2, 3, 4])));
    expect(dw([3, 2, 4])).toEqual(["graph/cotangent"]);
    expect(dw([3, 4])).toEqual(["geometry/rank"]);
  });
  it("groups that do not divide", () => {
    const dw = (groups: number) =>
      codes((t) =>
        t.conv1dBackpropFilter(t.input("x", [1, 5, 4]), [3, 4 / groups, 3], t.input("dy", [1, 3, 3]), { groups }),
      );
    expect(dw(1)).toEqual(["graph/no-output"]);
    expect(dw(2)).toEqual(["conv/C5"]);
  });
});
