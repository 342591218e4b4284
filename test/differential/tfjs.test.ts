/**
 * Random convolutions, transposed convolutions and poolings: emitted modules give what TensorFlow.js gives. Whole numbers, so sums are
 * equal. It has no strides and dilations at once, no dilated transposes, and explicit padding in two dimensions only; in three it takes
 * SAME to be a negative padding where the stride is larger than what the kernel needs, so that strides there are at most the kernel.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { graph, type GraphTools } from "../../src/frontends/code/graph.js";
import { tensorflowOutputSizes } from "../../src/ir/geometry/conventions/tensorflow.js";
import type { Value } from "../../src/ir/graph/graph.js";
import type { Shape } from "../../src/ir/types/shape.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import { javascript, relaxedWasm, wasm, type Executor } from "../support/executors.js";
import { integerTensor } from "../support/integers.js";
import { expectClose } from "../support/same-meaning.js";
import { fromPeer, tfjsPeer, toPeer, type Tfjs, type TfjsPad, type TfjsTensor } from "../support/tfjs-peer.js";

/** One op on data of its own, said to both. */
interface Case {
  readonly name: string;
  readonly x: Shape;
  readonly w: Shape;
  ours(tools: GraphTools, x: Value, w: Value): Value;
  theirs(tf: Tfjs, x: TfjsTensor, w: TfjsTensor): TfjsTensor;
}

const between = (min: number, max: number) => fc.integer({ min, max });
const paddings = fc.constantFrom("same", "valid");
const listOf = (rank: number, min: number, max: number) =>
  fc.array(between(min, max), { minLength: rank, maxLength: rank });

/** Sizes of `rank` dimensions, with the kernel inside. */
const windows = (rank: number) =>
  fc
    .record({
      batch: between(1, 2),
      channels: between(1, 5),
      out: between(1, 5),
      kernel: listOf(rank, 1, 4),
      more: listOf(rank, 0, 5),
      strides: listOf(rank, 1, 3),
    })
    .map(({ more, kernel, ...rest }) => ({ ...rest, kernel, sizes: kernel.map((taps, d) => taps + more[d]) }));

const stridedWindows = (rank: number) =>
  windows(rank).map(({ strides, ...rest }) => ({
    ...rest,
    strides: rank < 3 ? strides : strides.map((stride, d) => Math.min(stride, rest.kernel[d])),
  }));

const convolutions = (tool: "conv2d" | "conv3d", rank: number) =>
  fc.record({ window: stridedWindows(rank), padding: paddings }).map(({ window, padding }): Case => {
    const { batch, sizes, channels, kernel, out, strides } = window;
    return {
      name: `${tool} ${JSON.stringify({ ...window, padding })}`,
      x: [batch, ...sizes, channels],
      w: [...kernel, channels, out],
      ours: (tools, x, w) => tools[tool](x, w, { strides, padding }),
      theirs: (tf, x, w) => tf[tool](x, w, strides, padding),
    };
  });

const explicit = fc
  .record({ window: windows(2), pads: listOf(4, 0, 3), dilations: listOf(2, 1, 3), strided: fc.boolean() })
  .map(({ window, pads: [top, bottom, left, right], strided, ...rest }): Case => {
    const { batch, channels, kernel, out } = window;
    const strides = strided ? window.strides : [1, 1];
    const dilations = strided ? [1, 1] : rest.dilations;
    const padding: TfjsPad = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    const sizes = window.sizes.map((size, d) => size + (dilations[d] - 1) * (kernel[d] - 1));
    return {
      name: `conv2d ${JSON.stringify({ ...window, padding, strides, dilations })}`,
      x: [batch, ...sizes, channels],
      w: [...kernel, channels, out],
      ours: (tools, x, w) => tools.conv2d(x, w, { strides, dilations, padding }),
      theirs: (tf, x, w) => tf.conv2d(x, w, strides, padding, "NHWC", dilations),
    };
  });

const depthwise = fc
  .record({ window: windows(2), padding: paddings, stride: between(1, 3) })
  .map(({ window, padding, stride }): Case => {
    const { batch, sizes, channels, kernel, out } = window;
    const strides = [stride, stride];
    return {
      name: `depthwiseConv2d ${JSON.stringify({ ...window, padding, strides })}`,
      x: [batch, ...sizes, channels],
      w: [...kernel, channels, out],
      ours: (tools, x, w) => tools.depthwiseConv2d(x, w, { strides, padding }),
      theirs: (tf, x, w) => tf.depthwiseConv2d(x, w, strides, padding),
    };
  });

/** Output shapes are any of those a convolution maps to the input: TensorFlow.js gives numbers for others too. */
const transposes = (tool: "conv2dTranspose" | "conv3dTranspose", rank: number) =>
  fc
    .record({ window: stridedWindows(rank), padding: paddings, choice: between(0, 2) })
    .map(({ window, padding, choice }): Case => {
      const { batch, sizes, channels, kernel, out, strides } = window;
      const output = sizes.map((size, d) => {
        const words = padding === "same" ? "SAME" : "VALID";
        const { min, max } = tensorflowOutputSizes(size, { kernel: kernel[d], stride: strides[d], dilation: 1 }, words);
        return Math.min(max, min + choice);
      });
      const shape = [batch, ...output, out];
      return {
        name: `${tool} ${JSON.stringify({ ...window, padding, output })}`,
        x: [batch, ...sizes, channels],
        w: [...kernel, out, channels],
        ours: (tools, x, w) => tools[tool](x, w, { strides, padding, outputShape: shape }),
        theirs: (tf, x, w) => tf[tool](x, w, shape, strides, padding),
      };
    });

const pools = fc
  .record({ tool: fc.constantFrom("maxPool", "avgPool"), window: windows(2), padding: paddings })
  .map(({ tool, window, padding }): Case => {
    const { batch, sizes, channels, kernel, strides } = window;
    return {
      name: `${tool} ${JSON.stringify({ ...window, padding })}`,
      x: [batch, ...sizes, channels],
      w: [1],
      ours: (tools, x) => tools[tool](x, { kernel, strides, padding }),
      theirs: (tf, x) => tf[tool](x, kernel, strides, padding),
    };
  });

const cases = fc.oneof(
  convolutions("conv2d", 2),
  convolutions("conv3d", 3),
  explicit,
  depthwise,
  transposes("conv2dTranspose", 2),
  transposes("conv3dTranspose", 3),
  pools,
);

/** Averages are divided after their sum is rounded there. */
const tolerance = 1e-6;

const peer = await tfjsPeer();

describe.runIf(peer).each([javascript, wasm, relaxedWasm])("$name", (executor) => {
  test("gives what TensorFlow.js gives", async () => {
    const law = fc.asyncProperty(fc.array(cases, { minLength: 1, maxLength: 24 }), (some) => {
      return expectSame(executor, peer as Tfjs, some);
    });
    await fc.assert(law, { numRuns: 15 });
  });
});

async function expectSame(executor: Executor, tf: Tfjs, some: readonly Case[]): Promise<void> {
  const operands = some.map(({ x, w }, i) => [integerTensor(x, 2 * i), integerTensor(w, 2 * i + 1)]);
  const all = graph("cases", (tools) => {
    some.forEach(({ ours, x, w }, i) =>
      tools.output(`${i}`, ours(tools, tools.input(`x${i}`, x), tools.input(`w${i}`, w))),
    );
  });
  const inputs = Object.fromEntries(
    operands.flatMap(([x, w], i) => [
      [`x${i}`, x],
      [`w${i}`, w],
    ]),
  );
  const found = await executor.run(all, inputs);
  some.forEach(({ name, theirs }, i) => {
    const expected = fromPeer(theirs(tf, toPeer(tf, operands[i][0]), toPeer(tf, operands[i][1])));
    expectClose(name, found.get(`${i}`) as Tensor, expected, tolerance);
  });
  expect(found.size).toBe(some.length);
}
