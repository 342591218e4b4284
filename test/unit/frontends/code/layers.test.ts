/** Dense layers and batch normalisation: what they compute, and that parameters fold into the convolution before. */
import { describe, expect, it } from "vitest";
import { lower } from "../../../../src/compile.js";
import { graph } from "../../../../src/frontends/code/graph.js";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { builtCodes, builtShape, computedList } from "../../../support/built-graphs.js";

const x = tensor("f32", [2, 3], [1, 2, 3, 4, 5, 6]);

describe("dense", () => {
  it("is a product and a bias", async () => {
    const y = await computedList({ x }, ({ input, parameter, dense }) =>
      dense(input("x", [2, 3]), parameter("kernel", [3, 2], [1, 0, 0, 1, 1, 1]), parameter("bias", [2], [10, 20])),
    );
    expect(y).toEqual([14, 25, 20, 31]);
    expect(builtShape(({ input, dense }) => dense(input("x", [5, 7, 3]), input("w", [3, 4])))).toEqual([5, 7, 4]);
    expect(builtCodes(({ input, dense }) => dense(input("x", [5, 7]), input("w", [3, 4])))).toEqual(["matmul/C3"]);
  });
});

describe("matmul", () => {
  it("takes either operand transposed", async () => {
    const product = (options: object, a: number[], b: number[]) =>
      builtShape(({ input, matmul }) => matmul(input("a", a), input("b", b), options));
    expect(product({ transposeA: true }, [4, 3, 2], [3, 5])).toEqual([4, 2, 5]);
    expect(product({ transposeB: true }, [2, 3], [4, 5, 3])).toEqual([4, 2, 5]);
    const y = await computedList({ x }, ({ input, matmul }) => {
      const value = input("x", [2, 3]);
      return matmul(value, value, { transposeB: true });
    });
    expect(y).toEqual([14, 32, 32, 77]);
    expect(builtCodes(({ input, matmul }) => matmul(input("a", [3]), input("b", [3]), { transposeA: true }))).toEqual([
      "graph/option",
    ]);
  });
});

describe("batchNorm", () => {
  it("is (x − mean) / √(variance + epsilon) · scale + offset", async () => {
    const y = await computedList({ x }, ({ input, parameter, batchNorm }) =>
      batchNorm(input("x", [2, 3]), {
        mean: parameter("mean", [3], [1, 2, 3]),
        variance: parameter("variance", [3], [3, 8, 15]),
        scale: parameter("scale", [3], [2, 3, 4]),
        offset: parameter("offset", [3], [1, 1, 1]),
        epsilon: 1,
      }),
    );
    expect(y).toEqual([1, 1, 1, 4, 4, 4]);
  });

  it("has no scale and offset by default, and Keras' epsilon", async () => {
    const y = await computedList(
      { x, mean: tensor("f32", [3], [1, 1, 1]), variance: tensor("f32", [], [0.999]) },
      ({ input, batchNorm }) =>
        batchNorm(input("x", [2, 3]), { mean: input("mean", [3]), variance: input("variance", []) }),
      1e-6,
    );
    y.forEach((value, i) => expect(value).toBeCloseTo(i, 5));
  });

  it("becomes part of the convolution before it", () => {
    const g = graph("folded", ({ input, parameter, conv1d, batchNorm, output }) => {
      const statistics = { mean: parameter("mean", [2], [1, 2]), variance: parameter("variance", [2], [1, 4]) };
      output("y", batchNorm(conv1d(input("x", [1, 5, 1]), parameter("w", [3, 1, 2], [1, 2, 3, 4, 5, 6])), statistics));
    });
    const ops = lower(g)?.graph.nodes.map(({ op }) => op.name) ?? [];
    expect(ops.filter((name) => name !== "constant")).toEqual(["conv", "add"]);
  });

  it("refuses what does not broadcast", () => {
    const statistics = (size: number) =>
      builtCodes(({ input, batchNorm }) =>
        batchNorm(input("x", [2, 3]), { mean: input("m", [3]), variance: input("v", [size]) }),
      );
    expect(statistics(3)).toEqual([]);
    expect(statistics(2)).not.toEqual([]);
  });
});
