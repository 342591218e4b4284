/**
 * infer-types: infers every node's result types anew and holds the graph to them.
 *
 *     %y: f32[1,4,4,8] = conv(%x: f32[1,6,6,3], %w: f32[3,3,3,8])     the type is inferred again, and is the same
 *
 * The graph comes back as it is, or an error names the node. Front ends and text end with it; the runner does the same after each pass.
 */
import type { Graph } from "../../ir/graph/graph.js";
import { verifyGraph } from "../../ir/graph/verify-graph.js";
import type { Pass } from "../driver/pass.js";

export const inferTypes: Pass<Graph> = {
  name: "infer-types",
  why: "a graph from outside is checked once, so that no later pass needs to",
  run(graph) {
    verifyGraph(graph);
    return graph;
  },
};
