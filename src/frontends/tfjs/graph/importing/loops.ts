/**
 * A loop of TensorFlow 1 as its nodes: each variable is a Merge of what it begins with (Enter) and what a turn leaves (NextIteration);
 * a Switch on the condition sends it into the turn or out, through Exit.
 */
import { fail } from "../../../../diagnostics/error.js";
import type { GraphNode, Source } from "../graph-def.js";

export interface Loop {
  readonly frame: string;
  readonly condition: Source;
  readonly variables: readonly LoopVariable[];
}

export interface LoopVariable {
  readonly merge: string;
  readonly start: Source;
  /** What the turn leaves. */
  readonly next: Source;
  /** Names of the nodes that give it to the outside. */
  readonly exits: readonly string[];
}

type Nodes = ReadonlyMap<string, GraphNode>;

/** The loop that an Exit leaves. Fails with `import/unsupported-form` where its nodes are not those of one. */
export function loopOf(nodes: Nodes, exit: GraphNode): Loop {
  const merge = mergeOf(nodes, exit);
  const condition = switchOf(nodes, exit)?.operands[1];
  const enter = merge && operandOf(nodes, merge, "Enter");
  if (enter === undefined || condition === undefined) return refuseLoop(exit);
  const frame = frameName(enter);
  const variables = [...nodes.values()].flatMap((node) => variableOf(nodes, node, frame) ?? []);
  return { frame, condition, variables: variables.map((each) => withExits(nodes, each)) };
}

function refuseLoop(exit: GraphNode): never {
  return fail("import/unsupported-form", {
    at: exit.location,
    expected: "a loop: Exit of a Switch of a Merge of Enter and NextIteration",
  });
}

/** What an Enter calls its loop. */
export function frameName(enter: GraphNode): string {
  return JSON.stringify(enter.attributes.get("frame_name")?.value ?? null);
}

function switchOf(nodes: Nodes, exit: GraphNode): GraphNode | undefined {
  const node = nodes.get(exit.operands[0]?.node ?? "");
  return node?.operator === "Switch" ? node : undefined;
}

function mergeOf(nodes: Nodes, exit: GraphNode): GraphNode | undefined {
  const node = nodes.get(switchOf(nodes, exit)?.operands[0]?.node ?? "");
  return node?.operator === "Merge" ? node : undefined;
}

function operandOf(nodes: Nodes, node: GraphNode, operator: string): GraphNode | undefined {
  const named = node.operands.flatMap((source) => nodes.get(source.node) ?? []);
  return named.find((each) => each.operator === operator);
}

/** A Merge of the frame; what it begins with is asked for as the Enter itself. */
function variableOf(nodes: Nodes, node: GraphNode, frame: string): Omit<LoopVariable, "exits"> | undefined {
  if (node.operator !== "Merge") return undefined;
  const enter = operandOf(nodes, node, "Enter");
  const next = operandOf(nodes, node, "NextIteration")?.operands[0];
  if (enter === undefined || next === undefined || frameName(enter) !== frame) return undefined;
  return { merge: node.name, start: { node: enter.name, index: 0 }, next };
}

function withExits(nodes: Nodes, variable: Omit<LoopVariable, "exits">): LoopVariable {
  const exits = [...nodes.values()].filter(
    (node) => node.operator === "Exit" && mergeOf(nodes, node)?.name === variable.merge,
  );
  return { ...variable, exits: exits.map(({ name }) => name) };
}
