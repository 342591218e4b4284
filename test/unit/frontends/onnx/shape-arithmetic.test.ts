/** What decides shapes is computed while importing, exactly; what does not is left to the graph. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import type { NodeSpec } from "../../../support/onnx-writer.js";
import { imported, int64s, run, single, type Spec } from "./importing.js";

const node = (
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: NodeSpec["attributes"] = {},
) => ({
  operator,
  inputs,
  outputs: [output],
  attributes,
});

/** Ops of the graph without constants. */
async function opsOf(spec: Spec): Promise<readonly string[]> {
  const { nodes } = await imported(spec);
  return nodes.map(({ op }) => op.name).filter((name) => name !== "constant");
}

test("the flattening that PyTorch exports: Shape, Gather, Unsqueeze, Concat, Reshape", async () => {
  const spec: Spec = {
    opset: 13,
    inputs: [{ name: "x", shape: [2, 3, 4] }],
    outputs: [{ name: "y" }],
    initializers: [int64s("zero", 0), int64s("minus", -1), { name: "index", type: "i64", shape: [], int64s: [0] }],
    nodes: [
      node("Shape", ["x"], "shape"),
      node("Gather", ["shape", "index"], "batch"),
      node("Unsqueeze", ["batch", "zero"], "list"),
      node("Concat", ["list", "minus"], "target", { axis: { int: 0 } }),
      node("Reshape", ["x", "target"], "y"),
    ],
  };
  expect(await opsOf(spec)).toEqual(["reshape"]);
  expect((await imported(spec)).outputs[0]?.value.type.shape).toEqual([2, 12]);
});

test("half the size along an axis, by Slice, Div, Mul and Cast", async () => {
  const spec: Spec = {
    opset: 13,
    inputs: [{ name: "x", shape: [1, 7] }],
    outputs: [{ name: "y" }],
    initializers: [int64s("one", 1), int64s("two", 2), int64s("end", 2n ** 63n - 1n), int64s("zero", 0)],
    nodes: [
      node("Shape", ["x"], "shape"),
      node("Slice", ["shape", "one", "end"], "width"),
      node("Div", ["width", "two"], "half"),
      node("Cast", ["half", "ignored"].slice(0, 1), "real", { to: { int: 1 } }),
      node("Floor", ["real"], "floor"),
      node("Cast", ["floor"], "count", { to: { int: 7 } }),
      node("Slice", ["x", "zero", "count", "one"], "y"),
    ],
  };
  expect(await run(spec, { x: tensor("f32", [1, 7], [1, 2, 3, 4, 5, 6, 7]) })).toEqual({ y: [1, 2, 3] });
});

test("integers are exact to 64 bits, and wrap there", async () => {
  const spec: Spec = {
    opset: 13,
    outputs: [{ name: "sum" }, { name: "product" }, { name: "less" }],
    initializers: [int64s("a", 2n ** 62n, 3n ** 20n), int64s("b", 2n ** 62n, 3n ** 19n), int64s("by", 2n ** 40n)],
    nodes: [
      node("Add", ["a", "b"], "wide"),
      node("Div", ["wide", "by"], "sum"),
      node("Mul", ["a", "b"], "wider"),
      node("Div", ["wider", "by"], "product"),
      node("Less", ["b", "a"], "less"),
    ],
  };
  expect(await run(spec, {})).toEqual({
    sum: [-(2n ** 23n), (3n ** 20n + 3n ** 19n) / 2n ** 40n],
    product: [0n, BigInt.asIntN(64, 3n ** 39n) / 2n ** 40n],
    less: [0, 1],
  });
});

test("elements that are only moved keep their bits, whatever their type", async () => {
  const spec: Spec = {
    opset: 13,
    outputs: [{ name: "y" }],
    initializers: [
      { name: "half", type: "f16", shape: [2, 2], int32s: [0x7c01, 0x8000, 0x3c00, 1] },
      int64s("repeats", 1, 2),
    ],
    nodes: [node("Transpose", ["half"], "t"), node("Tile", ["t", "repeats"], "y")],
  };
  expect(await run(spec, {})).toEqual({ y: [0x7c01, 0x3c00, 0x7c01, 0x3c00, 0x8000, 1, 0x8000, 1] });
});

test("what is known but long stays a node", async () => {
  const spec = single("ConstantOfShape", 21, { initializers: [int64s("shape", 1000, 1000)] });
  expect(await opsOf(spec)).toEqual(["broadcast"]);
});

test("a range of billions is refused, not made", async () => {
  const scalar = (name: string, value: number) => ({ name, type: "i64", shape: [], int64s: [value] }) as const;
  const spec = single("Range", 21, { initializers: [scalar("from", 0), scalar("to", 2 ** 40), scalar("by", 1)] });
  await expect(imported(spec)).rejects.toMatchObject({ code: "import/limit" });
});

test("folding = computing: the same operators on constants and on inputs give the same", async () => {
  const small = fc.integer({ min: -9, max: 9 });
  const list = fc.array(small, { minLength: 4, maxLength: 4 });
  const operators = fc.constantFrom("Add", "Sub", "Mul", "Max", "Min", "Div", "Mod", "Equal", "Less", "GreaterOrEqual");
  const types = fc.constantFrom("f32" as const, "i32" as const, "i64" as const);
  const property = fc.asyncProperty(operators, types, list, list, async (operator, type, a, b) => {
    const bothWays = (operator === "Mod" && type === "f32") || b.includes(0) ? "Add" : operator;
    const values = { a: converted(type, a), b: converted(type, b) };
    const inputs = ["a", "b"].map((name) => ({ name, type, shape: [4] }));
    const spec = single(bothWays, 17, { inputs });
    expect(await run(spec, {}, { constants: values })).toEqual(await run(spec, values));
  });
  await fc.assert(property, { numRuns: 200, seed: 3 });
});

function converted(type: "f32" | "i32" | "i64", values: readonly number[]) {
  return tensor(type, [values.length], values);
}
