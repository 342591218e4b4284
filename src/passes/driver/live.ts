/** Liveness: which nodes an output depends on. */
import type { Graph, Node, Value } from "../../ir/graph/graph.js";

/** The nodes that some output depends on, in the graph's order. Inputs stay, used or not: they are the user's interface. */
export function liveNodes(graph: Graph): readonly Node[] {
  const needed = new Set<Value>(graph.outputs.map(({ value }) => value));
  const live: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.results.some((result) => needed.has(result))) continue;
    for (const operand of node.operands) needed.add(operand);
    live.push(node);
  }
  return live.reverse();
}

/** How often each value is an operand of one of `nodes` or an output. */
export function countUses(nodes: readonly Node[], outputs: Graph["outputs"]): Map<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of nodes) node.operands.forEach(count);
  for (const { value } of outputs) count(value);
  return uses;
}
