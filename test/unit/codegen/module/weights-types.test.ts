/** `weights`: what is rounded, what it takes in the file, and that every target computes with the same numbers. */
import { describe, expect, test } from "vitest";
import { compile, lower, type CompileOptions } from "../../../../src/compile.js";
import { graph } from "../../../../src/frontends/code/graph.js";
import type { Graph } from "../../../../src/ir/graph/graph.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import { numbers, tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { decodeF16, encodeF16 } from "../../../../src/runtime/half-floats.js";
import { roundWeights } from "../../../../src/passes/graph/round-weights.js";
import { emittedModule } from "../../../support/dense-module.js";
import { importEmitted } from "../../../support/import-module.js";
import { expectClose } from "../../../support/same-meaning.js";
import { passContext } from "../../../support/pass-context.js";

const wave = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(3 * i + 1));

/** Two convolutions, the first one by Winograd's algorithm where that is taken, and a transposed one. */
function net(scale = 1): Graph {
  const weights = (count: number) => wave(count).map((value) => value * scale);
  return graph("net", (t) => {
    const x = t.input("x", [1, 12, 12, 16]);
    const first = t.conv2d(x, t.parameter("w1", [3, 3, 16, 32], weights(4608)), { padding: "SAME" });
    const second = t.conv2d(t.relu(first), t.parameter("w2", [1, 1, 32, 16], weights(512)), {});
    const up = t.parameter("w3", [2, 2, 16, 16], weights(1024));
    t.output("y", t.conv2dTranspose(second, up, { strides: 2 }));
  });
}

const input = tensor("f32", [1, 12, 12, 16], wave(2304));
const weightsBytes = 4 * (4608 + 512 + 1024);

/** The graph whose weights are rounded. */
function rounded(model: Graph, weights: "f16" | "int8"): Graph {
  return roundWeights(weights).run(model, passContext);
}

/** What loops compute directly, to a few bits. */
async function direct(model: Graph, weights: "f16" | "int8"): Promise<Float32Array> {
  const { load } = await importEmitted(await compile(model, { weights, winograd: "off" }));
  return (await load()).run({ x: input.data })["y"] as Float32Array;
}

const constants = ({ nodes }: Graph): readonly Tensor[] =>
  nodes.flatMap(({ attributes }) => ("value" in attributes ? [attributes["value"] as Tensor] : []));

describe("weights", () => {
  test.each(["f16", "int8"] as const)("%s: every target computes with the same rounded numbers", async (weights) => {
    for (const target of ["javascript", "wasm", "auto"] as const) {
      for (const winograd of ["off", "f4"] as const) {
        const outputs = async (model: Graph, options: CompileOptions) => {
          const { load } = await importEmitted(await compile(model, { ...options, target, winograd }));
          return (await load()).run({ x: input.data });
        };
        const expected = await outputs(rounded(net(), weights), { weights: "f32" });
        for (const inline of [false, true]) expect(await outputs(net(), { weights, inline })).toEqual(expected);
      }
    }
    const wanted = evaluateGraph(rounded(net(), weights), { x: input }).get("y") as Tensor;
    expectClose("y", { ...wanted, data: await direct(net(), weights) }, wanted, 1e-6);
  });

  test("take half the bytes, or a quarter and the scales, whatever the kernels read", async () => {
    const bytes = async (options: CompileOptions) => (await compile(net(), options)).stats.weightsBytes;
    for (const target of ["javascript", "wasm", "auto"] as const) {
      for (const winograd of ["off", "f2", "f4"] as const) {
        expect(await bytes({ target, winograd })).toBe(weightsBytes);
        expect(await bytes({ target, winograd, weights: "f16" })).toBe(weightsBytes / 2);
        expect(await bytes({ target, winograd, weights: "int8" })).toBe(weightsBytes / 4 + 4 * (32 + 16 + 4 * 16));
      }
    }
  });

  test("that are f16 numbers stay f16, and are f32 where that is asked for", async () => {
    const halves = (count: number) => wave(count).map((value) => decodeF16(encodeF16(value)));
    const model = graph("half", (t) => {
      t.output("y", t.matmul(t.input("x", [1, 32]), t.parameter("w", [32, 32], halves(1024))));
    });
    const bytes = async (options: CompileOptions) => (await compile(model, options)).stats.weightsBytes;
    expect(await bytes({})).toBe(2048);
    expect(await bytes({ weights: "f32" })).toBe(4096);
  });

  test("beyond f16 are refused by name, and kept by int8", async () => {
    expect(() => lower(net(100_000), { weights: "f16" })).toThrow(
      /^target\/weight-range[^]*w1[^]*numbers from -65504 to 65504[^]*--weights int8/,
    );
    expect((await compile(net(100_000), { weights: "int8" })).stats.weightsBytes).toBeLessThan(weightsBytes / 3);
    expect(() => lower(net(Infinity), { weights: "int8" })).toThrow(/^target\/weight-range/);
  });

  test("bias and other vectors are not rounded", () => {
    const model = graph("biased", (t) => {
      const sum = t.matmul(t.input("x", [1, 2]), t.parameter("w", [2, 2], wave(4)));
      t.output("y", t.add(sum, t.parameter("b", [2], wave(2))));
    });
    const [w, b] = constants(rounded(model, "f16"));
    expect([...numbers(w as Tensor)]).toEqual([...wave(4)].map((value) => decodeF16(encodeF16(value))));
    expect(b?.data).toEqual(wave(2));
  });

  test("are rounded to the nearest f16, halves to even, and once is enough", () => {
    const values = [0, -0, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, -65519, 2 ** -25, 3 * 2 ** -25, 1e-10, 0.1, Math.PI];
    const model = graph("m", (t) => {
      const w = t.parameter("w", [values.length, 2], Float32Array.from([...values, ...values]));
      t.output("y", t.matmul(t.input("x", [1, values.length]), w));
    });
    const once = rounded(model, "f16");
    const [w] = constants(once);
    const expected = [...values, ...values].map((value) => decodeF16(encodeF16(Math.fround(value))) + 0);
    expect([...numbers(w as Tensor)].map((value) => value + 0)).toEqual(expected);
    expect(rounded(once, "f16")).toBe(once);
    expect(rounded(rounded(model, "int8"), "int8")).toEqual(rounded(model, "int8"));
  });

  test("cut short are refused as any others are", async () => {
    const { file, module } = await emittedModule(net(), { weights: "int8", inline: false, target: "wasm" });
    const weights = file("net.weights.safetensors");
    const flipped = weights.slice();
    flipped.set([(flipped.at(-1) ?? 0) ^ 1], flipped.length - 1);
    for (const wrong of [weights.subarray(0, -1), flipped]) {
      await expect(module.load({ weights: wrong })).rejects.toMatchObject({ code: "weights/mismatch" });
    }
    expect((await module.load({ weights })).target).toMatch(/^wasm/);
  });
});
