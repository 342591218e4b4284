/** u32 is computed in the bits of i32, and what orders numbers or divides them still sees them as they are. */
import { describe, expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { executors } from "../../../support/executors.js";
import { imported, int64s, run, single } from "./importing.js";

const top = 2 ** 32 - 1;
const x = { name: "x", type: "u32", shape: [3] } as const;
const given = { x: tensor("u32", [3], [5, top, 7]) };

describe("u32", () => {
  test.each([
    ["ReduceMax", [top]],
    ["ReduceMin", [5]],
    ["ReduceMean", [Math.floor((top + 12) / 3)]],
    ["ReduceSum", [11]],
    ["ArgMax", [1n]],
    ["ArgMin", [0n]],
  ])("%s", async (operator, expected) => {
    expect(await run(single(operator, 13, { inputs: [x] }), given)).toEqual({ y: expected });
  });

  test.each([
    ["max", top],
    ["min", 5],
  ])("ScatterElements %s", async (reduction, expected) => {
    const spec = single("ScatterElements", 18, {
      inputs: [x, { name: "updates", type: "u32", shape: [1] }],
      initializers: [int64s("at", 0)],
      operands: ["x", "at", "updates"],
      attributes: { reduction: { string: reduction } },
    });
    const inputs = { ...given, updates: tensor("u32", [1], [top]) };
    expect(await run(spec, inputs)).toEqual({ y: [expected, top, 7] });
  });
});

test("the largest of known u64 is not read as negative", async () => {
  const spec = single("ReduceMax", 18, { inputs: [{ name: "x", type: "u64", shape: [2] }] });
  const known = { elementType: "u64", shape: [2], data: BigUint64Array.of(2n ** 64n - 1n, 1n) } as const;
  const { outputs } = await imported(spec, { constants: { x: known } });
  expect(outputs).toHaveLength(1);
  expect(await run(spec, {}, { constants: { x: known } })).toEqual({ y: [2n ** 64n - 1n] });
});

test("64-bit integers are added twice", async () => {
  const nodes = [
    { operator: "Add", inputs: ["x", "one"], outputs: ["more"] },
    { operator: "Add", inputs: ["more", "one"], outputs: ["y"] },
  ];
  const inputs = [{ name: "x", type: "i64", shape: [2] }] as const;
  const graph = await imported({
    opset: 21,
    nodes,
    inputs,
    initializers: [int64s("one", 1)],
    outputs: [{ name: "y" }],
  });
  const data = { x: { elementType: "i64", shape: [2], data: BigInt64Array.of(2n ** 62n, -3n) } } as const;
  for (const executor of executors)
    expect([...((await executor.run(graph, data)).get("y")?.data ?? [])]).toEqual([2n ** 62n + 2n, -1n]);
});

test("what was negative is large as u64, whatever was known of it before", async () => {
  const to = (type: number) => ({ to: { int: type } });
  const nodes = [
    { operator: "Cast", inputs: ["x"], outputs: ["wide"], attributes: to(7) },
    { operator: "Min", inputs: ["wide", "five"], outputs: ["small"] },
    { operator: "Max", inputs: ["small", "least"], outputs: ["between"] },
    { operator: "Cast", inputs: ["between"], outputs: ["unsigned"], attributes: to(13) },
    { operator: "Cast", inputs: ["zero"], outputs: ["nothing"], attributes: to(13) },
    { operator: "Cast", inputs: ["three"], outputs: ["divisor"], attributes: to(13) },
    { operator: "Max", inputs: ["unsigned", "nothing"], outputs: ["most"] },
    { operator: "Div", inputs: ["most", "divisor"], outputs: ["third"] },
    { operator: "Cast", inputs: ["third"], outputs: ["y"], attributes: to(7) },
  ];
  const initializers = [int64s("five", 5), int64s("least", -5), int64s("zero", 0), int64s("three", 3)];
  const inputs = [{ name: "x", type: "i32", shape: [1] }] as const;
  const spec = { opset: 21, nodes, inputs, initializers, outputs: [{ name: "y" }] };
  expect(await run(spec, { x: tensor("i32", [1], [-5]) })).toEqual({ y: [6148914691236517203n] });
});
