/** Graphs in code: inputs, weights, outputs, and what an error says about the call it is from. */
import { describe, expect, it } from "vitest";
import { graph } from "../../../../src/frontends/code/graph.js";
import { formatLocation } from "../../../../src/diagnostics/location.js";
import type { Value } from "../../../../src/ir/graph/graph.js";
import { parseGraph } from "../../../../src/ir/graph/parse.js";
import { printGraph } from "../../../../src/ir/graph/print.js";
import { numbers, type Tensor } from "../../../../src/ir/types/tensor.js";
import { builtCodes } from "../../../support/built-graphs.js";

const doubled = () =>
  graph('"twice"', ({ input, add, relu, output }) => {
    const x = input("x", [2]);
    output("y", relu(add(add(x, x), 1)));
  });

/** The tensor of a graph's first constant. */
function firstConstant(build: Parameters<typeof graph>[1]): Tensor {
  const node = graph("constants", build).nodes.find(({ op }) => op.name === "constant");
  return node?.attributes["value"] as Tensor;
}

describe("a graph in code", () => {
  it("remembers the call each node is from, also as text", () => {
    const g = doubled();
    expect(g.nodes.map(({ op, location }) => `${op.name}: ${formatLocation(location)}`)).toEqual([
      'add: graph "\\"twice\\"", add #1',
      'constant: graph "\\"twice\\"", add #2',
      'add: graph "\\"twice\\"", add #2',
      'relu: graph "\\"twice\\"", relu #1',
    ]);
    expect(printGraph(g)).toContain('loc(call "\\"twice\\"" "add" 2)');
    expect(printGraph(parseGraph(printGraph(g)))).toBe(printGraph(g));
  });

  it("keeps any names of inputs and outputs, once each", () => {
    const g = graph("names", ({ input, output }) => output("`*/", input("__proto__", [1])));
    expect([g.inputs[0].name, g.outputs[0].name]).toEqual(["__proto__", "`*/"]);
    expect(builtCodes(({ input }) => (input("x", [1]), input("x", [1])))).toEqual(["graph/duplicate-port"]);
    expect(builtCodes(({ scalar, output }) => output("y", scalar(1)))).toEqual(["graph/duplicate-port"]);
  });

  it("does not change when its tools are used later", () => {
    let later: (() => void) | undefined;
    const g = graph("kept", ({ input, relu, output }) => {
      const x = input("x", [1]);
      output("y", x);
      later = () => output("z", relu(x));
    });
    later?.();
    expect([g.nodes.length, g.outputs.length]).toEqual([0, 1]);
  });

  it("says which call is wrong, expected and found", () => {
    const wrong = () =>
      graph("net", ({ input, conv2d }) => {
        const w = input("w", [3, 3, 4, 8]);
        conv2d(input("a", [1, 8, 8, 4]), w);
        conv2d(input("b", [1, 8, 8, 3]), w);
      });
    expect(wrong).toThrow(/conv\/C1.*\n {2}at {8}graph "net", conv2d #2\n.*to have 3 input channels\n {2}found {5}4/);
  });

  it("refuses operands that are not values of this graph", () => {
    let foreign: Value | undefined;
    graph("other", ({ input, output }) => output("y", (foreign = input("x", [1, 4, 4, 1]))));
    expect(builtCodes(({ relu }) => relu(foreign as Value))).toEqual(["graph/foreign-value"]);
    expect(builtCodes(() => foreign)).toEqual(["graph/foreign-value"]);
    expect(builtCodes(({ conv2d, input }) => conv2d(input("x", [1, 4, 4, 1]), foreign as Value))).toEqual([
      "graph/foreign-value",
    ]);
    for (const nothing of [undefined, null, 3, [1, 2]]) {
      expect(builtCodes(({ maxPool }) => maxPool(nothing as never, { kernel: 2 }))).toEqual(["graph/foreign-value"]);
      expect(builtCodes(({ concat }) => concat([nothing as never], 0))).toEqual(["graph/foreign-value"]);
    }
  });

  it("refuses options it does not know, and says which there are", () => {
    const misspelt: object = { stride: 2 };
    const wrong = () =>
      graph("net", ({ input, conv2d }) => void conv2d(input("x", [1, 8, 8, 4]), input("w", [3, 3, 4, 8]), misspelt));
    expect(wrong).toThrow(
      /graph\/option.*\n.*conv2d #1\n {2}expected {2}one of strides, dilations, padding, groups, bias\n {2}found {5}stride\n/,
    );
  });
});

describe("a parameter", () => {
  const refused = (type: "i32" | "u8" | "bool" | "i64", ...values: number[]) =>
    builtCodes(({ parameter }) => parameter("p", [values.length], values, type));

  it("has one value for each element", () => {
    expect(builtCodes(({ parameter }) => parameter("p", [2, 2], [1, 2, 3]))).toEqual(["graph/parameter"]);
    expect(builtCodes(({ parameter }) => parameter("p", [2, -2], [1, 2, 3]))).toEqual(["graph/size"]);
    expect(builtCodes(({ parameter }) => parameter("p", [0, 2], []))).toEqual([]);
  });

  it("rounds to its type, and takes f16 as numbers or as bits", () => {
    expect([...numbers(firstConstant(({ parameter, output }) => output("y", parameter("p", [1], [0.1]))))]).toEqual([
      Math.fround(0.1),
    ]);
    const halves = (values: ArrayLike<number>) =>
      numbers(
        firstConstant(({ parameter, cast, output }) => output("y", cast(parameter("p", [2], values, "f16"), "f32"))),
      );
    expect([...halves([1, -2])]).toEqual([0x3c00, 0xc000]);
    expect([...halves(Uint16Array.of(0x3c00, 0xc000))]).toEqual([0x3c00, 0xc000]);
  });

  it("refuses what an integer or truth value cannot be", () => {
    expect(refused("i32", 1, -(2 ** 31), 2 ** 31 - 1)).toEqual([]);
    expect(refused("i64", 2 ** 40)).toEqual([]);
    for (const wrong of [1.5, NaN, 2 ** 31]) expect(refused("i32", wrong)).toEqual(["graph/element-type"]);
    for (const wrong of [-1, 256]) expect(refused("u8", wrong)).toEqual(["graph/element-type"]);
    expect(refused("bool", 2)).toEqual(["graph/element-type"]);
    expect(builtCodes(({ input, add }) => add(input("x", [2], "i32"), 0.5))).toEqual(["graph/element-type"]);
  });
});
