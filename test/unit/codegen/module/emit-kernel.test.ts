import { describe, expect, it } from "vitest";
import { emitKernelModule } from "../../../../src/codegen/module/emit-kernel.js";
import type { Program } from "../../../../src/ir/program/program.js";
import { auditModule } from "../../../support/audit-module.js";
import { importEmitted, textOf } from "../../../support/import-module.js";
import { addKernel, addTwiceProgram, copyProgram, port, printTestKernel } from "../../../support/tiny-programs.js";

const emit = (program: Program, name = "add") =>
  emitKernelModule(program, {
    name,
    summary: "y = x + w, twice.",
    version: "0.1.0",
    sourceHash: "none",
    options: { input: "2x3" },
    printKernel: printTestKernel,
  });

/** y = x + w, `w` being given at each call. */
const addProgram: Program = {
  name: "add",
  inputs: [port("x", "f32", [2, 3]), port("w", "f32", [2, 3])],
  outputs: [port("y", "f32", [2, 3])],
  arenaBytes: 0,
  segments: [],
  kernels: [addKernel("f32", 6)],
  calls: [
    {
      kernel: 0,
      arguments: [
        { kind: "input", port: 0, offset: 0 },
        { kind: "input", port: 1, offset: 0 },
        { kind: "output", port: 0, offset: 0 },
      ],
      origin: "",
    },
  ],
};

type Kernel = (...arrays: unknown[]) => unknown;
const x = Float32Array.of(1, 2, 3, 4, 5, 6);
const w = Float32Array.of(10, 20, 30, 40, 50, 60);
const y = Float32Array.of(11, 22, 33, 44, 55, 66);

describe("an emitted kernel", () => {
  it("is one function, which makes its result or writes where it is told", async () => {
    const emitted = await emit(addProgram);
    const module = await importEmitted<{ add: Kernel }>(emitted);
    expect(Object.keys(module)).toEqual(["add"]);
    expect(module.add(x, w)).toEqual(y);
    const into = new Float32Array(6);
    expect(module.add(x, w, into)).toBe(into);
    expect(into).toEqual(y);
    expect(auditModule(textOf(emitted, ".js"))).toEqual([]);
    expect(emitted.files.map(({ path }) => path)).toEqual(["add.js", "add.d.ts"]);
  });

  it("says in its JSDoc what each array holds", async () => {
    const emitted = await emit(addProgram);
    for (const ending of [".js", ".d.ts"]) {
      expect(textOf(emitted, ending)).toContain(" * @param w f32[2,3], row-major: 6 elements, 24 bytes\n");
      expect(textOf(emitted, ending)).toContain(" * y = x + w, twice.\n");
    }
  });

  it("refuses wrong arrays", async () => {
    const { add } = await importEmitted<{ add: Kernel }>(await emit(addProgram));
    expect(() => add(x)).toThrow(expect.objectContaining({ code: "run/missing-argument" }) as Error);
    expect(() => add(x, [1])).toThrow(
      'argument "w" must be f32[2,3] (a Float32Array of length 6), found Array of length 1',
    );
    expect(() => add(x, w.subarray(1))).toThrow(RangeError);
    expect(() => add(x, w, x)).toThrow('input "x" and output "y" share memory');
    expect(() => add(x, w, null)).toThrow('argument "y" must be f32[2,3]');
  });

  it("keeps its scratch memory and constants to itself", async () => {
    const { add } = await importEmitted<{ add: Kernel }>(await emit(addTwiceProgram()));
    expect(add(w)).toEqual(Float32Array.of(12, 24, 36, 48, 60, 72));
    expect(add(new Float32Array(6))).toEqual(Float32Array.of(2, 4, 6, 8, 10, 12));
  });

  it("gives several results by their names", async () => {
    const ports = (letter: string) => [port(`${letter}1`, "f32", [6]), port(`${letter} 2`, "i32", [1])];
    const { copies } = await importEmitted<{ copies: Kernel }>(
      await emit(copyProgram(ports("x"), ports("y")), "copies"),
    );
    expect(copies(x, Int32Array.of(7))).toEqual({ y1: x, "y 2": Int32Array.of(7) });
  });

  it("is the same to the byte each time", async () => {
    expect(await emit(addProgram)).toEqual(await emit(addProgram));
  });
});
