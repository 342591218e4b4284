import { describe, expect, it } from "vitest";
import { tensor } from "../../../../src/ir/types/tensor.js";
import { auditModule } from "../../../support/audit-module.js";
import { importEmitted, textOf } from "../../../support/import-module.js";
import {
  addTwiceProgram,
  chainProgram,
  copyProgram,
  emitTiny,
  port,
  rowProgram,
} from "../../../support/tiny-programs.js";

const x = Float32Array.of(10, 20, 30, 40, 50, 60);
const y = Float32Array.of(12, 24, 36, 48, 60, 72);

describe("an emitted module", () => {
  it.each(["side", "inline", "auto"] as const)("computes with weights %s", async (weights) => {
    const emitted = await emitTiny(addTwiceProgram(), weights);
    const { load, signature } = await importEmitted(emitted);
    const model = await load();
    expect(model.run({ x })).toEqual({ y });
    expect(model.signature).toBe(signature);
    expect(signature).toEqual({
      inputs: { x: { type: "f32", shape: [2, 3] } },
      outputs: { y: { type: "f32", shape: [2, 3] } },
    });
    expect(auditModule(textOf(emitted, ".js"))).toEqual([]);
  });

  it("writes where runInto says, and nowhere else", async () => {
    const model = await (await importEmitted(await emitTiny(addTwiceProgram()))).load();
    const memory = new Float32Array(8).fill(-1);
    model.runInto({ x }, { y: memory.subarray(1, 7) });
    expect(memory).toEqual(Float32Array.of(-1, ...y, -1));
    expect(x).toEqual(Float32Array.of(10, 20, 30, 40, 50, 60));
  });

  it("gives each run its own results, and each model its own memory", async () => {
    const { load } = await importEmitted(await emitTiny(addTwiceProgram()));
    const [first, second] = [await load(), await load()];
    const before = first.run({ x });
    expect(second.run({ x: new Float32Array(6) })).toEqual({ y: Float32Array.of(2, 4, 6, 8, 10, 12) });
    expect(first.run({ x })).toEqual({ y });
    expect(before).toEqual({ y });
  });

  it("has methods that need no `this`", async () => {
    const { run, runInto } = await (await importEmitted(await emitTiny(addTwiceProgram()))).load();
    const into = new Float32Array(6);
    runInto({ x }, { y: into });
    expect(run({ x })).toEqual({ y: into });
  });

  it("calls a repeating kernel for each turn", async () => {
    const model = await (await importEmitted(await emitTiny(rowProgram(3)))).load();
    expect(model.run({ x: Float32Array.of(1, 2, 30, 40, 5, 5) })).toEqual({ y: Float32Array.of(3, 70, 10) });
  });

  it("splits many calls into functions that V8 optimises", async () => {
    const emitted = await emitTiny(chainProgram(2345));
    const text = textOf(emitted, ".js");
    expect(auditModule(text)).toEqual([]);
    expect(text.match(/^function steps_\d+/gm)).toHaveLength(24);
    const model = await (await importEmitted(emitted)).load();
    expect(model.run({ x: Float32Array.of(5) })).toEqual({ y: Float32Array.of(2350) });
  });

  it("stays within the budget with many ports", async () => {
    const ports = (letter: string) => Array.from({ length: 30 }, (_, index) => port(`${letter}${index}`, "f32", [2]));
    const emitted = await emitTiny(copyProgram(ports("x"), ports("y")));
    expect(auditModule(textOf(emitted, ".js"))).toEqual([]);
    const model = await (await importEmitted(emitted)).load();
    const inputs = Object.fromEntries(ports("x").map(({ name }, index) => [name, Float32Array.of(index, -index)]));
    expect(Object.values(model.run(inputs))).toEqual(Object.values(inputs));
  });

  it("is named after what is asked for, and is the same to the byte each time", async () => {
    const program = { ...addTwiceProgram(), name: "my/../model é.onnx" };
    const emitted = await emitTiny(program, "side");
    const again = await emitTiny({ ...addTwiceProgram(), name: program.name }, "side");
    expect(emitted.files.map(({ path }) => path)).toEqual([
      "my-..-model-e-.onnx.js",
      "my-..-model-e-.onnx.d.ts",
      "my-..-model-e-.onnx.weights.safetensors",
    ]);
    expect(emitted).toEqual(again);
  });

  it("says how large it is", async () => {
    const emitted = await emitTiny(addTwiceProgram(), "side");
    const moduleBytes = Buffer.byteLength(textOf(emitted, ".js"));
    expect(emitted.stats).toEqual({ moduleBytes, weightsBytes: 24, arenaBytes: 32, kernels: 1, calls: 2 });
  });

  it("puts large weights beside it when left to decide", async () => {
    const large = (elements: number) => {
      const program = addTwiceProgram();
      return { ...program, segments: [...program.segments, { name: "more", data: tensor("f32", [elements]) }] };
    };
    expect((await emitTiny(large(4090))).files).toHaveLength(2);
    expect((await emitTiny(large(4091))).files).toHaveLength(3);
  });

  it("carries a runtime of a few kilobytes", async () => {
    expect((await emitTiny(addTwiceProgram(), "inline")).stats.moduleBytes).toBeLessThan(9500);
    expect((await emitTiny(addTwiceProgram(), "side")).stats.moduleBytes).toBeLessThan(10_500);
  });
});
