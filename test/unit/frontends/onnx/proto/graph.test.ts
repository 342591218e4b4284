import { describe, expect, test } from "vitest";
import type { OnnxGraph, OnnxModel } from "../../../../../src/frontends/onnx/proto/model.js";
import { readOnnxModel } from "../../../../../src/frontends/onnx/read-model.js";
import { hostileNames } from "../../../../support/hostile-names.js";
import { model, type GraphSpec, type ModelSpec, type NodeSpec } from "../../../../support/onnx-writer.js";
import { codesOf, problemsOf, relu } from "./failures.js";

const read = (spec: ModelSpec & GraphSpec): Promise<OnnxModel> => readOnnxModel(model(spec), { source: "test.onnx" });
const link = (from: string, to: string, name = ""): NodeSpec => ({
  operator: "Relu",
  inputs: [from],
  outputs: [to],
  name,
});
const outputsInOrder = (graph: OnnxGraph): string => graph.nodes.flatMap((node) => node.outputs).join(" ");

test("a model is read with everything it says", async () => {
  const spec = {
    opset: { "": 13, "ai.onnx.ml": 3 },
    name: "main",
    nodes: [{ operator: "Add", inputs: ["x", "w"], outputs: ["y"], name: "add", domain: "ai.onnx" }],
    initializers: [{ name: "w", shape: [1], floats: [2] }],
    inputs: [
      { name: "x", shape: ["batch", null, 3, -1] },
      { name: "w", shape: [1] },
    ],
    outputs: [{ name: "y" }],
    values: [{ name: "y", shape: [] }],
    metadata: { author: "nobody" },
  } as const;
  expect(await read(spec)).toEqual({
    source: "test.onnx",
    irVersion: 10,
    producer: "",
    metadata: new Map([["author", "nobody"]]),
    opsets: new Map([
      ["", 13],
      ["ai.onnx.ml", 3],
    ]),
    graph: {
      name: "main",
      inputs: [
        { name: "x", type: { kind: "tensor", elementType: "f32", dimensions: ["batch", undefined, 3, undefined] } },
      ],
      outputs: [{ name: "y", type: { kind: "tensor", elementType: "f32", dimensions: undefined } }],
      initializers: new Map([["w", { name: "w", elementType: "f32", shape: [1], data: Float32Array.of(2) }]]),
      values: new Map([["y", { name: "y", type: { kind: "tensor", elementType: "f32", dimensions: [] } }]]),
      nodes: [
        {
          name: "add",
          operator: "Add",
          domain: "",
          overload: "",
          inputs: ["x", "w"],
          outputs: ["y"],
          attributes: new Map(),
          location: { kind: "model", source: "test.onnx", name: "add", operator: "Add", index: 0 },
        },
      ],
      captures: [],
    },
    functions: [],
  });
});

describe("order", () => {
  const ends = { inputs: [{ name: "a" }], outputs: [{ name: "d" }] };

  test("a file in order stays as it is", async () => {
    const nodes = [link("a", "c"), link("a", "b"), link("b", "d")];
    expect(outputsInOrder((await read({ ...ends, nodes })).graph)).toBe("c b d");
  });

  test("nodes come after those they need, with their place in the file kept", async () => {
    const { graph } = await read({ ...ends, nodes: [link("c", "d"), link("b", "c"), link("a", "b")] });
    expect(outputsInOrder(graph)).toBe("b c d");
    expect(graph.nodes.map((node) => node.location)).toMatchObject([{ index: 2 }, { index: 1 }, { index: 0 }]);
  });

  test("a chain of a hundred thousand nodes, last first", async () => {
    const nodes = Array.from({ length: 100_000 }, (_, index) => link(`v${index + 1}`, `v${index}`));
    const inputs = [{ name: "v100000" }];
    expect((await read({ nodes, inputs, outputs: [{ name: "v0" }] })).graph.nodes).toHaveLength(100_000);
  });

  test("a node waits for what its nested graphs take from around them", async () => {
    const branch = { nodes: [link("late", "inner")], outputs: [{ name: "inner" }] };
    const chosen = { operator: "If", inputs: ["a"], outputs: ["d"], attributes: { then_branch: { graph: branch } } };
    const { graph } = await read({ ...ends, nodes: [chosen, link("a", "late")] });
    expect(outputsInOrder(graph)).toBe("late d");
    expect(graph.nodes[1]?.attributes.get("then_branch")).toMatchObject({ value: { captures: ["late"] } });
  });

  test("a cycle is named", async () => {
    const nodes = [link("a", "b"), link("e", "c", "one"), link("c", "e", "two"), link("e", "d")];
    expect(await problemsOf(model({ ...ends, nodes }))).toMatchObject([
      { code: "import/cycle", found: '"one" needs "two" needs "one"', at: { name: "one", index: 1 } },
    ]);
  });

  test("a node that needs itself, also through a nested graph", async () => {
    expect(await codesOf({ ...ends, nodes: [link("d", "d")] })).toEqual(["import/cycle"]);
    const branch = { nodes: [link("d", "inner")], outputs: [{ name: "inner" }] };
    const chosen = { operator: "If", inputs: ["a"], outputs: ["d"], attributes: { then_branch: { graph: branch } } };
    expect(await codesOf({ ...ends, nodes: [chosen] })).toEqual(["import/cycle"]);
  });
});

describe("names", () => {
  test.each(hostileNames.filter((name) => name !== ""))("%j is a name like any other", async (hostile) => {
    const name = Buffer.from(hostile).toString();
    const { graph } = await read({
      name,
      nodes: [{ ...link(name, "y", name), attributes: { [name]: { int: 1 } } }],
      initializers: [{ name, shape: [1], floats: [1] }],
      outputs: [{ name: "y" }],
      values: [{ name, shape: [name] }],
    });
    expect(graph.nodes[0]).toMatchObject({ name, inputs: [name] });
    expect(graph.nodes[0]?.attributes.get(name)).toEqual({ type: "int", value: 1n });
    expect(graph.initializers.get(name)?.data).toEqual(Float32Array.of(1));
    expect(graph.values.get(name)?.type).toMatchObject({ dimensions: [name] });
  });

  test("errors quote names on one short line that no terminal acts on", async () => {
    const name = `\u001b[31m\u009b1m\u202e\n${"long ".repeat(10_000)}`;
    const problems = await problemsOf(model({ ...relu, nodes: [link(name, "y", name)] }));
    expect(problems[0]?.found).toMatch(/^"\\u001b\[31m\\u009b1m\\u202e\\n[long ]*…"$/);
    expect(JSON.stringify(problems).length).toBeLessThan(1000);
  });

  test("optional operands and results may be left out in the middle", async () => {
    const clip = { operator: "Clip", inputs: ["x", "", "x"], outputs: ["y", ""] };
    expect((await read({ ...relu, nodes: [clip] })).graph.nodes[0]).toMatchObject(clip);
  });

  test("everything that is not defined is named, with the node that uses it", async () => {
    const nodes = [link("nowhere", "y", "first"), link("neither", "z", "second")];
    expect(await problemsOf(model({ ...relu, nodes, outputs: [{ name: "y" }, { name: "w" }] }))).toMatchObject([
      { code: "import/undefined-value", found: '"nowhere"', at: { name: "first" } },
      { code: "import/undefined-value", found: '"neither"', at: { name: "second" } },
      { code: "import/undefined-value", found: '"w"', at: 'test.onnx, output "w"' },
    ]);
  });

  test.each<[string, GraphSpec]>([
    ["two nodes", { nodes: [link("x", "y"), link("x", "y")] }],
    ["one node twice", { nodes: [{ operator: "Split", inputs: ["x"], outputs: ["y", "y"] }] }],
    ["a node and an input", { nodes: [link("x", "y"), link("y", "x")] }],
    ["two inputs", { inputs: [{ name: "x" }, { name: "x" }] }],
    ["two outputs of the model", { outputs: [{ name: "y" }, { name: "y" }] }],
    ["two initializers", { initializers: [1, 2].map((value) => ({ name: "w", shape: [1], floats: [value] })) }],
  ])("a value is defined once, not by %s", async (_, part) => {
    expect(await codesOf({ ...relu, ...part })).toEqual(["import/duplicate-value"]);
  });

  test("what is defined or listed by name has one", async () => {
    expect(await codesOf({ ...relu, inputs: [{ name: "" }, { name: "x" }] })).toEqual(["import/empty-name"]);
    expect(await codesOf({ ...relu, initializers: [{ name: "", floats: [1] }] })).toEqual(["import/empty-name"]);
  });
});

describe("nested graphs", () => {
  const nest = (graph: GraphSpec): GraphSpec => ({
    ...relu,
    nodes: [{ operator: "Loop", inputs: ["x"], outputs: ["y"], name: "outer", attributes: { body: { graph } } }],
  });

  test("see the values around them, and those around these", async () => {
    const inner = { nodes: [link("x", "deep")], outputs: [{ name: "deep" }] };
    const body = {
      nodes: [{ operator: "If", outputs: ["mid"], attributes: { then_branch: { graph: inner } } }],
      outputs: [{ name: "mid" }, { name: "x" }],
    };
    expect(await codesOf(nest(body))).toEqual([]);
  });

  test("may define a name again, which then means theirs", async () => {
    const { graph } = await read(nest({ inputs: [{ name: "x" }], nodes: [link("x", "z")], outputs: [{ name: "z" }] }));
    expect(graph.nodes[0]?.attributes.get("body")).toMatchObject({ value: { captures: [] } });
  });

  test("do not show their values to the graph around them", async () => {
    const spec = nest({ nodes: [link("x", "inside")], outputs: [{ name: "inside" }] });
    expect(await codesOf({ ...spec, outputs: [{ name: "inside" }] })).toEqual(["import/undefined-value"]);
  });

  test("are part of the place an error names", async () => {
    const problems = await problemsOf(model(nest({ nodes: [link("nowhere", "z")], outputs: [{ name: "z" }] })));
    expect(problems[0]?.at).toMatchObject({ source: 'test.onnx, graph "body" of "outer"', index: 0 });
  });
});

describe("functions", () => {
  const square = {
    name: "Square",
    domain: "local",
    inputs: ["a"],
    outputs: ["b"],
    attributes: ["power"],
    defaults: { scale: { float: 1 } },
    nodes: [{ operator: "Pow", inputs: ["a"], outputs: ["b"], attributes: { exponent: { reference: "power" } } }],
    opset: 15,
  };

  test("are read with their own operator sets, order and references to the call's attributes", async () => {
    const { functions } = await read({ ...relu, functions: [square] });
    expect(functions).toMatchObject([
      {
        name: "Square",
        domain: "local",
        inputs: ["a"],
        outputs: ["b"],
        attributes: ["power"],
        opsets: new Map([["", 15]]),
      },
    ]);
    expect(functions[0]?.nodes[0]?.attributes.get("exponent")).toEqual({ type: "reference", value: "power" });
    expect(functions[0]?.defaults.get("scale")).toEqual({ type: "float", value: 1 });
  });

  test("see nothing of the model around them, and are there once", async () => {
    const leaky = { ...square, nodes: [link("x", "b")] };
    expect(await codesOf({ ...relu, functions: [leaky] })).toEqual(["import/undefined-value"]);
    expect(await codesOf({ ...relu, functions: [square, square] })).toEqual(["import/duplicate-value"]);
    expect(await codesOf({ ...relu, functions: [{ ...square, outputs: ["c"] }] })).toEqual(["import/undefined-value"]);
  });
});

describe("versions", () => {
  test.each([1, 7, 13, 28])("operator set %i is read", async (opset) => {
    expect(await codesOf({ ...relu, opset })).toEqual([]);
  });

  test.each([0, 29, -1, 2 ** 40])("operator set %i is not known", async (opset) => {
    expect(await codesOf({ ...relu, opset })).toEqual(["import/version"]);
  });

  test("of two versions of a domain the higher counts, whichever way ONNX's own is written", async () => {
    expect((await read({ ...relu, opset: { "": 9, "ai.onnx": 13 } })).opsets).toEqual(new Map([["", 13]]));
  });

  test("only models without ONNX's own operators may leave its version out", async () => {
    expect(await codesOf({ ...relu, opset: { "ai.onnx.ml": 3 } })).toEqual(["import/missing"]);
    const nodes = [{ ...link("x", "y"), domain: "ai.onnx.ml" }];
    expect(await codesOf({ ...relu, nodes, opset: { "ai.onnx.ml": 3 } })).toEqual([]);
  });

  test("everything that is wrong is said at once", async () => {
    expect(
      await codesOf({ irVersion: 99, opset: 99, nodes: [link("nowhere", "y")], outputs: [{ name: "z" }] }),
    ).toEqual(["import/version", "import/version", "import/undefined-value", "import/undefined-value"]);
  });
});

test("a model with very much wrong names the first hundred", async () => {
  const nodes = Array.from({ length: 5000 }, (_, index) => link("nowhere", `y${index}`));
  expect(await codesOf({ ...relu, nodes })).toHaveLength(100);
});
