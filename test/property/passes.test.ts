/** Every pass on graphs keeps their meaning, leaves a graph that verifies, gives what it promises, and is done when it is done. */
import { describe, it } from "vitest";
import { moveTransposes } from "../../src/passes/graph/move-transposes.js";
import { graphPasses } from "../support/graph-passes.js";
import { isIdempotent, keepMeaningTogether, keepsMeaning, transposesNoMore } from "../support/pass-laws.js";

describe.each(graphPasses)("$name", (pass) => {
  it("keeps the meaning of random graphs", () => keepsMeaning(pass, 100));
  it("changes nothing when it runs again", () => isIdempotent(pass, 100));
});

describe("all passes on graphs", () => {
  it("keep the meaning together", () => keepMeaningTogether(150));
  it("move-transposes never transposes more bytes than before", () => transposesNoMore(moveTransposes, 200));
});
