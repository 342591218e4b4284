/** Suites as rows of the conformance report: every case on every target, counted; what is not as the tables have it fails the run. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import { javascript, relaxedWasm, wasm } from "../executors.js";
import { sharedData } from "../shared-data.js";
import type { ConformanceSuite } from "./suite.js";
import { tallyOf, type Tally } from "./tally.js";
import { RowsNeeded } from "./test-suites.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where each file of the report leaves its tallies. */
    readonly tallyFolder: string;
  }
}

/** Declares the tests of one file of the report: suites that share a table of exclusions. */
export function reportSuites(file: string, suites: readonly ConformanceSuite[]): void {
  const folder = sharedData(suites.map(({ name }) => name).join("; "));
  if (folder === undefined) {
    test.skip(file);
    return;
  }
  const tallies: Tally[] = [];
  const rows = new RowsNeeded();
  test.each(suites.map((suite) => [suite.name, suite] as const))("%s", async (_, suite) => {
    const tally = await tallyOf(suite, folder, [javascript, wasm, relaxedWasm], (verdicts) => rows.need(verdicts));
    tallies.push(tally);
    expect(Object.entries(tally.wrong).map(([name, what]) => `${name}: ${what.join("; ")}`)).toEqual([]);
  });
  test(`every row of the exclusions of ${file} is needed`, () => {
    expect(rows.notNeeded(suites)).toEqual([]);
  });
  afterAll(() => writeFileSync(join(inject("tallyFolder"), `${file}.json`), JSON.stringify(tallies)));
}
