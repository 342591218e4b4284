/** Poolings: evaluate = definition = lowering with padding materialised. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { avgPool } from "../../src/ir/ops/avg-pool.js";
import { maxPoolWithArgmax } from "../../src/ir/ops/max-pool-with-argmax.js";
import type { IndexConvention } from "../../src/ir/ops/window/pool-indices.js";
import { maxPool } from "../../src/ir/ops/max-pool.js";
import { maxUnpool } from "../../src/ir/ops/max-unpool.js";
import { sumPool } from "../../src/ir/ops/sum-pool.js";
import { numbers, tensor } from "../../src/ir/types/tensor.js";
import { decompose } from "../../src/passes/graph/decompose.js";
import { materialisePadding } from "../../src/passes/graph/materialise-padding.js";
import type { Graph } from "../../src/ir/graph/graph.js";
import { arbitraryPool } from "../support/arbitrary-windows.js";
import { codesOf } from "../support/codes.js";
import { integerTensor } from "../support/integers.js";
import { evaluated, inferred, lowered, oneNodeGraph, runLowered } from "../support/lowered.js";
import { passContext } from "../support/pass-context.js";
import { windowsOf } from "../support/pool-oracle.js";

const runs = { numRuns: 150 };
const padded = arbitraryPool({ padded: true });

function down(graph: Graph): Graph {
  return [decompose, materialisePadding].reduce((current, pass) => pass.run(current, passContext), graph);
}

describe("poolings", () => {
  it.each(["f32", "i32"] as const)("max_pool of %s is the greatest of each window", (type) => {
    const least = type === "f32" ? -Infinity : -(2 ** 31);
    const property = fc.property(padded, ({ input, attributes, seed }) => {
      const x = integerTensor(input, seed, type);
      const graph = oneNodeGraph(maxPool, [x], attributes);
      const [y] = evaluated(maxPool, [x], attributes);
      const windows = windowsOf(x, attributes, y.shape);
      expect([...numbers(y)]).toEqual(windows.map((found) => Math.max(least, ...found.map(({ value }) => value))));
      expect(runLowered(down(graph), [x])).toEqual([y]);
    });
    fc.assert(property, runs);
  });

  it("sum_pool is the sum of each window", () => {
    const property = fc.property(padded, ({ input, attributes, seed }) => {
      const x = integerTensor(input, seed);
      const [y] = evaluated(sumPool, [x], attributes);
      const sums = windowsOf(x, attributes, y.shape).map((found) => found.reduce((sum, { value }) => sum + value, 0));
      expect([...numbers(y)]).toEqual(sums);
      expect(runLowered(down(oneNodeGraph(sumPool, [x], attributes)), [x])).toEqual([y]);
    });
    fc.assert(property, runs);
  });

  it("avg_pool is the sum over the count, of the window or of what is inside", () => {
    const property = fc.property(padded, fc.boolean(), ({ input, attributes, seed }, count_padding) => {
      const x = integerTensor(input, seed);
      const [y] = evaluated(avgPool, [x], { ...attributes, count_padding });
      const taps = attributes.kernel.reduce((product, size) => product * size, 1);
      const means = windowsOf(x, attributes, y.shape).map((found) => {
        const sum = found.reduce((total, { value }) => total + value, 0);
        return Math.fround(sum / (count_padding ? taps : Math.max(found.length, 1)));
      });
      expect([...numbers(y)]).toEqual(means);
      expect(runLowered(down(oneNodeGraph(avgPool, [x], { ...attributes, count_padding })), [x])).toEqual([y]);
    });
    fc.assert(property, runs);
  });

  const conventions = ["tensorflow", "tensorflow_with_batch", "onnx", "onnx_column_major", "pytorch"] as const;
  it.each(conventions)(
    "max_pool_with_argmax numbers the first greatest element by %s, and max_unpool puts it back",
    (index_convention) => {
      const property = fc.property(padded, ({ input, attributes, seed }) => {
        const x = integerTensor(input, seed);
        const all = { ...attributes, index_convention };
        fc.pre(codesOf(() => inferred(maxPoolWithArgmax, [x], all)).length === 0);
        const [values, indices] = evaluated(maxPoolWithArgmax, [x], all);
        const best = windowsOf(x, attributes, values.shape).map((found) =>
          found.reduce((first, next) => (next.value > first.value ? next : first)),
        );
        expect([...numbers(values)]).toEqual(best.map(({ value }) => value));
        expect([...numbers(indices)]).toEqual(best.map(({ at }) => numberOf(at, input, index_convention)));
        expect(lowered(maxPoolWithArgmax, [x], all)).toEqual([values, indices]);

        const back = { shape: input, index_convention };
        const [unpooled] = evaluated(maxUnpool, [values, indices], back);
        const expected = numbers(tensor("f32", input));
        for (const { value, at } of best) expected[numberOf(at, input, "tensorflow_with_batch")] = value;
        expect(numbers(unpooled)).toEqual(expected);
        expect(lowered(maxUnpool, [values, indices], back)).toEqual([unpooled]);
      });
      fc.assert(property, runs);
    },
  );
});

/** The numbering's own formula, digit after digit. */
function numberOf(at: readonly number[], shape: readonly number[], convention: IndexConvention): number {
  const [n, c] = [at[0], at[at.length - 1]];
  const [batch, channels] = [shape[0], shape[shape.length - 1]];
  const spatial = at.slice(1, -1).map((position, d): [number, number] => [position, shape[d + 1]]);
  const digits = (list: readonly (readonly [number, number])[]) =>
    list.reduce((sum, [digit, base]) => sum * base + digit, 0);
  switch (convention) {
    case "tensorflow":
      return digits([...spatial, [c, channels]]);
    case "tensorflow_with_batch":
      return digits([[n, batch], ...spatial, [c, channels]]);
    case "onnx":
      return digits([[n, batch], [c, channels], ...spatial]);
    case "onnx_column_major":
      return digits([[n, batch], [c, channels], ...spatial.reverse()]);
    case "pytorch":
      return digits(spatial);
  }
}
