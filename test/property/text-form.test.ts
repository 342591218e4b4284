/** Laws of the graph's text form. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readsBack, survivesEdits } from "../support/graph-laws.js";

test("parse ∘ print is the identity", () => {
  expect(() => fc.assert(readsBack, { numRuns: 300 })).not.toThrow();
});

test("a text that was changed is refused by a catalogue error, or is a graph that verifies", () => {
  expect(() => fc.assert(survivesEdits, { numRuns: 400 })).not.toThrow();
});
