/** Element types: what is computed in another type than the model's looks as if it were not. */
import { describe, expect, test } from "vitest";
import type { ElementType } from "../../../../src/ir/types/element-type.js";
import { encodeF16 } from "../../../../src/ir/types/half.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { imported, run, single } from "./importing.js";

const pair = (type: ElementType, shape: readonly number[]) => [
  { name: "a", type, shape },
  { name: "b", type, shape },
];

function both(type: ElementType, a: readonly number[], b: readonly number[]): Record<string, Tensor> {
  return { a: tensor(type, [a.length], a), b: tensor(type, [b.length], b) };
}

describe("narrow integers wrap after each operation", () => {
  test.each([
    ["Add", "u8", [200, 255], [100, 1], [44, 0]],
    ["Sub", "u8", [0, 5], [1, 10], [255, 251]],
    ["Mul", "i8", [100, -128], [2, -1], [-56, -128]],
    ["Add", "i16", [32767], [1], [-32768]],
    ["Mul", "u16", [65535], [65535], [1]],
  ] as const)("%s of %s", async (operator, type, a, b, expected) => {
    const spec = single(operator, 14, { inputs: pair(type, [a.length]) });
    expect(await run(spec, both(type, a, b))).toEqual({ y: expected });
  });
});

describe("u32 is unsigned although it is computed in i32", () => {
  const top = 2 ** 32 - 1;
  test.each([
    ["Div", [top, 7], [2, 7], [2 ** 31 - 1, 1]],
    ["Mod", [top, 7], [10, 4], [5, 3]],
    ["Max", [top, 1], [1, 2], [top, 2]],
    ["Add", [top, 1], [2, 2], [1, 3]],
    ["Mul", [2 ** 31, 3], [2, 3], [0, 9]],
    ["Less", [top, 1], [1, top], [0, 1]],
    ["Equal", [top, 1], [top, top], [1, 0]],
  ] as const)("%s", async (operator, a, b, expected) => {
    const spec = single(operator, 13, { inputs: pair("u32", [2]) });
    expect(await run(spec, both("u32", a, b))).toEqual({ y: expected });
  });
  test("shifted right, zeros move in", async () => {
    const spec = single("BitShift", 13, { inputs: pair("u32", [2]), attributes: { direction: { string: "RIGHT" } } });
    expect(await run(spec, both("u32", [top, 16], [31, 2]))).toEqual({ y: [1, 4] });
  });
  test("cast to floats and from them", async () => {
    const up = single("Cast", 13, {
      inputs: [{ name: "x", type: "u32", shape: [1] }],
      attributes: { to: { int: 11 } },
    });
    expect(await run(up, { x: tensor("u32", [1], [top]) })).toEqual({ y: [top] });
    const down = single("Cast", 13, {
      inputs: [{ name: "x", type: "f64", shape: [2] }],
      attributes: { to: { int: 12 } },
    });
    expect(await run(down, { x: tensor("f64", [2], [3e9, -1]) })).toEqual({ y: [3e9, 0] });
  });
});

test("64-bit integers come in and go out as BigInts", async () => {
  const spec = single("Add", 13, { inputs: pair("i64", [2]) });
  expect(await run(spec, both("i64", [1, -5], [2, 3]))).toEqual({ y: [3n, -2n] });
  const graph = await imported(spec);
  expect([...graph.inputs, ...graph.outputs].map(({ value }) => value.type.elementType)).toEqual(["i64", "i64", "i64"]);
});

test("64-bit constants that do not fit 32 bits are refused where they would be computed with or put out", async () => {
  const big = { name: "big", type: "i64", shape: [1], int64s: [2n ** 31n] } as const;
  const added = single("Add", 13, { inputs: [{ name: "x", type: "i64", shape: [1] }], initializers: [big] });
  const out = single("Identity", 13, { initializers: [big] });
  for (const spec of [added, out]) await expect(imported(spec)).rejects.toMatchObject({ code: "import/integer-range" });
});

test("f16 is computed in f32 and rounded at the end", async () => {
  const spec = single("Add", 13, { inputs: pair("f16", [1]) });
  const inputs = both("f16", [encodeF16(1)], [encodeF16(2 ** -11)]);
  expect(await run(spec, inputs)).toEqual({ y: [encodeF16(1)] });
});

test("a cast to f16 and back rounds", async () => {
  const cast = (name: string, to: number, output: string) => ({
    operator: "Cast",
    inputs: [name],
    outputs: [output],
    attributes: { to: { int: to } },
  });
  const spec = {
    opset: 13,
    nodes: [cast("x", 10, "h"), cast("h", 1, "y")],
    inputs: [{ name: "x", shape: [1] }],
    outputs: [{ name: "y" }],
  };
  expect(await run(spec, { x: tensor("f32", [1], [1 + 2 ** -12]) })).toEqual({ y: [1] });
});

test("operands of different types are refused, even where they are computed in the same", async () => {
  const [a, b] = [{ name: "a", type: "i64", shape: [1] } as const, { name: "b", type: "i32", shape: [1] } as const];
  await expect(imported(single("Add", 13, { inputs: [a, b] }))).rejects.toMatchObject({ code: "import/operand" });
});
