/** Element types: what is computed in another type than the model's looks as if it were not. */
import { describe, expect, test } from "vitest";
import type { ElementType } from "../../../../src/ir/types/element-type.js";
import { encodeF16 } from "../../../../src/ir/types/half.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { executors, reference, type Tensors } from "../../../support/executors.js";
import { imported, int64s, refusal, run, single, type Spec } from "./importing.js";

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

describe("64-bit integers are exact", () => {
  const [large, least] = [2n ** 53n + 1n, -(2n ** 63n)];
  const x = { elementType: "i64", shape: [3], data: BigInt64Array.of(large, least, -7n) } as const;
  const input = { name: "x", type: "i64", shape: [3] } as const;

  /** Outputs of the model from everything that can run it, which must agree. */
  async function everywhere(spec: Spec, inputs: Tensors): Promise<readonly (number | bigint)[]> {
    const graph = await imported(spec);
    const [first, ...others] = await Promise.all(
      [reference, ...executors].map(async (each) => [...((await each.run(graph, inputs)).get("y")?.data ?? [])]),
    );
    for (const other of others) expect(other).toEqual(first);
    return first;
  }

  test("where they are only moved", async () => {
    const nodes = [
      { operator: "Identity", inputs: ["x"], outputs: ["same"] },
      { operator: "Slice", inputs: ["same", "start", "end"], outputs: ["part"] },
      { operator: "Concat", inputs: ["part", "x", "big"], outputs: ["y"], attributes: { axis: { int: 0 } } },
    ];
    const initializers = [int64s("start", 1), int64s("end", 2), int64s("big", 2n ** 62n)];
    const spec = { opset: 13, nodes, inputs: [input], initializers, outputs: [{ name: "y" }] };
    expect(await everywhere(spec, { x })).toEqual([least, large, least, -7n, 2n ** 62n]);
  });

  test.each([
    ["Add", [large + 3n, least + 3n, -4n]],
    ["Sub", [large - 3n, 2n ** 63n - 3n, -10n]],
    ["Mul", [3n * large, least, -21n]],
    ["Div", [large / 3n, least / 3n, -2n]],
    ["Mod", [0n, 1n, 2n]],
    ["Max", [large, 3n, 3n]],
    ["Less", [0, 1, 1]],
    ["Equal", [0, 0, 0]],
  ] as const)("%s of inputs and a constant", async (operator, expected) => {
    const spec = single(operator, 14, { inputs: [input], initializers: [int64s("three", 3)] });
    expect(await everywhere(spec, { x })).toEqual(expected);
  });

  test("in sums, and to and from floats", async () => {
    const sum = single("ReduceSum", 13, { inputs: [input], attributes: { keepdims: { int: 0 } } });
    expect(await everywhere(sum, { x })).toEqual([large + least - 7n]);
    const down = single("Cast", 13, { inputs: [input], attributes: { to: { int: 11 } } });
    expect(await everywhere(down, { x })).toEqual([2 ** 53, -(2 ** 63), -7]);
    const up = single("Cast", 13, {
      inputs: [{ name: "x", type: "f64", shape: [3] }],
      attributes: { to: { int: 7 } },
    });
    expect(await everywhere(up, { x: tensor("f64", [3], [2 ** 53, -3.9, 1e30]) })).toEqual([
      2n ** 53n,
      -3n,
      2n ** 63n - 1n,
    ]);
  });

  test("in products of matrices, positions, sorting and scattering", async () => {
    const column = { ...int64s("b", 1n, 1n, 2n ** 40n), shape: [3, 1] };
    const product = single("MatMul", 13, { inputs: [{ ...input, shape: [1, 3] }], initializers: [column] });
    const matrix = { x: { ...x, shape: [1, 3] } };
    expect(await everywhere(product, matrix)).toEqual([large + least - 7n * 2n ** 40n]);
    const near = { x: { ...x, data: BigInt64Array.of(large - 1n, large, least) } };
    const place = single("ArgMax", 13, { inputs: [input], attributes: { keepdims: { int: 0 } } });
    expect(await everywhere(place, near)).toEqual([1n]);
    const sorted = single("TopK", 11, { inputs: [input], initializers: [int64s("k", 2)], outputs: ["y", "i"] });
    expect(await everywhere(sorted, near)).toEqual([large, large - 1n]);
    const scattered = single("ScatterElements", 18, {
      inputs: [input],
      initializers: [int64s("at", 2, 0), int64s("by", 2n ** 62n, -1n)],
    });
    expect(await everywhere(scattered, { x })).toEqual([-1n, least, 2n ** 62n]);
  });

  test("u64 beyond the signed ones", async () => {
    const top = 2n ** 64n - 1n;
    const inputs = { a: { elementType: "u64", shape: [2], data: BigUint64Array.of(top, 5n) } } as const;
    const one = { name: "b", type: "u64", shape: [1], uint64s: [2n ** 63n] } as const;
    const operands = { inputs: [{ name: "a", type: "u64", shape: [2] } as const], initializers: [one] };
    expect(await everywhere(single("Div", 14, operands), inputs)).toEqual([1n, 0n]);
    expect(await everywhere(single("Max", 13, operands), inputs)).toEqual([top, 2n ** 63n]);
    expect(await everywhere(single("Greater", 13, operands), inputs)).toEqual([1, 0]);
  });

  test("and in 32 bits where nothing else can come out: positions, sizes, and sums of them", async () => {
    const nodes = [
      { operator: "ArgMax", inputs: ["f"], outputs: ["at"], attributes: { keepdims: { int: 0 } } },
      { operator: "Mul", inputs: ["at", "twenty"], outputs: ["scaled"] },
      { operator: "Add", inputs: ["scaled", "twenty"], outputs: ["y"] },
    ];
    const inputs = [{ name: "f", shape: [4, 2] }];
    const graph = await imported({
      opset: 13,
      nodes,
      inputs,
      initializers: [int64s("twenty", 20)],
      outputs: [{ name: "y" }],
    });
    expect(graph.nodes.flatMap(({ results }) => results.map(({ type }) => type.elementType))).toEqual([
      "i32",
      "i32",
      "i32",
      "i32",
      "i64",
    ]);
  });
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

describe("BitCast", () => {
  const cast = (type: ElementType, to: number, shape: readonly number[] = [2]) =>
    single("BitCast", 26, { inputs: [{ name: "x", type, shape }], attributes: { to: { int: to } } });
  test.each([
    ["f32", 6, [1, -2], [0x3f800000, -0x40000000]],
    ["f16", 4, [1, -2], [0x3c00, 0xc000]],
    ["i16", 4, [-1, 2], [65535, 2]],
    ["u32", 6, [2 ** 32 - 1, 2], [-1, 2]],
    ["i32", 1, [0x3f800000, 0], [1, 0]],
    ["i64", 13, [-1, 2], [2n ** 64n - 1n, 2n]],
    ["bool", 2, [1, 0], [1, 0]],
  ] as const)("of %s to type %s", async (type, to, values, expected) => {
    const x =
      type === "f16" ? { ...tensor("u16", [2], values.map(encodeF16)), elementType: type } : tensor(type, [2], values);
    expect(await run(cast(type, to), { x })).toEqual({ y: expected });
  });
  test("of values that are known, and of 64-bit integers that were computed in i32", async () => {
    const attributes = { to: { int: 11 } };
    const spec = single("BitCast", 26, { initializers: [int64s("w", 0x3ff0000000000000n)], attributes });
    expect(await run(spec, {})).toEqual({ y: [1] });
    const nodes = [
      { operator: "Cast", inputs: ["x"], outputs: ["wide"], attributes: { to: { int: 7 } } },
      { operator: "BitCast", inputs: ["wide"], outputs: ["y"], attributes },
    ];
    const narrow = {
      opset: 26,
      nodes,
      inputs: [{ name: "x", type: "i32" as const, shape: [1] }],
      outputs: [{ name: "y" }],
    };
    expect(await run(narrow, { x: tensor("i32", [1], [1]) })).toEqual({ y: [5e-324] });
  });
  test("is refused between sizes, and to bool", async () => {
    expect(await refusal(cast("f32", 7))).toMatchObject([{ code: "bit_cast/C1" }]);
    expect(await refusal(cast("u8", 9))).toMatchObject([{ code: "bit_cast/C2" }]);
  });
});
