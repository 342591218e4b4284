import { beforeEach, describe, expect, it } from "vitest";
import { emitKernelModule } from "../../../../src/codegen/module/emit-kernel.js";
import { emitModule } from "../../../../src/codegen/module/emit-module.js";
import type { Program } from "../../../../src/ir/program/program.js";
import { auditModule } from "../../../support/audit-module.js";
import { hostileNames } from "../../../support/hostile-names.js";
import { importEmitted, textOf } from "../../../support/import-module.js";
import { addTwiceProgram, copyProgram, port, printTestKernel } from "../../../support/tiny-programs.js";

const x = Float32Array.of(10, 20, 30, 40, 50, 60);
const y = Float32Array.of(12, 24, 36, 48, 60, 72);
const own = (name: string, value: unknown): Record<string, unknown> => ({ [name]: value });

/** A program in which everything that can have a name has this one. */
function named(name: string): Program {
  const program = addTwiceProgram({ input: name, output: name, weight: name });
  return { ...program, name, calls: program.calls.map((call) => ({ ...call, origin: name })) };
}

const optionsOf = (name: string) => ({
  name,
  version: name,
  sourceHash: name,
  options: { [name]: name },
  printKernel: printTestKernel,
});

const globalsBefore = new Set<string>();
beforeEach(() => {
  for (const key of Object.getOwnPropertyNames(globalThis)) globalsBefore.add(key);
});
function expectNothingEscaped(): void {
  expect(Object.getOwnPropertyNames(globalThis).filter((key) => !globalsBefore.has(key))).toEqual([]);
  expect(Object.keys(Object.prototype)).toEqual([]);
}

describe.each(hostileNames.map((name) => [JSON.stringify(name).slice(0, 60), name] as const))("%s", (_, name) => {
  it.each(["side", "inline"] as const)("names a model that runs (%s)", async (weights) => {
    const emitted = await emitModule(named(name), { ...optionsOf(name), weights });
    expect(emitted.files.every(({ path }) => /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(path))).toBe(true);
    expect(auditModule(textOf(emitted, ".js"))).toEqual([]);
    const model = await (await importEmitted(emitted)).load();
    const results = model.run(own(name, x));
    expect(Object.getOwnPropertyNames(results)).toEqual([name]);
    expect(Object.getOwnPropertyDescriptor(results, name)?.value).toEqual(y);
    const into = new Float32Array(6);
    model.runInto(own(name, x), own(name, into));
    expect(into).toEqual(y);
    expect(() => model.run({})).toThrow(`input ${JSON.stringify(name)} is missing`);
    expect(() => model.run({ ...own(name, x), another: x })).toThrow('input "another" is unknown');
    expectNothingEscaped();
  });

  it("names a kernel that runs", async () => {
    const emitted = await emitKernelModule(named(name), { ...optionsOf(name), summary: name });
    expect(auditModule(textOf(emitted, ".js"))).toEqual([]);
    const exported = await importEmitted<Record<string, (...arrays: unknown[]) => unknown>>(emitted);
    const [kernel] = Object.values(exported);
    expect(kernel?.(x)).toEqual(y);
    expect(() => kernel?.(x.subarray(1))).toThrow(`argument ${JSON.stringify(name)} must be f32[2,3]`);
    expectNothingEscaped();
  });
});

describe("hostile names", () => {
  it("can stand side by side", async () => {
    const inputs = hostileNames.map((name) => port(name, "f32", [1]));
    const outputs = hostileNames.map((name) => port(name, "f32", [1]));
    const emitted = await emitModule(copyProgram(inputs, outputs), { ...optionsOf("all"), weights: "auto" });
    const model = await (await importEmitted(emitted)).load();
    const values = (): Record<string, unknown> => {
      const entries = hostileNames.map((name, index) => [name, Float32Array.of(index)] as const);
      return Object.fromEntries(entries);
    };
    expect(Object.entries(model.run(values()))).toEqual(Object.entries(values()));
  });
});
