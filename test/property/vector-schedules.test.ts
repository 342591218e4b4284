/** Laws of schedules with lanes: they too change nothing, and WebAssembly does what the interpreter says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasmTarget } from "../../src/codegen/wasm/target.js";
import type { Computation } from "../../src/ir/computation/computation.js";
import { evaluateComputation } from "../../src/ir/computation/evaluate.js";
import { parseKernel } from "../../src/ir/loops/parse.js";
import { printKernel } from "../../src/ir/loops/print.js";
import { kernelProblems } from "../../src/ir/loops/verify.js";
import { applySchedule, type ScheduledKernel } from "../../src/passes/schedule/apply-schedule.js";
import { collapseAxes } from "../../src/passes/schedule/collapse-axes.js";
import { scheduleComputation } from "../../src/passes/schedule/schedule-computation.js";
import type { Tensor } from "../../src/ir/types/tensor.js";
import { arbitraryComputation } from "../support/arbitrary-computation.js";
import { arbitraryMixed } from "../support/arbitrary-mixed.js";
import { legalSchedule } from "../support/arbitrary-schedule.js";
import { runScheduled, runScheduledWasm } from "../support/run-kernel.js";

/** Calls for which every loop of sums is worth many steps in a turn. */
const manyCalls = 1e6;

const computations = {
  "what networks are made of": arbitraryComputation("floats"),
  "every element type": arbitraryMixed,
};

describe("the schedule chosen for vectors", () => {
  it("computes what the computation says, verifies and reads back from its text", async () => {
    let padded = 0;
    const law = fc.asyncProperty(arbitraryComputation("integers"), async ({ computation, operands, constants }) => {
      fc.pre(isExact(computation));
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

describe.each(Object.entries(computations))("every legal schedule with vectors, of %s", (_, computation) => {
  it("gives the bits of the plain nest, in the interpreter and as WebAssembly", async () => {
    let vectors = 0;
    const law = fc.asyncProperty(computation, fc.integer(), async ({ computation, operands }, seed) => {
      const collapsed = collapseAxes(computation);
      const plain = applySchedule(computation, [], wasmTarget);
      const schedule = legalSchedule(collapsed, seed, wasmTarget);
      if (schedule.some(({ kind }) => kind === "vectorise")) vectors++;
      await expectBits(
        applySchedule(collapsed, schedule, wasmTarget),
        operands,
        runScheduled(plain, operands, "interpreter"),
      );
    });
    await fc.assert(law, { numRuns: 300 });
    expect(vectors).toBeGreaterThan(50);
  });

  it("so does the one that is chosen", async () => {
    const law = fc.asyncProperty(computation, async ({ computation, operands, constants }) => {
      const plain = applySchedule(computation, [], wasmTarget);
      const chosen = scheduleComputation(computation, constants, wasmTarget);
      await expectBits(chosen, operands, runScheduled(plain, operands, "interpreter"));
    });
    await fc.assert(law, { numRuns: 300 });
  });
});

/** Products of more than six differences of numbers up to 7 are not exact in f32. */
function isExact({ reduction, sums }: Computation): boolean {
  return reduction !== "product" || sums.reduce((steps, { extent }) => steps * extent, 1) <= 6;
}

async function expectBits(
  scheduled: ScheduledKernel,
  operands: readonly Tensor[],
  expected: Uint8Array,
): Promise<void> {
  expect(kernelProblems(scheduled.kernel)).toEqual([]);
  expect(runScheduled(scheduled, operands, "interpreter")).toEqual(expected);
  expect(await runScheduledWasm(scheduled, operands)).toEqual(expected);
  expect(await runScheduledWasm(scheduled, operands, manyCalls)).toEqual(expected);
}
