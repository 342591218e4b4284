import { describe, expect, it } from "vitest";
import { emitModule } from "../../../../src/codegen/module/emit-module.js";
import type { WeightsPlace } from "../../../../src/codegen/module/options.js";
import type { Program } from "../../../../src/ir/program/program.js";
import { importEmitted } from "../../../support/import-module.js";
import { addTwiceProgram, printTestKernel } from "../../../support/tiny-programs.js";

const emit = (program: Program, weights: WeightsPlace = "auto") =>
  emitModule(program, {
    name: program.name,
    version: "0.1.0",
    sourceHash: "sha256:00",
    options: { weights },
    weights,
    printKernel: printTestKernel,
  });

describe("emitModule", () => {
  it.each(["side", "inline"] as const)("runs with weights %s", async (weights) => {
    const { load } = await importEmitted(await emit(addTwiceProgram(), weights));
    const model = await load();
    expect(model.run({ x: Float32Array.of(10, 20, 30, 40, 50, 60) })).toEqual({
      y: Float32Array.of(12, 24, 36, 48, 60, 72),
    });
  });
});
