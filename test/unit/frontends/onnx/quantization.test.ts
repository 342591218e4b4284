/** Quantised arithmetic and running sums. */
import { expect, test } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { int64s, refusal, run, single } from "./importing.js";

const scalar = (name: string, type: "f32" | "i8" | "u8", value: number) =>
  type === "f32" ? { name, type, shape: [], floats: [value] } : { name, type, shape: [], int32s: [value] };

test("quantising rounds halves to even and saturates", async () => {
  const initializers = [scalar("scale", "f32", 2), scalar("zero", "i8", -100)];
  const spec = single("QuantizeLinear", 13, { inputs: [{ name: "x", shape: [4] }], initializers });
  expect(await run(spec, { x: tensor("f32", [4], [5, 7, 1000, -1000]) })).toEqual({ y: [-98, -96, 127, -128] });
});

test("scales may be one for each channel", async () => {
  const initializers = [{ name: "scale", shape: [2], floats: [1, 10] }];
  const spec = single("DequantizeLinear", 13, { inputs: [{ name: "x", type: "u8", shape: [1, 2, 2] }], initializers });
  expect(await run(spec, { x: tensor("u8", [1, 2, 2], [1, 2, 3, 255]) })).toEqual({ y: [1, 2, 30, 2550] });
  const wrong = { ...spec, initializers: [{ name: "scale", shape: [3], floats: [1, 2, 3] }] };
  expect((await refusal(wrong))[0]?.code).toBe("import/operand");
});

test("zero points are taken off before the product", async () => {
  const inputs = [{ name: "a", type: "u8", shape: [1, 2] } as const];
  const b = { name: "b", type: "i8", shape: [2, 1], int32s: [3, -4] } as const;
  const spec = single("MatMulInteger", 10, {
    inputs,
    initializers: [b, scalar("za", "u8", 128), scalar("zb", "i8", 1)],
  });
  expect(await run(spec, { a: tensor("u8", [1, 2], [130, 127]) })).toEqual({ y: [2 * 2 + -1 * -5] });
});

test("running sums, from either end, with or without the element itself", async () => {
  const of = (attributes: Readonly<Record<string, { readonly int: number }>>) =>
    run(single("CumSum", 14, { inputs: [{ name: "x", shape: [5] }], initializers: [int64s("axis", 0)], attributes }), {
      x: tensor("f32", [5], [1, 2, 3, 4, 5]),
    });
  expect(await of({})).toEqual({ y: [1, 3, 6, 10, 15] });
  expect(await of({ exclusive: { int: 1 } })).toEqual({ y: [0, 1, 3, 6, 10] });
  expect(await of({ reverse: { int: 1 } })).toEqual({ y: [15, 14, 12, 9, 5] });
  expect(await of({ reverse: { int: 1 }, exclusive: { int: 1 } })).toEqual({ y: [14, 12, 9, 5, 0] });
});
