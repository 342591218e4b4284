import { describe, expect, test } from "vitest";
import { compile, type CompileOptions } from "../../../../src/compile.js";
import { graph } from "../../../../src/frontends/code/graph.js";
import { auditModule } from "../../../support/audit-module.js";
import { importFrom, textOf, writeEmitted, type LoadedModel } from "../../../support/import-module.js";

const dense = (scale: number) =>
  graph("dense", (t) => {
    const weights = Float32Array.from({ length: 64 * 80 }, (_, i) => scale * ((i % 7) - 3));
    t.output("y", t.relu(t.matmul(t.input("x", [2, 64]), t.parameter("w", [64, 80], weights))));
  });

const x = Float32Array.from({ length: 128 }, (_, i) => (i % 5) - 2);

interface WasmModel extends LoadedModel {
  readonly target: string;
  input(name: string): Float32Array;
  output(name: string): Float32Array;
}

interface WasmModule {
  load(options?: { readonly weights?: unknown; readonly wasm?: unknown }): Promise<WasmModel>;
}

async function emitted(scale = 1, options: CompileOptions = {}) {
  const made = await compile(dense(scale), { target: "wasm", ...options });
  const folder = writeEmitted(made);
  const file = (path: string) => made.files.find((each) => each.path === path)?.contents as Uint8Array<ArrayBuffer>;
  return { made, module: await importFrom<WasmModule>(folder, "dense.js"), file };
}

const expected = Float32Array.from({ length: 160 }, (_, at) => {
  const [row, column] = [Math.floor(at / 80), at % 80];
  let sum = 0;
  for (let k = 0; k < 64; k++) sum += (x[row * 64 + k] ?? 0) * (((k * 80 + column) % 7) - 3);
  return Math.max(sum, 0);
});

describe("a module around WebAssembly", () => {
  test("is a file of text, its declarations, two of WebAssembly and one of weights, and stands alone", async () => {
    const { made, module } = await emitted();
    expect(made.files.map(({ path }) => path)).toEqual([
      "dense.js",
      "dense.d.ts",
      "dense.wasm",
      "dense.relaxed.wasm",
      "dense.weights.safetensors",
    ]);
    expect(auditModule(textOf(made, ".js"))).toEqual([]);
    expect((await module.load()).run({ x })).toEqual({ y: expected });
  });

  test("is one file of text where weights are to be inline", async () => {
    const { made, module } = await emitted(1, { weights: "inline" });
    expect(made.files.map(({ path }) => path)).toEqual(["dense.js", "dense.d.ts"]);
    expect((await module.load()).run({ x })).toEqual({ y: expected });
    await expect(module.load({ wasm: new Uint8Array(8) })).rejects.toThrow("leave out the option wasm");
  });

  test("is the same to the byte each time", async () => {
    expect((await emitted()).made.files).toEqual((await emitted()).made.files);
  });

  test("computes in arrays of its own without copies", async () => {
    const model = await (await emitted()).module.load();
    model.input("x").set(x);
    model.runInto({ x: model.input("x") }, { y: model.output("y") });
    expect(model.output("y")).toEqual(expected);
    const y = new Float32Array(160);
    model.runInto({ x }, { y });
    expect(y).toEqual(expected);
  });

  test("takes bytes and compiled modules", async () => {
    const { module, file } = await emitted();
    const compiled = await WebAssembly.compile(file("dense.wasm"));
    for (const wasm of [file("dense.wasm"), compiled, Promise.resolve(compiled)]) {
      expect((await module.load({ wasm })).run({ x })).toEqual({ y: expected });
    }
  });

  test("refuses files that are cut, damaged, missing or another model's, and says which", async () => {
    const { module, file } = await emitted();
    const bytes = file("dense.wasm");
    const damaged = bytes.slice();
    damaged.set([(damaged.at(-1) ?? 0) ^ 1], damaged.length - 1);
    await expect(module.load({ wasm: bytes.slice(0, -1) })).rejects.toThrow(/truncated.*dense\.wasm has/s);
    await expect(module.load({ wasm: damaged })).rejects.toMatchObject({ code: "wasm/mismatch" });
    await expect(module.load({ wasm: "./absent.wasm" })).rejects.toMatchObject({ code: "wasm/unreadable" });
    const foreign = await compile(
      graph("dense", (t) => t.output("y", t.relu(t.input("x", [2, 64])))),
      { target: "wasm" },
    );
    const contents = foreign.files.find(({ path }) => path.endsWith(".wasm"))?.contents as Uint8Array<ArrayBuffer>;
    const compiled = await WebAssembly.compile(contents);
    await expect(module.load({ wasm: compiled })).rejects.toThrow("another model's");
    const { file: otherFile } = await emitted(2);
    const weights = otherFile("dense.weights.safetensors");
    await expect(module.load({ weights })).rejects.toMatchObject({ code: "weights/mismatch" });
  });
});
