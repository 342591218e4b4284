/** Recurrent layers beyond what the backend suite has: directions, limits, and what is refused. */
import { describe, expect, test } from "vitest";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import { numbers, tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import type { AttributeSpec, TensorSpec } from "../../../support/onnx-writer.js";
import { sequence } from "../../../support/integers.js";
import { imported, int64s, refusal, single, type Spec } from "./importing.js";

const gates = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Operator = keyof typeof gates;
const [steps, batch, size, hidden] = [3, 2, 2, 2];

/** Weights between −1 and 1 for each direction, the same for the same seed. */
function weights(operator: Operator, seeds: readonly number[]): readonly TensorSpec[] {
  const rows = gates[operator] * hidden;
  const values = (count: number, salt: number) =>
    seeds.flatMap((seed) => {
      const next = sequence(seed * 10 + salt);
      return Array.from({ length: count }, () => Math.fround(next() * 2 - 1));
    });
  return [
    { name: "w", shape: [seeds.length, rows, size], floats: values(rows * size, 1) },
    { name: "r", shape: [seeds.length, rows, hidden], floats: values(rows * hidden, 2) },
    { name: "b", shape: [seeds.length, 2 * rows], floats: values(2 * rows, 3) },
  ];
}

function layer(
  operator: Operator,
  direction: string,
  seeds: readonly number[],
  more: Record<string, AttributeSpec> = {},
): Spec {
  const attributes = { hidden_size: { int: hidden }, direction: { string: direction }, ...more };
  const outputs = operator === "LSTM" ? ["y", "h", "c"] : ["y", "h"];
  const inputs = [{ name: "x", shape: [steps, batch, size] }];
  return single(operator, 14, { inputs, initializers: weights(operator, seeds), attributes, outputs });
}

const next = sequence(99);
const x = tensor(
  "f32",
  [steps, batch, size],
  Array.from({ length: steps * batch * size }, () => next() * 4 - 2),
);

/** The steps of `y`, each [directions · batch · hidden]. */
async function outputs(spec: Spec, input: Tensor): Promise<readonly (readonly number[])[]> {
  const y = evaluateGraph(await imported(spec), { x: input }).get("y") as Tensor;
  const all = [...numbers(y)];
  return Array.from({ length: steps }, (_, i) => all.slice((i * all.length) / steps, ((i + 1) * all.length) / steps));
}

/** The steps in the other order. */
function flipped(input: Tensor): Tensor {
  const all = [...numbers(input)];
  const each = all.length / steps;
  return tensor(
    "f32",
    input.shape,
    Array.from({ length: steps }, (_, i) => all.slice((steps - 1 - i) * each, (steps - i) * each)).flat(),
  );
}

describe.each(["RNN", "GRU", "LSTM"] as const)("%s", (operator) => {
  test("in reverse is forward on the steps in reverse", async () => {
    const reverse = await outputs(layer(operator, "reverse", [1]), x);
    expect(reverse).toEqual([...(await outputs(layer(operator, "forward", [1]), flipped(x)))].reverse());
  });

  test("in both directions is both side by side", async () => {
    const forward = await outputs(layer(operator, "forward", [1]), x);
    const reverse = await outputs(layer(operator, "reverse", [2]), x);
    const both = await outputs(layer(operator, "bidirectional", [1, 2]), x);
    expect(both).toEqual(forward.map((step, i) => [...step, ...(reverse[i] ?? [])]));
  });

  test("limits what its activations take", async () => {
    const limited = await outputs(layer(operator, "forward", [1], { clip: { float: 0 } }), x);
    expect(limited.flat().every((value) => value === 0)).toBe(true);
  });

  test("with sequences of one length only", async () => {
    const spec = layer(operator, "forward", [1]);
    const names = ["x", "w", "r", "b", "lengths"];
    const withLengths = (...lengths: readonly number[]): Spec => ({
      ...spec,
      nodes: spec.nodes?.map((node) => ({ ...node, inputs: names })) ?? [],
      initializers: [...(spec.initializers ?? []), { ...int64s("lengths", ...lengths), type: "i32", int32s: lengths }],
    });
    expect(await outputs(withLengths(steps, steps), x)).toEqual(await outputs(spec, x));
    expect((await refusal(withLengths(steps, 1)))[0]?.code).toBe("import/unsupported-form");
  });
});

test("activations that are not known, and weights of another size, are refused", async () => {
  const unknown = layer("RNN", "forward", [1], { activations: { strings: ["Affine"] } });
  expect((await refusal(unknown))[0]?.code).toBe("import/unsupported-form");
  const small = layer("GRU", "forward", [1], { hidden_size: { int: 1 } });
  expect((await refusal(small))[0]?.code).toBe("import/operand");
});
