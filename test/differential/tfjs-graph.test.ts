/** Whole graphs as the benchmark's TensorFlow.js plays them: the results of the reference. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tfjsPeer } from "../../src/cli/bench/tfjs-peer.js";
import { seededTensor } from "../../src/cli/seeded-tensor.js";
import { compareOutputs } from "../../src/cli/compare-outputs.js";
import { graph, type GraphTools } from "../../src/frontends/code/graph.js";
import { evaluateGraph } from "../../src/ir/graph/evaluate.js";
import type { Value } from "../../src/ir/graph/graph.js";

const bench = join(import.meta.dirname, "../../bench");
const installed = existsSync(join(bench, "node_modules/@tensorflow/tfjs-backend-wasm"));
if (!installed) console.log("skipped: graphs played by TensorFlow.js (npm run bench installs it)");

const weights = (count: number) => Array.from({ length: count }, (_, i) => (((i * 7) % 11) - 5) / 4);

/** What is made of x, [1, 6, 6, 4]. */
const cases: Readonly<Record<string, (tools: GraphTools, x: Value) => Value>> = {
  "a convolution with bias and activation": (t, x) => {
    const bias = t.parameter("b", [8], weights(8));
    return t.relu(t.conv2d(x, t.parameter("w", [3, 3, 4, 8], weights(288)), { strides: 2, padding: "SAME", bias }));
  },
  "a depthwise convolution with a bias": (t, x) => {
    const bias = t.parameter("b", [8], weights(8));
    return t.depthwiseConv2d(x, t.parameter("w", [3, 3, 4, 2], weights(72)), {
      padding: [
        [1, 1],
        [0, 2],
      ],
      bias,
    });
  },
  "a dilated convolution": (t, x) => t.conv2d(x, t.parameter("w", [2, 2, 4, 3], weights(48)), { dilations: 2 }),
  "a transposed convolution": (t, x) =>
    t.conv2dTranspose(x, t.parameter("w", [4, 4, 3, 4], weights(192)), { strides: 2, padding: "SAME" }),
  "a transposed convolution with crops": (t, x) =>
    t.conv2dTranspose(x, t.parameter("w", [3, 3, 3, 4], weights(108)), {
      strides: 2,
      padding: [
        [1, 0],
        [1, 1],
      ],
    }),
  pooling: (t, x) =>
    t.add(t.maxPool(x, { kernel: 2, strides: 2 }), t.avgPool(x, { kernel: 3, strides: 2, padding: "SAME" })),
  "functions of elements": (t, x) => t.multiply(t.sigmoid(x), t.add(t.tanh(x), t.exp(t.negate(t.square(x))))),
  "functions with parameters": (t, x) => t.add(t.clip(x, { low: 0, high: 6 }), t.leakyRelu(x, { alpha: 0.25 })),
  "sums and shares": (t, x) => t.softmax(t.add(x, t.reduceMean(x, { axes: [1, 2], keepDimensions: true })), -1),
  movement(t, x) {
    const narrow = t.pad(t.slice(x, [0, 0, 0, 0], [1, 2, 4, 4]), [
      [0, 0],
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
    return t.concat([t.slice(x, [0, 1, 0, 0], [1, 2, 6, 4]), narrow], 1);
  },
  "a turned product": (t, x) =>
    t.matmul(t.reshape(t.transpose(x, [0, 3, 1, 2]), [24, 6]), t.parameter("w", [6, 5], weights(30))),
};

describe.skipIf(!installed).each(["tfjs-cpu", "tfjs-wasm"] as const)("%s", (name) => {
  test.each(Object.entries(cases))("%s", async (_, build) => {
    const built = graph("g", (tools) => tools.output("y", build(tools, tools.input("x", [1, 6, 6, 4]))));
    const inputs = Object.fromEntries(built.inputs.map((port) => [port.name, seededTensor(port.value.type, 1)]));
    const played = await tfjsPeer(name, bench).prepare({ graph: built, inputs });
    await played.select?.();
    const { y } = await played.outputs();
    const wanted = evaluateGraph(built, inputs).get("y");
    if (wanted === undefined || y === undefined) throw new Error("no output");
    expect(compareOutputs(name, "y", wanted, { ...wanted, data: y }, 1e-5)).toMatchObject({ agrees: true });
    await played.release?.();
  });
});
