/**
 * common-subexpressions: what is computed twice is computed once. The law: equal ops on equal values are equal.
 *
 *     %a = relu(%x)
 *     %b = relu(%x)               %a = relu(%x)
 *     %c = add(%a, %b)      →     %c = add(%a, %a)
 *
 * Constants are equal when their bits are; the first one's label stays.
 */
import { isTensorAttribute, type Attributes } from "../../ir/attributes/value.js";
import type { Graph, Node, Value } from "../../ir/graph/graph.js";
import { exactJson } from "../../ir/types/exact-json.js";
import { formatTensorType, type Tensor } from "../../ir/types/tensor.js";
import type { Pass } from "../driver/pass.js";

export const commonSubexpressions: Pass<Graph> = {
  name: "common-subexpressions",
  why: "front ends write the same shape arithmetic, transposes and constants many times",
  run(graph) {
    const seen = new Expressions();
    const kept: Node[] = [];
    for (const node of graph.nodes) {
      const current = seen.withKnownOperands(node);
      if (!seen.knows(current)) kept.push(current);
    }
    if (kept.length === graph.nodes.length) return graph;
    const outputs = graph.outputs.map(({ name, value }) => ({ name, value: seen.known(value) }));
    return { ...graph, nodes: kept, outputs };
  },
};

class Expressions {
  private readonly first = new Map<string, Node[]>();
  private readonly replaced = new Map<Value, Value>();
  private readonly numbers = new Map<Value, number>();

  known(value: Value): Value {
    return this.replaced.get(value) ?? value;
  }

  withKnownOperands(node: Node): Node {
    if (!node.operands.some((operand) => this.replaced.has(operand))) return node;
    return { ...node, operands: node.operands.map((operand) => this.known(operand)) };
  }

  /** Whether an equal node came before, which then stands for this one. */
  knows(node: Node): boolean {
    const key = `${node.op.name}(${node.operands.map((operand) => this.number(operand)).join()})${attributesKey(node.attributes)}`;
    const candidates = this.first.get(key) ?? [];
    const equal = candidates.find((other) => equalTensors(other.attributes, node.attributes));
    if (equal === undefined) this.first.set(key, [...candidates, node]);
    else node.results.forEach((value, i) => this.replaced.set(value, equal.results[i] ?? value));
    return equal !== undefined;
  }

  private number(value: Value): number {
    const number = this.numbers.get(value) ?? this.numbers.size;
    this.numbers.set(value, number);
    return number;
  }
}

/** All but the data of tensors and the labels of constants. */
function attributesKey(attributes: Attributes): string {
  const parts = Object.entries(attributes)
    .filter(([name]) => name !== "label")
    .map(([name, value]) => [name, isTensorAttribute(value) ? formatTensorType(value) : value]);
  return exactJson(parts);
}

function equalTensors(a: Attributes, b: Attributes): boolean {
  return Object.entries(a).every(([name, value]) => {
    const other = b[name];
    if (!isTensorAttribute(value)) return true;
    return other !== undefined && isTensorAttribute(other) && equalBits(value, other);
  });
}

function equalBits(a: Tensor, b: Tensor): boolean {
  if (a.data === b.data) return true;
  const [left, right] = [bytesOf(a), bytesOf(b)];
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
