/** Rules meet graphs: what is rebuilt, what is kept, what names and locations become. */
import { describe, expect, it } from "vitest";
import { formatLocation } from "../../../../src/diagnostics/location.js";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import type { Graph, Node } from "../../../../src/ir/graph/graph.js";
import { verifyGraph } from "../../../../src/ir/graph/verify-graph.js";
import { relu, square } from "../../../../src/ir/ops/activations.js";
import { add, multiply, subtract } from "../../../../src/ir/ops/binary.js";
import { negate } from "../../../../src/ir/ops/unary.js";
import { tensorType } from "../../../../src/ir/types/tensor.js";
import { rewriteGraph } from "../../../../src/passes/driver/rewrite.js";
import { ruleFor, type Rule } from "../../../../src/passes/driver/rule.js";
import { passContext } from "../../../support/pass-context.js";

const type = tensorType("f32", [2, 3]);
const options = { pass: "test-pass", context: passContext };

/** relu(relu(x)) = relu(x) */
const reluTwice = ruleFor("relu-twice", relu, (node, _, match) =>
  match.madeBy(node.operands[0], relu) ? [node.operands[0]] : undefined,
);
/** a − b = a + (−b) */
const subtractIsAdd = ruleFor("subtract-is-add", subtract, ({ operands: [a, b] }, builder) => [
  builder.one(add, [a, builder.one(negate, [b], {})], {}),
]);

function ops(graph: Graph): string[] {
  return graph.nodes.map(({ op }) => op.name);
}

function names(graph: Graph): string[] {
  return graph.nodes.flatMap(({ results }) => results.map(({ name }) => name));
}

function chain(count: number): Graph {
  const builder = new GraphBuilder("chain");
  let value = builder.input("x", type);
  for (let i = 0; i < count; i++) value = builder.one(relu, [value], {});
  builder.output("y", value);
  return builder.finish();
}

function difference(): Graph {
  const builder = new GraphBuilder("difference");
  const [a, b] = [builder.input("a", type), builder.input("b", type)];
  const location = { kind: "model", source: "m.onnx", name: "sub", operator: "Sub", index: 3 } as const;
  const result = builder.one(subtract, [a, b], {}, { name: "diff", location });
  builder.output("y", builder.one(square, [result], {}));
  return builder.finish();
}

describe("rewriteGraph", () => {
  it("returns the same object when no rule applies", () => {
    const graph = chain(1);
    expect(rewriteGraph(graph, [reluTwice], options)).toBe(graph);
    expect(rewriteGraph(graph, [], options)).toBe(graph);
  });

  it("lets a rule see what earlier rules left, and removes what nothing reads", () => {
    const after = rewriteGraph(chain(5), [reluTwice], options);
    expect(ops(after)).toEqual(["relu"]);
    expect(after.outputs[0].value).toBe(after.nodes[0].results[0]);
  });

  it("keeps nodes that no rule changes as the same objects", () => {
    const builder = new GraphBuilder("g");
    const x = builder.input("x", type);
    const other = builder.one(square, [x], {});
    builder.output("a", other);
    builder.output("b", builder.one(relu, [builder.one(relu, [x], {})], {}));
    const before = builder.finish();
    const after = rewriteGraph(before, [reluTwice], options);
    expect(after.nodes[0]).toBe(before.nodes[0]);
    expect(after.nodes[1]).toBe(before.nodes[1]);
    expect(ops(after)).toEqual(["square", "relu"]);
  });

  it("names what replaces a value as the value, and what it is made of after it", () => {
    const after = rewriteGraph(difference(), [subtractIsAdd], options);
    verifyGraph(after);
    expect(ops(after)).toEqual(["negate", "add", "square"]);
    expect(names(after)).toEqual(["diff.negate", "diff", "square"]);
  });

  it("keeps the location of the node a new one is derived from", () => {
    const [negated] = rewriteGraph(difference(), [subtractIsAdd], options).nodes;
    expect(formatLocation(negated.location)).toBe('m.onnx, node "sub" (Sub, #3), via test-pass');
  });

  it("drops what a rule built before it gave up", () => {
    const indecisive: Rule = {
      name: "indecisive",
      apply: (node, builder) => {
        builder.one(square, [node.operands[0]], {});
        return undefined;
      },
    };
    const graph = chain(2);
    expect(rewriteGraph(graph, [indecisive], options)).toBe(graph);
  });

  it("counts uses of operands and outputs, without dead readers", () => {
    const builder = new GraphBuilder("uses");
    const x = builder.input("x", type);
    const shared = builder.one(relu, [x], {});
    builder.one(negate, [shared], {});
    builder.output("y", builder.one(multiply, [shared, shared], {}));
    builder.output("z", shared);
    const seen: number[] = [];
    const spy = ruleFor("spy", multiply, ({ operands }, _, match) => {
      seen.push(match.uses(operands[0]), match.uses(x));
      return undefined;
    });
    rewriteGraph(builder.finish(), [spy], options);
    expect(seen).toEqual([3, 1]);
  });

  it("keeps the count of uses right while it rewrites", () => {
    const builder = new GraphBuilder("uses");
    const x = builder.input("x", type);
    const inner = builder.one(relu, [x], {});
    builder.output("y", builder.one(square, [builder.one(relu, [inner], {})], {}));
    const seen: number[] = [];
    const spy = ruleFor("spy", square, ({ operands }, _, match) => {
      seen.push(match.uses(operands[0]));
      return undefined;
    });
    rewriteGraph(builder.finish(), [reluTwice, spy], options);
    expect(seen).toEqual([1, 1]);
  });

  it("tells of every rewrite", () => {
    const told: string[] = [];
    const onRewrite = (rule: Rule, node: Node) => told.push(`${rule.name} ${node.op.name}`);
    rewriteGraph(chain(3), [reluTwice], { ...options, onRewrite });
    expect(told).toEqual(["relu-twice relu", "relu-twice relu"]);
  });

  it("finds out rules that never end", () => {
    const builder = new GraphBuilder("loop");
    const x = builder.input("x", type);
    builder.output("y", builder.one(add, [x, builder.input("z", type)], {}));
    const swap = ruleFor("swap", add, ({ operands: [a, b] }, built) => [built.one(add, [b, a], {})]);
    expect(() => rewriteGraph(builder.finish(), [swap], options)).toThrow(/still apply after 100 sweeps/);
  });

  it("refuses a replacement of another type", () => {
    const builder = new GraphBuilder("type");
    const x = builder.input("x", type);
    const other = builder.input("other", tensorType("f32", [3]));
    builder.output("y", builder.one(relu, [x], {}));
    builder.output("z", other);
    const wrong = ruleFor("wrong", relu, () => [other]);
    expect(() => rewriteGraph(builder.finish(), [wrong], options)).toThrow(/f32\[3\] cannot replace relu's f32\[2,3\]/);
  });
});
