/** A graph as calls of TensorFlow.js in order: one for each node, or for a convolution with its bias and activation. */
import type { Graph, Node, Value } from "../../ir/graph/graph.js";
import { fusedConv, tfOperator, type Tensorflow, type TfTensor } from "./tfjs-operators.js";

export interface TfStep {
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly compute: (tf: Tensorflow, operands: readonly TfTensor[]) => TfTensor | readonly TfTensor[];
}

/** Steps for all nodes but constants. Throws an Error that names what TensorFlow.js is not known to do. */
export function planSteps(graph: Graph): readonly TfStep[] {
  const users = usersOf(graph);
  const fused = new Set<Node>();
  return graph.nodes.flatMap((node): TfStep[] => {
    if (node.op.name === "constant" || fused.has(node)) return [];
    const tail = node.op.name === "conv" ? convTail(node, users, graph) : undefined;
    if (tail === undefined) return [plainStep(node)];
    for (const each of tail.nodes) fused.add(each);
    return [fusedStep(node, tail)];
  });
}

function plainStep(node: Node): TfStep {
  const operator = tfOperator(node.op.name);
  return {
    operands: node.operands,
    results: node.results,
    compute: (tf, operands) => operator(tf, operands, node),
  };
}

/** What follows a convolution and is done with it. */
interface ConvTail {
  readonly nodes: readonly Node[];
  readonly bias: Value;
  readonly activation: "linear" | "relu" | "relu6";
}

function fusedStep(node: Node, { nodes, bias, activation }: ConvTail): TfStep {
  return {
    operands: [...node.operands, bias],
    results: nodes.at(-1)?.results ?? node.results,
    compute(tf, [x, filter, added]) {
      if (x === undefined || filter === undefined || added === undefined) throw new Error("conv lacks an operand");
      return fusedConv(tf, node, x, filter, { bias: added, activation });
    },
  };
}

/** The addition of one number for each channel that alone reads the convolution, and an activation that alone reads the sum. */
function convTail(node: Node, users: ReadonlyMap<Value, readonly Node[]>, graph: Graph): ConvTail | undefined {
  const add = onlyUser(node, users, graph);
  if (add?.op.name !== "add" || !fusesGroups(node)) return undefined;
  const bias = add.operands.find((operand) => operand !== node.results[0]);
  const channels = node.results[0]?.type.shape.at(-1);
  if (bias?.type.shape.length !== 1 || bias.type.shape[0] !== channels || !isConstant(bias, graph)) return undefined;
  const after = onlyUser(add, users, graph);
  const activation = after === undefined ? undefined : activationOf(after);
  if (after === undefined || activation === undefined) return { nodes: [add], bias, activation: "linear" };
  return { nodes: [add, after], bias, activation };
}

function fusesGroups({ attributes, operands }: Node): boolean {
  const { groups } = attributes as { readonly groups: number };
  return operands[0]?.type.shape.length === 4 && (groups === 1 || operands[1]?.type.shape[2] === 1);
}

function activationOf({ op, attributes }: Node): "relu" | "relu6" | undefined {
  if (op.name === "relu") return "relu";
  const { low, high } = attributes as { readonly low?: number; readonly high?: number };
  return op.name === "clip" && low === 0 && high === 6 ? "relu6" : undefined;
}

function onlyUser(node: Node, users: ReadonlyMap<Value, readonly Node[]>, { outputs }: Graph): Node | undefined {
  const [result] = node.results;
  const [user, ...others] = (result && users.get(result)) ?? [];
  return others.length === 0 && !outputs.some(({ value }) => value === result) ? user : undefined;
}

/** A constant comes before whatever uses it, so that it has its value when the convolution is computed. */
function isConstant(value: Value, { nodes }: Graph): boolean {
  return nodes.some(({ op, results }) => op.name === "constant" && results[0] === value);
}

function usersOf({ nodes }: Graph): ReadonlyMap<Value, readonly Node[]> {
  const users = new Map<Value, Node[]>();
  for (const node of nodes) {
    for (const operand of node.operands) users.set(operand, [...(users.get(operand) ?? []), node]);
  }
  return users;
}
