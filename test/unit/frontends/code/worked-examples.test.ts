/** The examples that TensorFlow's users work through by hand, as graphs in code, on every executor. */
import { describe, expect, it, test } from "vitest";
import { graph, type GraphTools } from "../../../../src/frontends/code/graph.js";
import type { ConvTransposeOptions } from "../../../../src/frontends/code/windows.js";
import type { Graph, Value } from "../../../../src/ir/graph/graph.js";
import { elementCount, type Shape } from "../../../../src/ir/types/shape.js";
import { numbers, tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { convOracle, convTransposeOracle } from "../../../support/conv-oracle.js";
import { executors, javascript, loops, reference } from "../../../support/executors.js";
import { integerTensor } from "../../../support/integers.js";
import { expectClose } from "../../../support/same-meaning.js";

/** −1, 0 and 1, so that sums of sums stay exact. */
function signs(shape: Shape, seed: number): Tensor {
  return tensor("f32", shape, numbers(integerTensor(shape, seed)).map(Math.sign));
}

function signed({ parameter }: GraphTools, name: string, shape: Shape, seed: number): Value {
  return parameter(name, shape, numbers(signs(shape, seed)));
}

/** One transposed convolution from x to y. */
function transposed(input: Shape, filter: Shape, options: ConvTransposeOptions): Graph {
  return graph("transposed", (tools) => {
    const tool = ([tools.conv1dTranspose, tools.conv2dTranspose, tools.conv3dTranspose] as const)[input.length - 3];
    tools.output("y", tool(tools.input("x", input), signed(tools, "w", filter, 2), options));
  });
}

/** A shape with the last `count` sizes divided by four. */
function quartered(shape: Shape, count: number): Shape {
  return shape.map((size, d) => (d < shape.length - count ? size : size / 4));
}

const shapeOf = ({ outputs }: Graph): Shape => outputs[0].value.type.shape;

const rows: [string, Shape, Shape, ConvTransposeOptions, Shape][] = [
  ["kernel 1 SAME", [12, 7, 7, 128], [1, 1, 64, 128], { strides: 2, padding: "SAME" }, [12, 14, 14, 64]],
  ["kernel 6 VALID", [5, 16, 16, 32], [6, 6, 16, 32], { strides: 2 }, [5, 36, 36, 16]],
  ["kernel 6 SAME", [5, 16, 16, 32], [6, 6, 16, 32], { strides: 2, padding: "SAME" }, [5, 32, 32, 16]],
];

it.each(rows)("%s, as large as they are asked for: the emitted module gives the reference's values", async (...row) => {
  const [, input, filter, options] = row;
  const [g, x] = [transposed(input, filter, options), signs(input, 1)];
  const expected = (await reference.run(g, { x })).get("y") as Tensor;
  expectClose("y", (await javascript.run(g, { x })).get("y") as Tensor, expected);
});

/** One sample of each, with a quarter of the channels: interpreting all of it takes minutes. */
describe.each([reference, ...executors])("$name", (executor) => {
  it.each(rows)("%s: %j and a filter %j, %j, give %j", async (_, input, filter, options, output) => {
    expect(shapeOf(transposed(input, filter, options))).toEqual(output);
    const [x, weights] = [[1, ...quartered(input.slice(1), 1)], quartered(filter, 2)];
    const g = transposed(x, weights, options);
    const data = signs(x, 1);
    const windows = { strides: [2, 2], dilations: [1, 1], padding: cropOf(x, weights, shapeOf(g)), groups: 1 };
    const expected = convTransposeOracle(data, signs(weights, 2), windows, shapeOf(g));
    expectClose("y", (await executor.run(g, { x: data })).get("y") as Tensor, expected);
  });

  it("computes output[b, i, j, k] = Σ input[b, s·i + di, s·j + dj, q] · filter[di, dj, q, k]", async () => {
    const [x, w] = [integerTensor([2, 7, 8, 3], 1), integerTensor([3, 2, 3, 4], 2)];
    const g = graph("conv2d", ({ input, parameter, conv2d, output }) =>
      output("y", conv2d(input("x", x.shape), parameter("w", w.shape, numbers(w)), { strides: 2, padding: "VALID" })),
    );
    expect(shapeOf(g)).toEqual([2, 3, 4, 4]);
    const found = (await executor.run(g, { x })).get("y") as Tensor;
    const at = ({ shape, data }: Tensor, ...point: number[]) =>
      Number(data[point.reduce((offset, i, d) => offset * shape[d] + i, 0)]);
    for (const [b, i, j, k] of points([2, 3, 4, 4])) {
      let sum = 0;
      for (const [di, dj, q] of points([3, 2, 3])) sum += at(x, b, 2 * i + di, 2 * j + dj, q) * at(w, di, dj, q, k);
      expect(at(found, b, i, j, k)).toBe(sum);
    }
  });

  it("convolves with SAME, whose odd zero is at the high end", async () => {
    const [x, w] = [integerTensor([1, 6, 6, 2], 3), integerTensor([3, 3, 2, 3], 4)];
    const g = graph("same", ({ input, parameter, conv2d, output }) =>
      output("y", conv2d(input("x", x.shape), parameter("w", w.shape, numbers(w)), { strides: 2, padding: "SAME" })),
    );
    const windows = {
      strides: [2, 2],
      dilations: [1, 1],
      padding: [
        [0, 1],
        [0, 1],
      ] as const,
      groups: 1,
    };
    expectClose("y", (await executor.run(g, { x })).get("y") as Tensor, convOracle(x, w, windows, [1, 3, 3, 3]));
  });
});

/** [2, 2, 7, 7, 64] to [2, 16, 112, 112, 1], everything divided by `by` but the sizes. */
function chain(by: number, batch: number): Graph {
  return graph("chain", (tools) => {
    let x = tools.input("x", [batch, 2, 7, 7, 64 / by]);
    [32, 16, 8, 1].forEach((channels, i) => {
      const filter = signed(tools, `w${i}`, [3, 3, 3, Math.max(1, channels / by), x.type.shape[4]], i);
      x = tools.conv3dTranspose(x, filter, { strides: i === 3 ? [1, 2, 2] : 2, padding: "SAME" });
      tools.output(`y${i}`, x);
    });
  });
}

describe("the 3-D chain", () => {
  it("has the shapes worked out by hand", () => {
    expect(chain(1, 2).outputs.map(({ value }) => value.type.shape)).toEqual([
      [2, 4, 14, 14, 32],
      [2, 8, 28, 28, 16],
      [2, 16, 56, 56, 8],
      [2, 16, 112, 112, 1],
    ]);
  });

  it.each([
    { executor: javascript, by: 1, batch: 2 },
    { executor: loops, by: 8, batch: 1 },
  ])("gives the reference's values from $executor.name, channels / $by", async ({ executor, by, batch }) => {
    const inputs = { x: signs([batch, 2, 7, 7, 64 / by], 9) };
    const found = await executor.run(chain(by, batch), inputs);
    for (const [name, expected] of await reference.run(chain(by, batch), inputs)) {
      expectClose(name, found.get(name) as Tensor, expected);
    }
  });
});

describe("output_shape [2, 4, 14, 14, 32] of [2, 2, 7, 7, 64]", () => {
  const asked = (outputShape: Shape, strides: number) => () =>
    shapeOf(transposed([2, 2, 7, 7, 64], [3, 3, 3, 32, 64], { outputShape, strides, padding: "SAME" }));

  it("is right for stride 2, and so is any size that a convolution maps to the input", () => {
    expect(asked([2, 4, 14, 14, 32], 2)()).toEqual([2, 4, 14, 14, 32]);
    expect(asked([2, 3, 13, 14, 32], 2)()).toEqual([2, 3, 13, 14, 32]);
    expect(asked([3, 13, 14], 2)()).toEqual([2, 3, 13, 14, 32]);
  });

  it("is refused for stride 1, with the sizes that are legal and the call", () => {
    expect(asked([2, 4, 14, 14, 32], 1)).toThrow(/geometry\/output-shape.*\n.*graph "transposed", conv3dTranspose #1/);
    expect(asked([2, 4, 14, 14, 32], 1)).toThrow(
      /expected {2}2: what a convolution with SAME, kernel 3, stride 1 maps to 2/,
    );
    expect(asked([2, 4, 15, 14, 32], 2)).toThrow(/expected {2}13 to 14.*\n.*found {5}15, which it maps to 8/);
  });

  it("is refused with another batch or other channels", () => {
    expect(asked([1, 4, 14, 14, 32], 2)).toThrow(/expected {2}\[2,4,14,14,32\]\n.*found {5}\[1,4,14,14,32\]/);
    expect(asked([2, 4, 14, 14, 64], 2)).toThrow(/geometry\/output-shape/);
  });
});

test.each([1, 2, 3, 4, 5])("without output_shape, kernel %d: SAME gives in · s, VALID in · s + max(k − s, 0)", (k) => {
  for (const strides of [1, 2, 3, 4]) {
    const sizeOf = (padding: "SAME" | "VALID") => shapeOf(transposed([1, 7, 1], [k, 1, 1], { strides, padding }))[1];
    expect(sizeOf("SAME")).toBe(7 * strides);
    expect(sizeOf("VALID")).toBe(7 * strides + Math.max(k - strides, 0));
    if (k >= strides) expect(sizeOf("VALID")).toBe(6 * strides + k);
  }
});

/** What is cut from the full result at each end: the odd position at the high end. */
function cropOf(input: Shape, filter: Shape, output: Shape): [number, number][] {
  return [0, 1].map((d) => {
    const total = Math.max(0, (input[d + 1] - 1) * 2 + filter[d] - output[d + 1]);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

/** All index tuples of a shape, in row-major order. */
function points(shape: Shape): number[][] {
  return Array.from({ length: elementCount(shape) }, (_, number) => {
    const point: number[] = [];
    let rest = number;
    for (const size of [...shape].reverse()) {
      point.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return point;
  });
}
