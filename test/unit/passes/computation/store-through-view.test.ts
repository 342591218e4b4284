/** Views of what a computation makes: which it stores itself, and that it stores the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lower } from "../../../../src/compile.js";
import { graph, type GraphTools } from "../../../../src/frontends/code/graph.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import type { Graph, Value } from "../../../../src/ir/graph/graph.js";
import { fuseElementwise } from "../../../../src/passes/computation/fuse-elementwise.js";
import { lowerToComputations } from "../../../../src/passes/computation/lower-to-computations.js";
import { placeTensors } from "../../../../src/passes/computation/place-tensors.js";
import { integerTensor } from "../../../support/integers.js";
import { runPlaced } from "../../../support/run-placed.js";

/** A product of 6 pixels and 12 channels, then `views`. */
function product(views: (t: GraphTools, y: Value) => Value): Graph {
  return graph("views", (t) => {
    const w = t.parameter("w", [3, 12], integerTensor([3, 12], 5).data as Float32Array);
    t.output("y", views(t, t.matmul(t.input("x", [2, 3, 3]), w)));
  });
}

/** How many steps are left; the results are those of the graph. */
function stepsOf(made: Graph): number {
  const placed = placeTensors(fuseElementwise(lowerToComputations(made)));
  const x = integerTensor([2, 3, 3], 9);
  const [expected] = [...evaluateGraph(made, { x }).values()];
  const [found] = runPlaced(placed, [x]);
  expect([...(found ?? [])]).toEqual([...expected.data]);
  return placed.steps.length;
}

describe("a computation stores its result", () => {
  it("pixels shuffled: channels split, moved among the pixels, joined with them", () => {
    const shuffled = product((t, y) => {
      const apart = t.reshape(y, [2, 3, 2, 2, 3]);
      return t.relu(t.reshape(t.transpose(apart, [0, 2, 1, 3, 4]), [4, 6, 3]));
    });
    expect(stepsOf(shuffled)).toBe(1);
    expect(lower(shuffled, { target: "wasm" })?.program.calls).toHaveLength(1);
  });

  it("under another shape, whatever reads it then", () => {
    const summed = product((t, y) =>
      t.add(t.reshape(y, [6, 4, 3]), t.parameter("b", [4, 1], Float32Array.of(1, 2, 3, 4))),
    );
    expect(stepsOf(summed)).toBe(1);
  });

  it("but not where neighbours would be torn apart: who reads it does so in another order", () => {
    const turned = product((t, y) => t.reduceSum(t.transpose(y, [2, 0, 1]), { axes: [1] }));
    const { steps } = fuseElementwise(lowerToComputations(turned));
    expect(steps.map(({ kind }) => kind)).toEqual(["compute", "view", "compute"]);
    expect(stepsOf(turned)).toBe(2);
  });

  it("right for any reshapes and transposes in a row", () => {
    const shapes = [[72], [6, 12], [2, 3, 12], [2, 3, 3, 4], [6, 2, 6], [1, 2, 36], [8, 9], [2, 3, 2, 6], [4, 18]];
    const move = fc.record({ shape: fc.constantFrom(...shapes), turns: fc.array(fc.nat(), { maxLength: 1 }) });
    const law = fc.property(fc.array(move, { minLength: 1, maxLength: 4 }), (moves) => {
      const made = product((t, y) =>
        moves.reduce((value, { shape, turns }) => {
          const seen = t.reshape(value, shape);
          return turns.reduce((turned, seed) => t.transpose(turned, rotation(shape.length, seed)), seen);
        }, y),
      );
      stepsOf(made);
    });
    fc.assert(law, { numRuns: 150 });
  });
});

/** Two dimensions of `rank` exchanged. */
function rotation(rank: number, seed: number): number[] {
  const [a, b] = [seed % rank, Math.floor(seed / rank) % rank];
  return Array.from({ length: rank }, (_, d) => (d === a ? b : d === b ? a : d));
}
