/** Thousands of random schedules of random computations. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { javascriptTarget } from "../../src/codegen/javascript/target.js";
import { kernelProblems } from "../../src/ir/loops/verify.js";
import { applySchedule } from "../../src/passes/schedule/apply-schedule.js";
import { collapseAxes } from "../../src/passes/schedule/collapse-axes.js";
import { arbitraryComputation } from "../support/arbitrary-computation.js";
import { legalSchedule } from "../support/arbitrary-schedule.js";
import { runScheduled } from "../support/run-kernel.js";

describe("every legal schedule", () => {
  it("gives the bits of the plain nest", () => {
    fc.assert(
      fc.property(arbitraryComputation("floats"), fc.integer(), ({ computation, operands }, seed) => {
        const collapsed = collapseAxes(computation);
        const expected = runScheduled(applySchedule(computation, [], javascriptTarget), operands, "interpreter");
        const scheduled = applySchedule(collapsed, legalSchedule(collapsed, seed), javascriptTarget);
        expect(kernelProblems(scheduled.kernel)).toEqual([]);
        expect(runScheduled(scheduled, operands, "javascript")).toEqual(expected);
      }),
      { numRuns: 10_000 },
    );
  });
});
