/** What the conformance report counts, and how it says it: on a suite made up for it. */
import { describe, expect, test } from "vitest";
import { fail } from "../../../src/diagnostics/error.js";
import { conformancePage } from "../../support/conformance/conformance-page.js";
import { refusedAs, type ConformanceSuite } from "../../support/conformance/suite.js";
import { tallyOf } from "../../support/conformance/tally.js";
import { RowsNeeded } from "../../support/conformance/test-suites.js";
import type { Executor } from "../../support/executors.js";

const target = (name: string): Executor => ({ name, run: () => new Map() });
const [fast, slow] = [target("fast"), target("slow")];

const suite: ConformanceSuite = {
  name: "made up",
  cases: () => [
    { name: "right", open: () => () => Promise.resolve(undefined) },
    { name: "wrong", open: () => () => Promise.resolve("[0] is 1, not 2") },
    {
      name: "wrong when slow",
      open:
        () =>
        ({ name }) =>
          Promise.resolve(name === "slow" ? "missing" : undefined),
    },
    {
      name: "known when slow",
      open:
        () =>
        ({ name }) =>
          Promise.resolve(name === "slow" ? "missing" : undefined),
    },
    { name: "known wrong", open: () => () => Promise.resolve("[0] is 1, not 2") },
    { name: "right though excluded", open: () => () => Promise.resolve(undefined) },
    { name: "refused", open: () => fail("import/unsupported-operator", { found: "Loop" }) },
    { name: "refused, and not listed", open: () => fail("import/unsupported-operator", { found: "Scan" }) },
    { name: "broken", open: () => Promise.reject(new TypeError("x is undefined")) },
  ],
  notTried: () => [
    { what: "Diag", cases: 2, reason: "no operator" },
    { what: "Split", cases: 7, reason: "no strings" },
    { what: "Step", cases: 3, reason: "no operator" },
  ],
  exclusions: {
    refusals: { "import/unsupported-operator Loop": "no loops | yet", "import/unsupported-operator If": "no branches" },
    cases: { "known wrong": "the suite contradicts itself", "right though excluded": "once it was wrong" },
    casesOf: { slow: { "known when slow": "too slow" } },
    refused: refusedAs,
  },
};

describe("a suite", () => {
  const tally = tallyOf(suite, "", [fast, slow]);

  test("is counted by target", async () => {
    expect((await tally).targets).toEqual({
      fast: { passed: 3, excluded: 2, failed: 4 },
      slow: { passed: 1, excluded: 3, failed: 5 },
    });
  });

  test("says what failed, an excluded case that passes among it", async () => {
    const { wrong } = await tally;
    expect(Object.keys(wrong)).toEqual([
      "wrong",
      "wrong when slow",
      "right though excluded",
      "refused, and not listed",
      "broken",
    ]);
    expect(wrong["wrong when slow"]).toEqual(["slow: missing"]);
    expect(wrong["right though excluded"][0]).toBe("fast: an excluded case passes, take its row out");
    expect(wrong["broken"][0]).toBe("fast: TypeError: x is undefined");
  });

  test("knows which rows no case needs", async () => {
    const rows = new RowsNeeded();
    await tallyOf(suite, "", [fast, slow], (verdicts) => rows.need(verdicts));
    expect(rows.notNeeded([suite])).toEqual(["import/unsupported-operator If", "right though excluded"]);
  });

  test("is a page that has no other suite's order, dates or unescaped bars", async () => {
    const page = conformancePage([await tally, { ...(await tally), suite: "another" }]);
    expect(page).toBe(conformancePage([{ ...(await tally), suite: "another" }, await tally]));
    expect(page).toContain("| made up | 9 | fast | 3 | 4 | 2 |\n| made up | 9 | slow | 1 | 5 | 3 |");
    expect(page).toContain("| 1 | no loops \\| yet | import/unsupported-operator Loop |");
    expect(page).toContain("| fast 0, slow 1 | too slow | known when slow |");
    expect(page).toContain("| wrong when slow | slow: missing |");
    expect(page).toContain("| 7 | no strings | Split |\n| 5 | no operator | Diag, Step |");
  });
});
