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

  /** The layer with a length for each sequence, known while importing or not. */
  function withLengths(spec: Spec, lengths: readonly number[], isKnown: boolean): Spec {
    const names = ["x", "w", "r", "b", "lengths"];
    const nodes = spec.nodes?.map((node) => ({ ...node, inputs: names })) ?? [];
    if (!isKnown)
      return { ...spec, nodes, inputs: [...(spec.inputs ?? []), { name: "lengths", type: "i32", shape: [batch] }] };
    const known = { ...int64s("lengths", ...lengths), type: "i32", int32s: lengths } as const;
    return { ...spec, nodes, initializers: [...(spec.initializers ?? []), known] };
  }

  test.each([true, false])("ends each sequence after its own length, known while importing: %s", async (isKnown) => {
    const spec = layer(operator, "forward", [1]);
    const lengths = tensor("i32", [batch], [steps, 1]);
    const run = async (given: Spec) => {
      const inputs = isKnown ? { x } : { x, lengths };
      const found = evaluateGraph(await imported(withLengths(given, [steps, 1], isKnown)), inputs);
      return ["y", "h"].map((name) => [...numbers(found.get(name) as Tensor)]);
    };
    const [first, ...later] = await outputs(spec, x);
    const [own, other] = [
      (step: readonly number[]) => step.slice(0, hidden),
      (step: readonly number[]) => step.slice(hidden),
    ];
    const [y, h] = await run(spec);
    expect(y).toEqual([...first, ...later.flatMap((step) => [...own(step), 0, 0])]);
    expect(h).toEqual([...own(later[later.length - 1]), ...other(first)]);
    const [backwards] = await run(layer(operator, "reverse", [1]));
    expect(backwards.slice(hidden, 2 * hidden)).toEqual(other(first));
    expect(backwards.filter((_, i) => i >= 2 * hidden && i % (2 * hidden) >= hidden)).toEqual([0, 0, 0, 0]);
  });

  test("sequences that all have all steps are as those without lengths", async () => {
    const spec = layer(operator, "forward", [1]);
    expect(await outputs(withLengths(spec, [steps, steps], true), x)).toEqual(await outputs(spec, x));
  });
});

test("activations take their parameters in the order of those that have some", async () => {
  const plain = layer("GRU", "forward", [1], { activations: { strings: ["HardSigmoid", "Affine"] } });
  const given = layer("GRU", "forward", [1], {
    activations: { strings: ["hardsigmoid", "affine"] },
    activation_alpha: { floats: [0.2, 1] },
    activation_beta: { floats: [0.5, 0] },
  });
  expect(await outputs(given, x)).toEqual(await outputs(plain, x));
  const constant = layer("RNN", "forward", [1], {
    activations: { strings: ["Affine"] },
    activation_alpha: { floats: [0] },
    activation_beta: { floats: [0.75] },
  });
  expect((await outputs(constant, x)).flat().every((value) => value === 0.75)).toBe(true);
});

test("activations that are not known, and weights of another size, are refused", async () => {
  const unknown = layer("RNN", "forward", [1], { activations: { strings: ["Mish"] } });
  expect((await refusal(unknown))[0]?.code).toBe("import/unsupported-form");
  const small = layer("GRU", "forward", [1], { hidden_size: { int: 1 } });
  expect((await refusal(small))[0]?.code).toBe("import/operand");
});
