import { describe, expect, it } from "vitest";
import { graph } from "../../src/frontends/code/graph.js";
import { tensor, type Tensor } from "../../src/ir/types/tensor.js";
import { executors, reference } from "../support/executors.js";
import { expectClose } from "../support/same-meaning.js";

const counting = (length: number): number[] => Array.from({ length }, (_, i) => ((i * 7 + 3) % 11) - 5);

describe.each([reference, ...executors])("$name", (executor) => {
  it("transposes [[1,1],[2,2]] with a 3x3 kernel of ones, stride 2, SAME", async () => {
    const g = graph("ones", ({ input, parameter, conv2dTranspose, output }) => {
      const w = parameter("w", [3, 3, 1, 1], new Array<number>(9).fill(1));
      output("y", conv2dTranspose(input("x", [1, 2, 2, 1]), w, { strides: 2, padding: "SAME" }));
    });
    const outputs = await executor.run(g, { x: tensor("f32", [1, 2, 2, 1], [1, 1, 2, 2]) });
    expect([...(outputs.get("y")?.data ?? [])]).toEqual([1, 1, 2, 1, 1, 1, 2, 1, 3, 3, 6, 3, 2, 2, 4, 2]);
  });
  it("runs a residual block with pooling and softmax as the reference does", async () => {
    const g = graph("block", ({ input, parameter, conv2d, add, relu, maxPool, reshape, softmax, output, concat }) => {
      const x = input("x", [1, 9, 7, 3]);
      const w1 = parameter("w1", [3, 3, 3, 5], counting(135));
      const w2 = parameter("w2", [3, 3, 5, 5], counting(225));
      const bias = parameter("b", [5], counting(5));
      const first = relu(conv2d(x, w1, { padding: "SAME", bias }));
      const second = add(conv2d(first, w2, { padding: "SAME" }), first);
      const pooled = maxPool(second, { kernel: 2, padding: "SAME" });
      output("both", concat([first, second], -1));
      output("y", pooled);
      output("p", softmax(reshape(pooled, [20, 5]), 1));
    });
    const inputs = { x: tensor("f32", [1, 9, 7, 3], counting(189)) };
    const expected = await reference.run(g, inputs);
    const found = await executor.run(g, inputs);
    expect(found.get("y")?.data).toEqual(expected.get("y")?.data);
    expect(found.get("both")?.data).toEqual(expected.get("both")?.data);
    expectClose("p", found.get("p") as Tensor, expected.get("p") as Tensor, 1e-6);
  });
});
