/** Laws of schedules with lanes: they too change nothing, and WebAssembly does what the interpreter says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasmTarget } from "../../src/codegen/wasm/target.js";
import { evaluateComputation } from "../../src/ir/computation/evaluate.js";
import { parseKernel } from "../../src/ir/loops/parse.js";
import { printKernel } from "../../src/ir/loops/print.js";
import { kernelProblems } from "../../src/ir/loops/verify.js";
import { applySchedule } from "../../src/passes/schedule/apply-schedule.js";
import { collapseAxes } from "../../src/passes/schedule/collapse-axes.js";
import { scheduleComputation } from "../../src/passes/schedule/schedule-computation.js";
import { arbitraryComputation } from "../support/arbitrary-computation.js";
import { legalSchedule } from "../support/arbitrary-schedule.js";
import { runScheduled, runScheduledWasm } from "../support/run-kernel.js";

describe("the schedule chosen for vectors", () => {
  it("computes what the computation says, verifies and reads back from its text", async () => {
    let padded = 0;
    const law = fc.asyncProperty(arbitraryComputation("integers"), async ({ computation, operands, constants }) => {
      const scheduled = scheduleComputation(computation, constants, wasmTarget);
      if (scheduled.packed.some(({ pieces }) => pieces.some(({ present }) => present !== undefined))) padded++;
      const expected = new Uint8Array(evaluateComputation(computation, operands).data.buffer);
      expect(kernelProblems(scheduled.kernel)).toEqual([]);
      expect(parseKernel(printKernel(scheduled.kernel))).toEqual(scheduled.kernel);
      expect(runScheduled(scheduled, operands, "interpreter")).toEqual(expected);
      expect(await runScheduledWasm(scheduled, operands)).toEqual(expected);
    });
    await fc.assert(law, { numRuns: 150 });
    expect(padded).toBeGreaterThan(10);
  });
});

describe("every legal schedule with vectors", () => {
  it("gives the bits of the plain nest, in the interpreter and as WebAssembly", async () => {
    let vectors = 0;
    const law = fc.asyncProperty(
      arbitraryComputation("floats"),
      fc.integer(),
      async ({ computation, operands }, seed) => {
        const collapsed = collapseAxes(computation);
        const plain = applySchedule(computation, [], wasmTarget);
        const schedule = legalSchedule(collapsed, seed, wasmTarget);
        if (schedule.some(({ kind }) => kind === "vectorise")) vectors++;
        const scheduled = applySchedule(collapsed, schedule, wasmTarget);
        const expected = runScheduled(plain, operands, "interpreter");
        expect(kernelProblems(scheduled.kernel)).toEqual([]);
        expect(runScheduled(scheduled, operands, "interpreter")).toEqual(expected);
        expect(await runScheduledWasm(scheduled, operands)).toEqual(expected);
      },
    );
    await fc.assert(law, { numRuns: 300 });
    expect(vectors).toBeGreaterThan(50);
  });
});
