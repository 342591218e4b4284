/** Small files that ask for much: refused before memory is taken, in bounded time. */
import { expect, test } from "vitest";
import type { NodeSpec, TensorSpec } from "../../../support/onnx-writer.js";
import { imported, int64s, refusal, run, single } from "./importing.js";

const scalar = (name: string, value: number, type: "i64" | "f32" = "i64"): TensorSpec =>
  type === "i64" ? { name, type, shape: [], int64s: [value] } : { name, type, shape: [], floats: [value] };

test("many long ranges", async () => {
  const nodes: NodeSpec[] = Array.from({ length: 50 }, (_, i) => ({
    operator: "Range",
    inputs: ["from", "to", "by"],
    outputs: [`y${i}`],
  }));
  const initializers = [scalar("from", 0), scalar("to", 2 ** 20), scalar("by", 1)];
  const [problem] = await refusal({ opset: 13, nodes, initializers, outputs: [{ name: "y0" }] });
  expect(problem?.code).toBe("import/limit");
});

test("a triangle of a tensor that would have too many places", async () => {
  const spec = single("Trilu", 14, { inputs: [{ name: "x", shape: [2 ** 29, 1] }] });
  expect((await refusal(spec))[0]?.code).toBe("import/limit");
});

test("tensors larger than all that may be", async () => {
  const spec = single("Expand", 13, { inputs: [{ name: "x", shape: [1] }], initializers: [int64s("shape", 2 ** 30)] });
  expect((await refusal(spec))[0]?.code).toBe("import/shape");
});

test("a split into more pieces than there are outputs", async () => {
  const spec = single("Split", 18, {
    inputs: [{ name: "x", shape: [8] }],
    attributes: { num_outputs: { int: 2 ** 40 } },
  });
  expect((await refusal(spec))[0]?.code).toBe("import/shape");
});

test("padding that wraps around a thousand times", async () => {
  const spec = single("Pad", 19, {
    inputs: [{ name: "x", shape: [1] }],
    initializers: [int64s("pads", 1000, 0)],
    attributes: { mode: { string: "wrap" } },
  });
  expect((await refusal(spec))[0]?.code).toBe("import/shape");
});

test("numbers of different types where one type is asked for", async () => {
  const initializers = [scalar("from", 0), scalar("to", 3), scalar("by", 1.1, "f32")];
  expect((await refusal(single("Range", 13, { initializers })))[0]?.code).toBe("import/operand");
});

test("the largest integer as an attribute means to the end, too", async () => {
  const nodes: NodeSpec[] = [
    { operator: "Constant", outputs: ["end"], attributes: { value_ints: { ints: [2n ** 63n - 1n] } } },
    { operator: "Slice", inputs: ["x", "start", "end"], outputs: ["y"] },
  ];
  const parts = { inputs: [{ name: "x", shape: [3] }], initializers: [int64s("start", 1)], outputs: [{ name: "y" }] };
  expect((await imported({ opset: 13, nodes, ...parts })).outputs[0]?.value.type.shape).toEqual([2]);
});

test("a nest of empty lists is no trouble", async () => {
  const spec = single("Concat", 13, { initializers: [int64s("a"), int64s("b")], attributes: { axis: { int: 0 } } });
  expect(await run(spec, {})).toEqual({ y: [] });
});
