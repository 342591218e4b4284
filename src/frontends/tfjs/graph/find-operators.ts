/** Which operators a graph model needs for its outputs, in its graph and in functions it calls, and which of them are unknown. */
import { diagnostic, UnstrideError } from "../../../diagnostics/error.js";
import { quoted } from "../../../diagnostics/quoted.js";
import { isObject, type Json } from "../json.js";
import type { GraphDef, GraphNode } from "./graph-def.js";
import { isSupported } from "./operators/table.js";
import { neededNodes, type GraphPorts } from "./ports.js";

/** Nodes that use one operator. */
export interface GraphOperatorUse {
  readonly operator: string;
  /** Names of the nodes. */
  readonly nodes: readonly string[];
  readonly isSupported: boolean;
}

/** All uses, in the order of the file; functions come after the graph. */
export function findGraphOperators(graph: GraphDef, { inputs, outputs }: GraphPorts): readonly GraphOperatorUse[] {
  const fed = new Set(inputs.map(({ node }) => node));
  const needed = [...neededNodes(graph, outputs, fed)];
  const all = [...needed, ...calledNodes(graph, needed)];
  const uses = new Map<string, { operator: string; nodes: string[]; isSupported: boolean }>();
  for (const { name, operator } of all) {
    const use = uses.get(operator) ?? { operator, nodes: [], isSupported: isSupported(operator) };
    use.nodes.push(name);
    uses.set(operator, use);
  }
  return [...uses.values()];
}

/** Nodes of functions that are called, however deep, each function once. */
function calledNodes({ functions }: GraphDef, nodes: readonly GraphNode[]): readonly GraphNode[] {
  const called = new Set<string>();
  const found: GraphNode[] = [];
  const pending = [...nodes];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const { value } of node.attributes.values()) {
      const name = functionName(value);
      if (name === undefined || called.has(name)) continue;
      called.add(name);
      for (const inner of functions.get(name)?.nodes.values() ?? []) {
        found.push(inner);
        pending.push(inner);
      }
    }
  }
  return found;
}

function functionName(value: Json | undefined): string | undefined {
  const called = isObject(value) ? value["func"] : undefined;
  const name = isObject(called) ? called["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** More node names are not listed. */
const listedNodes = 8;

/** `NonMaxSuppressionV3, 2 nodes: "a", "b"` */
export function describeGraphUse({ operator, nodes }: GraphOperatorUse): string {
  const count = `${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}`;
  const names = nodes.slice(0, listedNodes).map(quoted).join(", ");
  return `${quoted(operator).slice(1, -1)}, ${count}: ${names}${nodes.length > listedNodes ? ", …" : ""}`;
}

/** Fails with `import/unsupported-operator` for each operator that is not known, all at once. */
export function checkGraphOperators(graph: GraphDef, ports: GraphPorts, source: string): void {
  const unsupported = findGraphOperators(graph, ports).filter((use) => !use.isSupported);
  if (unsupported.length === 0) return;
  const problems = unsupported
    .slice(0, 100)
    .map((use) => diagnostic("import/unsupported-operator", { at: source, found: describeGraphUse(use) }));
  throw new UnstrideError(problems);
}
