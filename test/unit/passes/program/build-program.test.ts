import { expect, test } from "vitest";
import { lower } from "../../../../src/compile.js";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import type { Graph } from "../../../../src/ir/graph/graph.js";
import { pad } from "../../../../src/ir/ops/pad.js";
import { interpretProgram } from "../../../../src/ir/program/interpret.js";
import { tensor } from "../../../../src/ir/types/tensor.js";

/** The input padded with each value, each time by another size; one output for each. */
function padded(values: readonly number[], sizes: readonly number[]): Graph {
  const builder = new GraphBuilder("padded");
  const x = builder.input("x", { elementType: "f32", shape: [2] });
  values.forEach((value, i) => builder.output(`y${i}`, builder.one(pad, [x], { padding: [[1, sizes[i]]], value })));
  return builder.finish();
}

test("kernels that differ in an infinity, NaN or the sign of zero alone are different kernels", () => {
  const graph = padded([Infinity, -Infinity, NaN, 0, -0], [2, 2, 2, 2, 2]);
  const inputs = { x: tensor("f32", [2], [1, 2]) };
  const built = lower(graph);
  expect(built && interpretProgram(built.program, inputs)).toStrictEqual(evaluateGraph(graph, inputs));
});

test("equal kernels are kept once, whatever tensors they are for", () => {
  const built = lower(padded([3, 3, 3], [1, 2, 3]));
  const names = (built?.program.kernels ?? []).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(built?.program.calls.length).toBeGreaterThan(names.length);
});
