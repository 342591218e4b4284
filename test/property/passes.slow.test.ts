/** The laws of passes.test.ts on thousands of graphs. */
import { describe, it } from "vitest";
import { moveTransposes } from "../../src/passes/graph/move-transposes.js";
import { graphPasses } from "../support/graph-passes.js";
import { isIdempotent, keepMeaningTogether, keepsMeaning, transposesNoMore } from "../support/pass-laws.js";

describe.each(graphPasses)("$name", (pass) => {
  it("keeps the meaning of random graphs", () => keepsMeaning(pass, 5000));
  it("changes nothing when it runs again", () => isIdempotent(pass, 5000));
});

describe("all passes on graphs", () => {
  it("keep the meaning together", () => keepMeaningTogether(5000));
  it("move-transposes never transposes more bytes than before", () => transposesNoMore(moveTransposes, 5000));
});
