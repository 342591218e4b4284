/** Laws of schedules, the loop interpreter and the JavaScript printer, over random computations. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { javascriptTarget } from "../../src/codegen/javascript/target.js";
import { evaluateComputation } from "../../src/ir/computation/evaluate.js";
import { parseKernel } from "../../src/ir/loops/parse.js";
import { printKernel } from "../../src/ir/loops/print.js";
import { kernelProblems } from "../../src/ir/loops/verify.js";
import { applySchedule } from "../../src/passes/schedule/apply-schedule.js";
import { collapseAxes } from "../../src/passes/schedule/collapse-axes.js";
import { scheduleComputation } from "../../src/passes/schedule/schedule-computation.js";
import { arbitraryComputation } from "../support/arbitrary-computation.js";
import { legalSchedule } from "../support/arbitrary-schedule.js";
import { runScheduled } from "../support/run-kernel.js";

const runs = { numRuns: 150 };

describe("the chosen schedule", () => {
  it("computes what the computation says", () => {
    fc.assert(
      fc.property(arbitraryComputation("integers"), ({ computation, operands, constants }) => {
        const scheduled = scheduleComputation(computation, constants, javascriptTarget);
        const expected = evaluateComputation(computation, operands).data;
        expect(runScheduled(scheduled, operands, "interpreter")).toEqual(new Uint8Array(expected.buffer));
      }),
      runs,
    );
  });

  it("is a kernel that verifies and reads back from its text", () => {
    fc.assert(
      fc.property(arbitraryComputation("integers"), ({ computation, constants }) => {
        const { kernel } = scheduleComputation(computation, constants, javascriptTarget);
        expect(kernelProblems(kernel)).toEqual([]);
        expect(parseKernel(printKernel(kernel))).toEqual(kernel);
      }),
      runs,
    );
  });

  it("runs as JavaScript as the interpreter says, bit for bit", () => {
    fc.assert(
      fc.property(arbitraryComputation("floats"), ({ computation, operands, constants }) => {
        const scheduled = scheduleComputation(computation, constants, javascriptTarget);
        const interpreted = runScheduled(scheduled, operands, "interpreter");
        expect(runScheduled(scheduled, operands, "javascript")).toEqual(interpreted);
      }),
      runs,
    );
  });
});

describe("every legal schedule", () => {
  it("gives the bits of the plain nest, in the interpreter and as JavaScript", () => {
    fc.assert(
      fc.property(arbitraryComputation("floats"), fc.integer(), ({ computation, operands }, seed) => {
        const collapsed = collapseAxes(computation);
        const plain = applySchedule(computation, [], javascriptTarget);
        const scheduled = applySchedule(collapsed, legalSchedule(collapsed, seed), javascriptTarget);
        const expected = runScheduled(plain, operands, "interpreter");
        expect(kernelProblems(scheduled.kernel)).toEqual([]);
        expect(runScheduled(scheduled, operands, "interpreter")).toEqual(expected);
        expect(runScheduled(scheduled, operands, "javascript")).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
