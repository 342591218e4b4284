/** `unstride bench --against`: a model beside packages that pass for other runtimes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { model } from "../../../support/onnx-writer.js";
import { failureOf, fileWith, folderWith, jsonOf, output, unstride } from "../../../support/command.js";
import { folderWithPackages, onnxruntimeWeb, takePeerCalls } from "../../../support/peer-packages.js";

/** y = relu(x) */
const file = fileWith(
  "relu<&>.onnx",
  model({
    inputs: [{ name: "x", shape: [2, 3] }],
    outputs: [{ name: "y", shape: [2, 3] }],
    nodes: [{ operator: "Relu", name: "active", inputs: ["x"], outputs: ["y"] }],
  }),
);
const right = folderWithPackages(onnxruntimeWeb("({ x }) => ({ y: x.data.map((value) => Math.max(value, 0)) })"));
const wrong = folderWithPackages(onnxruntimeWeb("({ x }) => ({ y: x.data })"));
const failing = folderWithPackages(onnxruntimeWeb("() => { throw new Error('no kernel\\nat all'); }"));

const line = (folder: string) => ["bench", file, "--against", "ort", "--peers-from", folder, "--runs", "2"];

interface Row {
  readonly name: string;
  readonly version?: string;
  readonly kind: string;
  readonly difference?: number;
  readonly reason?: string;
  readonly milliseconds?: { readonly median: number };
  readonly ratio?: { readonly low: number; readonly median: number; readonly high: number };
}

beforeEach(() => void takePeerCalls());

describe("a runtime that computes the same", () => {
  test("is timed beside both targets, in two rounds", async () => {
    const { rows, runs } = await jsonOf<{ rows: readonly Row[]; runs: number }>(line(right));
    expect(runs).toBe(2);
    expect(rows.map(({ name, kind, difference }) => ({ name, kind, difference }))).toEqual([
      { name: "wasm", kind: "timed", difference: 0 },
      { name: "javascript", kind: "timed", difference: 0 },
      { name: "onnxruntime-web", kind: "timed", difference: 0 },
    ]);
    expect(rows[0]?.ratio).toEqual({ low: 1, median: 1, high: 1 });
    expect(rows[2]?.version).toBe("9.8.7");
  });

  test("gets the file, one thread, every optimisation, and is released", async () => {
    await output([...line(right), "--target", "javascript"]);
    const calls = takePeerCalls();
    const settings = { graphOptimizationLevel: "all", executionMode: "sequential", executionProviders: ["wasm"] };
    expect(calls[0]).toMatchObject({ bytes: readFileSync(file).length, options: settings });
    expect(calls.at(-1)).toBe("release");
    expect(calls.filter((call) => call === "run").length).toBeGreaterThan(3);
  });

  test("is drawn, the model's name as text", async () => {
    const svg = join(folderWith(), "comparison.svg");
    const text = await output([...line(right), "--target", "javascript", "--svg", svg]);
    expect(text).toMatch(/^ +median +half of the runs +times javascript +difference$/m);
    expect(text).toMatch(/^onnxruntime-web 9\.8\.7 +[\d.]+ ms +[\d.]+–[\d.]+ ms +[\d.]+ \([\d.]+–[\d.]+\) +0$/m);
    const picture = readFileSync(svg, "utf8");
    expect(picture).toContain(">relu&lt;&amp;&gt;.onnx</text>");
    expect(picture.match(/<rect /g)).toHaveLength(1 + 2 + 2);
  });
});

describe("a runtime that cannot be compared", () => {
  test("computes something else: told, not timed, and the command fails", async () => {
    const { code, out } = await unstride([...line(wrong), "--target", "javascript", "--json"]);
    const { rows } = JSON.parse(out) as { rows: readonly (Row & { output?: string })[] };
    expect(code).toBe(1);
    expect(rows[1]).toMatchObject({ kind: "differs", output: "y" });
    expect(rows[1]?.difference).toBeGreaterThan(0.1);
    expect(rows[1]?.milliseconds).toBeUndefined();
  });

  test("fails: told in the first line of its message", async () => {
    const { rows } = await jsonOf<{ rows: readonly Row[] }>([...line(failing), "--target", "javascript"]);
    expect(rows[1]).toMatchObject({ kind: "failed", reason: "no kernel" });
    expect(await output([...line(failing), "--target", "javascript"])).toContain("cannot run it: no kernel");
  });

  test("reads ONNX only", async () => {
    const text = 'graph "g" (%x: f32[2] "x") -> (%y "y") {\n  %y = relu(%x) : f32[2]\n}\n';
    const [, , ...rest] = line(right);
    const words = ["bench", fileWith("net.txt", text), ...rest, "--target", "javascript"];
    const { rows } = await jsonOf<{ rows: readonly Row[] }>(words);
    expect(rows[1]).toMatchObject({ kind: "failed", reason: "it reads ONNX files only" });
  });
});

describe("what cannot be understood", () => {
  test.each([
    ["a runtime that is not installed", ["--against", "ort", "--peers-from", folderWith()], 1, "command/peer"],
    ["a runtime nobody knows", ["--against", "ort,torch"], 2, "command/option"],
    ["a picture of one model", ["--svg", "one.svg"], 2, "command/option"],
    ["a target that is none", ["--target", "fortran"], 2, "command/usage"],
  ])("%s", async (_, words, code, error) => {
    expect(await failureOf(["bench", file, ...words])).toEqual({ code, codes: [error] });
  });

  test("the error names all that is missing and how to get it", async () => {
    const { out } = await unstride(["bench", file, "--against", "tfjs", "--peers-from", folderWith(), "--json"]);
    const { errors } = JSON.parse(out) as { errors: readonly { remedy: string }[] };
    expect(errors[0]?.remedy).toBe("npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm");
  });
});
