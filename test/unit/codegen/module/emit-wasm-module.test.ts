import { describe, expect, test } from "vitest";
import { compile, type CompileOptions } from "../../../../src/compile.js";
import { graph } from "../../../../src/frontends/code/graph.js";
import { hasRelaxedSimd } from "../../../../src/runtime/wasm.js";
import { auditModule } from "../../../support/audit-module.js";
import {
  dense,
  denseInput as x,
  denseOutput as expected,
  emittedModule,
  type OwningModule,
} from "../../../support/dense-module.js";
import { hostileNames } from "../../../support/hostile-names.js";
import { importEmitted, textOf } from "../../../support/import-module.js";

const emitted = (options: CompileOptions = {}) => emittedModule(dense(), { target: "wasm", ...options });
const fastest = hasRelaxedSimd() ? "wasm-relaxed" : "wasm";

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
    const model = await module.load();
    expect(model.run({ x })).toEqual({ y: expected });
    expect(model.target).toBe(fastest);
  });

  test("is one file of text where weights are to be inline", async () => {
    const { made, module } = await emitted({ inline: true });
    expect(made.files.map(({ path }) => path)).toEqual(["dense.js", "dense.d.ts"]);
    expect(auditModule(textOf(made, ".js"))).toEqual([]);
    expect((await module.load()).run({ x })).toEqual({ y: expected });
    await expect(module.load({ wasm: new Uint8Array(8) })).rejects.toThrow("leave out the option wasm");
  });

  test("has one variant where it is to give the same bits everywhere", async () => {
    for (const inline of [false, true]) {
      const { made, module } = await emitted({ inline, deterministic: true });
      expect(made.files.filter(({ path }) => path.includes("relaxed"))).toEqual([]);
      expect(textOf(made, ".js")).not.toContain("relaxedText =");
      expect((await module.load()).target).toBe("wasm");
      await expect(module.load({ target: "wasm-relaxed" })).rejects.toMatchObject({ code: "load/target" });
    }
  });

  test("is the same to the byte each time", async () => {
    expect((await emitted()).made.files).toEqual((await emitted()).made.files);
  });

  test("carries names where somebody looks, and none otherwise", async () => {
    const names = async (options: CompileOptions) => {
      const module = await WebAssembly.compile((await emitted(options)).file("dense.wasm"));
      return WebAssembly.Module.customSections(module, "name").length;
    };
    expect([await names({}), await names({ emitWat: true }), await names({ profile: true })]).toEqual([0, 1, 1]);
  });

  test("has a readable text", async () => {
    const { file } = await emitted({ emitWat: true });
    const text = new TextDecoder().decode(file("dense.wat"));
    expect(text).toMatch(
      /^\(module\n {2}\(memory \(export "memory"\) \d+ \d+\)\n {2}\(func \(export "run_[0-9a-f]{8}"\)/,
    );
    expect(text).toContain(';; graph "dense", matmul #1');
    expect(text).not.toContain("relaxed_madd");
    expect(new TextDecoder().decode(file("dense.relaxed.wat"))).toContain("f32x4.relaxed_madd");
  });

  test("takes bytes and compiled modules, and tells the variants apart", async () => {
    const { module, file } = await emitted();
    const compiled = await WebAssembly.compile(file("dense.wasm"));
    for (const wasm of [file("dense.wasm"), compiled, Promise.resolve(compiled), new Blob([file("dense.wasm")])]) {
      const model = await module.load({ wasm });
      expect([model.run({ x }), model.target]).toEqual([{ y: expected }, "wasm"]);
    }
  });

  test.skipIf(!hasRelaxedSimd())("takes the relaxed variant as bytes and compiled", async () => {
    const { module, file } = await emitted();
    const compiled = await WebAssembly.compile(file("dense.relaxed.wasm"));
    for (const wasm of [file("dense.relaxed.wasm"), compiled]) {
      const model = await module.load({ wasm });
      expect([model.run({ x }), model.target]).toEqual([{ y: expected }, "wasm-relaxed"]);
    }
  });

  test("has a memory that never grows: views of it stay what they are", async () => {
    const { made, file } = await emitted({ deterministic: true });
    const compiled = await WebAssembly.compile(file("dense.wasm"));
    expect(WebAssembly.Module.imports(compiled)).toEqual([]);
    const memory = (await WebAssembly.instantiate(compiled)).exports["memory"] as WebAssembly.Memory;
    const { buffer } = memory;
    expect(() => memory.grow(1)).toThrow(RangeError);
    expect(memory.buffer).toBe(buffer);
    expect(textOf(made, ".js")).not.toContain(".grow(");
  });

  test("names of the model reach neither its code nor its names", async () => {
    const names = hostileNames.filter((name) => name.length < 100);
    const model = graph("*/ ;;(", (t) => {
      for (const name of names) t.output(`${name} out`, t.relu(t.input(name, [2])));
    });
    const made = await compile(model, { target: "auto", inline: true, profile: true });
    expect(auditModule(textOf(made, ".js"))).toEqual([]);
    const { load } = await importEmitted<OwningModule>(made);
    const inputs = Object.fromEntries(names.map((name, i) => [name, Float32Array.of(i, -i)]));
    const outputs = Object.fromEntries(names.map((name, i) => [`${name} out`, Float32Array.of(i, 0)]));
    for (const target of ["javascript", "wasm"]) {
      const loaded = await load({ target });
      expect(loaded.run(inputs)).toEqual(outputs);
      for (const name of names) expect(loaded.input(name)).toHaveLength(2);
    }
    const { made: named } = await emittedModule(model, { target: "wasm", emitWat: true });
    for (const line of textOf(named, ".wat").split("\n")) expect(line).toMatch(/^[\x20-\x7e]*$/);
  });
});

/** Makes a call that may be refused. */
function attempt(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
}

describe("a model's own arrays", () => {
  const targets = ["javascript", "wasm"] as const;

  test.each(targets)("need no copies (%s)", async (target) => {
    const { module } = await emitted({ target });
    const model = await module.load();
    model.input("x").set(x);
    model.runInto({ x: model.input("x") }, { y: model.output("y") });
    expect(model.output("y")).toEqual(expected);
    expect(model.input("x")).toBe(model.input("x"));
    const y = new Float32Array(160);
    model.runInto({ x }, { y });
    expect(y).toEqual(expected);
    expect(() => model.input("y")).toThrow('input "y" is unknown: the model\'s inputs are "x"');
    expect(() => model.output("__proto__")).toThrow(/is unknown/);
  });

  test.each(targets)("stay valid, whatever is done with them (%s)", async (target) => {
    const model = await (await emitted({ target })).module.load();
    const given = model.input("x");
    // Engines refuse to transfer the memory of WebAssembly, or copy it.
    attempt(() => structuredClone(given, { transfer: [given.buffer] }));
    expect(model.input("x")).toHaveLength(128);
    model.input("x").set(x);
    expect(model.run({ x: model.input("x") })).toEqual({ y: expected });
  });

  test("lie in a memory that cannot grow", async () => {
    const { file } = await emitted();
    const { instance } = await WebAssembly.instantiate(file("dense.wasm"), {});
    const memory = instance.exports["memory"] as WebAssembly.Memory;
    expect(() => memory.grow(1)).toThrow(RangeError);
  });

  test.each(targets)("may be handed to other ports than their own (%s)", async (target) => {
    const model = graph("swap", (t) => {
      const [a, b] = [t.input("a", [4]), t.input("b", [4])];
      t.output("sum", t.add(a, b));
      t.output("difference", t.subtract(a, b));
    });
    const loaded = await (await emittedModule(model, { target })).module.load();
    loaded.input("a").set([1, 2, 3, 4]);
    loaded.input("b").set([5, 5, 5, 5]);
    const swapped = { a: loaded.input("b"), b: loaded.input("a") };
    expect(loaded.run(swapped)).toEqual({ sum: Float32Array.of(6, 7, 8, 9), difference: Float32Array.of(4, 3, 2, 1) });
    const outputs = { sum: loaded.output("difference"), difference: loaded.output("sum") };
    const run = () => loaded.runInto({ a: new Float32Array(4), b: new Float32Array(4) }, outputs);
    if (target === "wasm") expect(run).toThrow('output "sum" lies in the model\'s own memory');
    else run();
  });

  test("carry a state from one run to the next", async () => {
    const model = graph("counter", (t) => t.output("next", t.add(t.input("state", [4]), t.input("step", [4]))));
    for (const target of targets) {
      const loaded = await (await emittedModule(model, { target })).module.load();
      const step = Float32Array.of(1, 2, 3, 4);
      for (let i = 0; i < 3; i++) {
        loaded.runInto({ state: loaded.input("state"), step }, { next: loaded.output("next") });
        loaded.input("state").set(loaded.output("next"));
      }
      expect(loaded.run({ state: loaded.output("next"), step })).toEqual({ next: step.map((each) => 4 * each) });
    }
  });
});
