/** Every pass on graphs keeps their meaning, leaves a graph that verifies, gives what it promises, and is done when it is done. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/ir/graph/graph.js";
import { verifyGraph } from "../../src/ir/graph/verify-graph.js";
import type { Pass } from "../../src/passes/driver/pass.js";
import { runPipeline } from "../../src/passes/driver/run-pipeline.js";
import { passContext } from "../support/pass-context.js";
import { graphPasses } from "../support/graph-passes.js";
import { randomGraph } from "../support/random-graph.js";
import { expectSameMeaning } from "../support/same-meaning.js";

const cases = { numRuns: Number(process.env.RUNS ?? 150) };

function run(graph: Graph, passes: readonly Pass<Graph>[]): Graph {
  return runPipeline(graph, passes, { context: passContext, verify: verifyGraph }).ir;
}

describe.each(graphPasses)("$name", (pass) => {
  it("keeps the meaning of random graphs", () => {
    fc.assert(
      fc.property(randomGraph(), (graph) => {
        expectSameMeaning(graph, run(graph, [pass]));
      }),
      cases,
    );
  });

  it("changes nothing when it runs again", () => {
    fc.assert(
      fc.property(randomGraph(), (graph) => {
        const once = run(graph, [pass]);
        expect(run(once, [pass])).toBe(once);
      }),
      cases,
    );
  });
});

describe("all passes", () => {
  it("keep the meaning together", () => {
    fc.assert(
      fc.property(randomGraph(20), (graph) => {
        expectSameMeaning(graph, run(graph, graphPasses));
      }),
      cases,
    );
  });
});
