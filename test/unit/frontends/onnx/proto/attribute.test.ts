import { describe, expect, test } from "vitest";
import type { OnnxAttribute } from "../../../../../src/frontends/onnx/proto/model.js";
import { readOnnxModel } from "../../../../../src/frontends/onnx/read-model.js";
import { model, type AttributeSpec, type GraphSpec } from "../../../../support/onnx-writer.js";
import { problemsOf, relu } from "./failures.js";

const withAttribute = (attribute: AttributeSpec, name = "a"): GraphSpec => ({
  ...relu,
  nodes: [{ operator: "Custom", inputs: ["x"], outputs: ["y"], name: "node", attributes: { [name]: attribute } }],
});

async function read(attribute: AttributeSpec): Promise<OnnxAttribute | undefined> {
  const { graph } = await readOnnxModel(model(withAttribute(attribute)), { source: "test.onnx" });
  return graph.nodes[0]?.attributes.get("a");
}

const tensor = { name: "", elementType: "f32", shape: [2], data: Float32Array.of(1, 2) };
const tensorSpec = { shape: [2], floats: [1, 2] };
const branch = { nodes: [{ operator: "Relu", inputs: ["x"], outputs: ["z"] }], outputs: [{ name: "z" }] };
const type = { kind: "tensor", elementType: "f32", dimensions: [3] };
const typeSpec = { name: "", shape: [3] };

describe("each type", () => {
  test.each<[string, AttributeSpec, unknown]>([
    ["a number", { float: 0.5 }, { type: "float", value: 0.5 }],
    ["an integer", { int: -(2n ** 63n) }, { type: "int", value: -(2n ** 63n) }],
    ["text", { string: "SAME_UPPER" }, { type: "string", value: "SAME_UPPER" }],
    ["text that is not UTF-8", { string: Uint8Array.of(0xff) }, { type: "string", value: "\ufffd" }],
    ["a tensor", { tensor: tensorSpec }, { type: "tensor", value: tensor }],
    ["numbers", { floats: [1, 2] }, { type: "floats", value: Float32Array.of(1, 2) }],
    ["integers", { ints: [1, 2, 3, 4, 5, -6] }, { type: "ints", value: BigInt64Array.of(1n, 2n, 3n, 4n, 5n, -6n) }],
    ["texts", { strings: ["a", ""] }, { type: "strings", value: ["a", ""] }],
    ["tensors", { tensors: [tensorSpec] }, { type: "tensors", value: [tensor] }],
    ["a type", { valueType: typeSpec }, { type: "type", value: type }],
    [
      "types",
      { valueTypes: [typeSpec, { ...typeSpec, wrap: "sequence" }] },
      { type: "types", value: [type, { kind: "sequence", element: type }] },
    ],
    ["no numbers", { floats: [] }, { type: "floats", value: new Float32Array(0) }],
  ])("%s", async (_, attribute, expected) => {
    expect(await read(attribute)).toEqual(expected);
  });

  test("graphs, which see the values around them", async () => {
    expect(await read({ graph: branch })).toMatchObject({ type: "graph", value: { captures: ["x"] } });
    expect(await read({ graphs: [branch, branch] })).toMatchObject({
      value: [{ captures: ["x"] }, { captures: ["x"] }],
    });
  });

  test("zeros, empty texts and empty lists that the writer left out", async () => {
    expect(await read({ nothing: true, type: 1 })).toEqual({ type: "float", value: 0 });
    expect(await read({ nothing: true, type: 2 })).toEqual({ type: "int", value: 0n });
    expect(await read({ nothing: true, type: 3 })).toEqual({ type: "string", value: "" });
    expect(await read({ nothing: true, type: 7 })).toEqual({ type: "ints", value: new BigInt64Array(0) });
    expect(await read({ nothing: true, type: 10 })).toEqual({ type: "graphs", value: [] });
  });
});

describe("what is refused", () => {
  test.each<[string, AttributeSpec, string, string]>([
    ["no type", { nothing: true }, "import/attribute", "0"],
    ["a type ONNX does not have", { int: 1, type: 15 }, "import/attribute", "15"],
    ["a value of another type", { ints: [1], type: 2 }, "import/attribute", "one in ints"],
    ["a tensor that is not there", { nothing: true, type: 4 }, "import/attribute", "none"],
    ["a graph that is not there", { nothing: true, type: 5 }, "import/attribute", "none"],
    ["a reference outside functions", { reference: "b" }, "import/attribute", 'a reference to "b"'],
    ["a sparse tensor", { sparse: tensorSpec }, "import/sparse-tensor", 'attribute "a"'],
    ["a tensor without data", { tensor: { shape: [2] } }, "import/tensor-data", "0"],
    ["a tensor of text", { tensor: { type: 8, shape: [0] } }, "import/element-type", "STRING"],
  ])("%s, at its node", async (_, attribute, code, found) => {
    const problems = await problemsOf(model(withAttribute(attribute)));
    expect(problems).toMatchObject([{ code, found, at: { name: "node", operator: "Custom" } }]);
  });

  test("an attribute without a name", async () => {
    expect(await problemsOf(model(withAttribute({ int: 1 }, "")))).toMatchObject([{ code: "import/attribute" }]);
  });
});
