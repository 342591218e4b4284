/** The laws of the graph's text form, and of lowering, in thousands of cases. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { loweredOps, lowersToItself, readsBack, survivesEdits } from "../support/graph-laws.js";

test("parse ∘ print is the identity", () => {
  expect(() => fc.assert(readsBack, { numRuns: 10_000 })).not.toThrow();
});

test("changed texts are refused, or are graphs that verify", () => {
  expect(() => fc.assert(survivesEdits, { numRuns: 20_000 })).not.toThrow();
});

test.each(loweredOps)("evaluate = lowering: %s", (name) => {
  let nodes = 0;
  fc.assert(
    lowersToItself(name, () => nodes++),
    { numRuns: 1000 },
  );
  expect(nodes).toBeGreaterThan(200);
});
