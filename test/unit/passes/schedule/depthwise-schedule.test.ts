/** Schedules of reductions in which every lane reads values of its own. */
import { describe, expect, it } from "vitest";
import { lower } from "../../../../src/compile.js";
import { graph, type GraphTools } from "../../../../src/frontends/code/graph.js";
import type { Value } from "../../../../src/ir/graph/graph.js";

const zeros = (...shape: readonly number[]): Float32Array => new Float32Array(shape.reduce((a, b) => a * b, 1));

/** The schedule of a layer's last kernel. */
function scheduleOf(layer: (t: GraphTools) => Value): string | undefined {
  return lower(
    graph("layer", (t) => t.output("y", layer(t))),
    { target: "wasm" },
  )?.schedules.at(-1)?.schedule;
}

function depthwise(t: GraphTools, input: readonly number[], kernel: number, strides: number): Value {
  const channels = input.at(-1) ?? 1;
  const shape = [kernel, kernel, channels, 1];
  return t.depthwiseConv2d(t.input("x", [...input]), t.parameter("w", shape, zeros(...shape)), { strides });
}

describe("reductions in which every lane has a window of its own", () => {
  it("spell out a row of taps for four pixels, and loop over the rows", () => {
    expect(scheduleOf((t) => depthwise(t, [1, 18, 18, 32], 3, 1))).toBe(
      "split y1 4 exact; split g 4 exact; reorder y0 y1 g k0 k1 y1_in g_in; " +
        "unroll k1; unroll y1_in; unroll g_in; vectorise g_in; stage 1",
    );
    expect(scheduleOf((t) => depthwise(t, [1, 21, 21, 32], 5, 2))).toContain("k0 k1 y1_in g_in; unroll k1");
  });

  it("walk channels innermost, as they are read, where they are stored apart", () => {
    expect(scheduleOf((t) => t.transpose(depthwise(t, [1, 18, 18, 32], 3, 1), [0, 3, 1, 2]))).toContain(
      "reorder y0 y1 g k0 k1 y1_in g_in; unroll k1; unroll y1_in; unroll g_in; vectorise g_in",
    );
  });

  it("spell out small windows whole, for eight pixels", () => {
    expect(scheduleOf((t) => depthwise(t, [1, 17, 17, 32], 2, 1))).toContain(
      "split y1 8 exact; split g 4 exact; reorder y0 y1 g k0 k1 y1_in g_in; unroll k0; unroll k1",
    );
  });

  it("loop over long rows too, and share weights among seven pixels", () => {
    expect(scheduleOf((t) => depthwise(t, [1, 30, 30, 8], 11, 1))).toContain(
      "reorder y0 y1 g k0 k1 y1_in g_in; unroll y1_in",
    );
  });

  it("share the inputs of overlapping windows where there are no weights", () => {
    const pool = scheduleOf((t) => t.maxPool(t.input("x", [1, 19, 19, 16]), { kernel: 3, strides: 2 }));
    expect(pool).toContain("y1_in c_in; unroll k1; unroll y1_in");
  });

  it("give a sum that shares nothing eight vectors of results", () => {
    const mean = scheduleOf((t) => t.reduceSum(t.input("x", [1, 49, 128]), { axes: [1] }));
    expect(mean).toMatch(/^split \w+ 32 exact/);
  });
});
