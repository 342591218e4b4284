/** Modules whose kernels are printed from loops: what kernels call is carried along, whatever kernels and ports are called. */
import { describe, expect, it } from "vitest";
import { printKernelWithHelpers } from "../../../../src/codegen/javascript/print-kernel.js";
import { emitModule } from "../../../../src/codegen/module/emit-module.js";
import type { UnaryFunction } from "../../../../src/ir/computation/functions.js";
import { fence, load, loop, store, unary, variable } from "../../../../src/ir/loops/build.js";
import type { Kernel, Parameter } from "../../../../src/ir/loops/kernel.js";
import type { Program } from "../../../../src/ir/program/program.js";
import type { ElementType } from "../../../../src/ir/types/element-type.js";
import { auditModule } from "../../../support/audit-module.js";
import { importEmitted, textOf } from "../../../support/import-module.js";
import { copyProgram, port } from "../../../support/tiny-programs.js";

function mapKernel(name: string, functionName: UnaryFunction, from: ElementType, to: ElementType): Kernel {
  const a: Parameter = { name: "a", elementType: from, length: 4, access: "read" };
  const b: Parameter = { name: "b", elementType: to, length: 4, access: "write" };
  const i = variable("i");
  return {
    name,
    parameters: [a, b],
    body: [loop("i", 4, [store(b, i, unary(functionName, load(a, i))), fence])],
  };
}

/** One map for each row, from an input to an output. */
function mapsProgram(rows: readonly (readonly [string, UnaryFunction, ElementType, ElementType])[]): Program {
  const inputs = rows.map(([name, , from]) => port(name, from, [4]));
  const outputs = rows.map(([name, , , to]) => port(name, to, [4]));
  return { ...copyProgram(inputs, outputs), kernels: rows.map(([name, ...rest]) => mapKernel(name, ...rest)) };
}

describe("a module of printed kernels", () => {
  it("carries what they call and nothing more, and confuses no names", async () => {
    const program = mapsProgram([
      ["erf", "error_function", "f32", "f32"],
      ["decodeF16", "round_even", "f16", "f32"],
      ["load", "negate", "f32", "f16"],
      ["fence", "absolute", "f32", "f32"],
      ["signature", "sign", "f32", "f32"],
    ]);
    const emitted = await emitModule(program, {
      name: "maps",
      version: "0.1.0",
      sourceHash: "none",
      options: {},
      weights: "auto",
      printKernel: printKernelWithHelpers,
    });
    const text = textOf(emitted, ".js");
    expect(auditModule(text)).toEqual([]);
    expect(text).toContain("function errorFunction(");
    expect(text).not.toMatch(/function (?:floorModulo|decodeBase64|openWeights)\(/);
    const model = await (await importEmitted(emitted)).load();
    const x = Float32Array.of(-2, -0.5, 0.5, 1.5);
    const half = Uint16Array.of(0x3e00, 0x4100, 0xc100, 0x3c00);
    const results = model.run({ erf: Float32Array.of(0, 1, -1, 20), decodeF16: half, load: x, fence: x, signature: x });
    expect(results).toEqual({
      erf: Float32Array.of(0, 0.8427007929497149, -0.8427007929497149, 1),
      decodeF16: Float32Array.of(2, 2, -2, 1),
      load: Uint16Array.of(0x4000, 0x3800, 0xb800, 0xbe00),
      fence: Float32Array.of(2, 0.5, 0.5, 1.5),
      signature: Float32Array.of(-1, -1, 1, 1),
    });
  });
});
