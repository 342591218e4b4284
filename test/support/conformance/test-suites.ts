/** Suites as tests: one for each case, on all executors, and one that every row of the tables is needed. */
import { describe, expect, test } from "vitest";
import type { Executor } from "../executors.js";
import { sharedData } from "../shared-data.js";
import { judge, type ConformanceCase, type ConformanceSuite, type Verdicts } from "./suite.js";

export interface SuiteTests {
  readonly executors: readonly Executor[];
  /** Which of the cases are run; all where it is left out. What is left out cannot tell whether a row is needed. */
  readonly takes?: (each: ConformanceCase, number: number) => boolean;
}

/** Declares the tests of suites that share a table of exclusions. */
export function testSuites(suites: readonly ConformanceSuite[], { executors, takes }: SuiteTests): void {
  const folder = sharedData(suites.map(({ name }) => name).join("; "));
  const rows = new RowsNeeded();
  for (const suite of folder === undefined ? [] : suites) {
    const cases = suite.cases(folder as string);
    describe(suite.name, () => {
      const taken = takes === undefined ? cases : cases.filter(takes);
      test.each(taken.map((each) => [each.name, each] as const))("%s", async (_, each) => {
        const verdicts = await judge(suite, each, executors);
        rows.need(verdicts);
        expect(wrongOf(verdicts)).toEqual([]);
      });
    });
  }
  test.runIf(folder !== undefined && takes === undefined)("every row of the exclusions is needed", () => {
    expect(rows.notNeeded(suites)).toEqual([]);
  });
}

/** What of verdicts is not as the tables have it. */
export function wrongOf(verdicts: Verdicts): readonly string[] {
  return [...verdicts].flatMap(([{ name }, verdict]) => {
    if (verdict.kind === "failed") return [`${name}: ${verdict.why}`];
    return verdict.kind === "passes" ? [`${name}: an excluded case passes, take its row out`] : [];
  });
}

/** Which rows of the tables of exclusions some case needed. */
export class RowsNeeded {
  private readonly needed = new Set<string>();

  need(verdicts: Verdicts): void {
    for (const verdict of verdicts.values()) {
      if (verdict.kind === "excluded") for (const row of verdict.rows) this.needed.add(row);
    }
  }

  notNeeded(suites: readonly ConformanceSuite[]): readonly string[] {
    const rows = suites.flatMap(({ exclusions: { refusals, cases, casesOf = {} } }) =>
      [refusals, cases, ...Object.values(casesOf)].flatMap(Object.keys),
    );
    return [...new Set(rows)].filter((row) => !this.needed.has(row));
  }
}
