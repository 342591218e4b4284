/**
 * Random graphs that look like imported ones: channels-first and channels-last convolutions, elementwise work with constants of
 * every broadcasting shape, residual sums, concatenations, transposes and reshapes in between.
 * A graph is grown from a tape of decisions, so that fast-check can shorten it; a step that does not verify is left out.
 */
import fc from "fast-check";
import { UnstrideError } from "../../src/diagnostics/error.js";
import { GraphBuilder } from "../../src/ir/graph/builder.js";
import { printGraph } from "../../src/ir/graph/print.js";
import type { Graph, Value } from "../../src/ir/graph/graph.js";
import { elementwiseSteps } from "./random-graph/elementwise-steps.js";
import { movementSteps } from "./random-graph/movement-steps.js";
import { sumSteps } from "./random-graph/sum-steps.js";
import type { Growth } from "./random-graph/growth.js";

const steps = [...elementwiseSteps, ...movementSteps, ...sumSteps];

/** fast-check shows them as text. One list of decisions per node or group of nodes; a graph has f32 inputs `x` (channels first), `y` (the same shape) and `v`. */
export function randomGraph(longest = 12): fc.Arbitrary<Graph> {
  const tape = fc.array(fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: longest });
  return fc.tuple(tape, fc.nat(5)).map(([decisions, shape]) => growGraph(decisions, shape));
}

const shapes = [
  [1, 4, 5, 6],
  [2, 2, 4, 4],
  [1, 3, 6],
  [1, 1, 5, 5],
  [1, 2, 3, 3, 2],
  [3, 4],
];

function growGraph(decisions: readonly (readonly number[])[], shape: number): Graph {
  const builder = new GraphBuilder("random");
  const data = { elementType: "f32", shape: shapes[shape] } as const;
  const values: Value[] = [builder.input("x", data), builder.input("y", data)];
  values.push(builder.input("v", { elementType: "f32", shape: [4] }));
  for (const tape of decisions) grow(builder, values, tape);
  const last = values.slice(-2);
  last.forEach((value, i) => builder.output(`out${i}`, value));
  const graph = builder.finish();
  return Object.defineProperty({ ...graph }, fc.toStringMethod, { value: () => printGraph(graph) });
}

function grow(builder: GraphBuilder, values: Value[], tape: readonly number[]): void {
  let next = 0;
  const pick = (count: number) => (tape[next++ % tape.length] ?? 0) % Math.max(count, 1);
  const growth: Growth = {
    builder,
    pick,
    choose: (items) => items[pick(items.length)],
    // Recent values are likelier, so that chains grow.
    value: () => values[Math.max(0, values.length - 1 - Math.min(pick(5), pick(values.length)))],
    values: () => values,
  };
  try {
    values.push(...steps[pick(steps.length)](growth));
  } catch (error) {
    if (!(error instanceof UnstrideError)) throw error;
  }
}
