/**
 * dead-nodes: removes nodes that no output depends on.
 *
 *     %a = relu(%x)                     %a = relu(%x)
 *     %b = softmax(%a)           →      output y = %a
 *     output y = %a
 *
 * Inputs stay even where nothing reads them: they are the user's interface.
 */
import type { Graph } from "../../ir/graph/graph.js";
import { liveNodes } from "../driver/live.js";
import type { Pass, Property } from "../driver/pass.js";

export const noDeadNodes: Property<Graph> = {
  name: "no-dead-nodes",
  violation(graph) {
    const live = new Set(liveNodes(graph));
    const dead = graph.nodes.find((node) => !live.has(node));
    return dead && `nothing depends on %${dead.results[0]?.name} (${dead.op.name})`;
  },
};

export const deadNodes: Pass<Graph> = {
  name: "dead-nodes",
  why: "what no output depends on costs time and memory",
  gives: [noDeadNodes],
  run(graph) {
    const nodes = liveNodes(graph);
    return nodes.length === graph.nodes.length ? graph : { ...graph, nodes };
  },
};
