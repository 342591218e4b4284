/** Elementwise tools: every op under its camel-case name, TensorFlow.js' names beside them, numbers among the operands. */
import { describe, expect, it } from "vitest";
import { graph, type GraphTools } from "../../../../src/frontends/code/graph.js";
import { activationOps } from "../../../../src/ir/ops/activations.js";
import { binaryOps } from "../../../../src/ir/ops/binary.js";
import { compareOps } from "../../../../src/ir/ops/compare.js";
import { parametrisedOps } from "../../../../src/ir/ops/parametrised.js";
import { unaryOps } from "../../../../src/ir/ops/unary.js";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { computed, computedList } from "../../../support/built-graphs.js";

const x = tensor("f32", [3], [-1, 2, 8]);

/** The op that a tool of some name makes a node of. */
function opOf(tool: keyof GraphTools): string | undefined {
  const g = graph("one", ({ input, output, ...tools }) => {
    const type = ["and", "or", "xor", "not", "logicalAnd", "logicalOr", "logicalXor", "logicalNot"].includes(tool)
      ? "bool"
      : /^(bitwise|shift(Left|Right))/.test(tool)
        ? "i32"
        : "f32";
    const value = input("x", [2], type);
    const call = { input, output, ...tools }[tool] as (...operands: unknown[]) => never;
    const isPair = call.length === 0 && (tool in pairs || tool in tensorflowPairs);
    output("y", isPair ? call(value, value) : call(value));
  });
  return g.nodes.at(-1)?.op.name;
}

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const named = (table: object) => Object.fromEntries(Object.keys(table).map((name) => [camel(name), name]));

const pairs = named({ ...binaryOps, ...compareOps });
const tensorflowPairs = {
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  pow: "power",
  mod: "modulo",
  floorDiv: "floor_divide",
  logicalAnd: "and",
  logicalOr: "or",
  logicalXor: "xor",
};
const singles = {
  ...named({ ...unaryOps, ...activationOps, ...parametrisedOps }),
  neg: "negate",
  abs: "absolute",
  logicalNot: "not",
  relu6: "clip",
  silu: "swish",
};

describe("elementwise tools", () => {
  it.each(Object.entries({ ...pairs, ...tensorflowPairs, ...singles }))("%s makes a node of %s", (tool, op) => {
    expect(opOf(tool as keyof GraphTools)).toBe(op);
  });

  it("takes numbers beside values, as scalars of their type", async () => {
    expect(await computedList({ x }, ({ input, sub }) => sub(1, input("x", [3])))).toEqual([2, -1, -7]);
    const whole = { n: tensor("i32", [2], [7, -7]) };
    const { half, least } = await computed(whole, ({ input, div, minimum }) => {
      const n = input("n", [2], "i32");
      return { half: div(n, 2), least: minimum(n, 3) };
    });
    expect([half.elementType, ...half.data]).toEqual(["i32", 3, -3]);
    expect([...least.data]).toEqual([3, -7]);
    expect(await computedList({}, ({ add }) => add(1, 2))).toEqual([3]);
  });

  it("chooses between values and numbers", async () => {
    expect(
      await computedList({ x }, ({ input, where, greater }) => {
        const value = input("x", [3]);
        return where(greater(value, 0), value, 0);
      }),
    ).toEqual([0, 2, 8]);
    expect(await computedList({ x }, ({ input, select, less }) => select(less(input("x", [3]), 3), 1, 2))).toEqual([
      1, 1, 2,
    ]);
  });

  it("has attributes with defaults", async () => {
    expect(await computedList({ x }, ({ input, clip }) => clip(input("x", [3]), { low: 0, high: 6 }))).toEqual([
      0, 2, 6,
    ]);
    expect(await computedList({ x }, ({ input, relu6 }) => relu6(input("x", [3])))).toEqual([0, 2, 6]);
    expect(await computedList({ x }, ({ input, leakyRelu }) => leakyRelu(input("x", [3]), { alpha: 0.5 }))).toEqual([
      -0.5, 2, 8,
    ]);
    expect(await computedList({ x }, ({ input, cast }) => cast(input("x", [3]), "bool"))).toEqual([1, 1, 1]);
  });
});
