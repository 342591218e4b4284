/** Writes docs/conformance.md when all files of the report have left their tallies; a part of them is no report. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { conformancePage } from "./conformance-page.js";
import type { Tally } from "./tally.js";

const root = new URL("../../../", import.meta.url);

const folder = mkdtempSync(join(tmpdir(), "unstride-tallies-"));

export function setup(project: TestProject): void {
  project.provide("tallyFolder", folder);
}

export function teardown(): void {
  writePage();
  rmSync(folder, { recursive: true });
}

function writePage(): void {
  const files = readdirSync(folder);
  const expected = readdirSync(new URL("test/conformance/report", root)).filter((name) => name.endsWith(".report.ts"));
  if (files.length < expected.length) {
    console.log(`docs/conformance.md is as it was: ${files.length} of ${expected.length} files of the report ran`);
    return;
  }
  const tallies = files.flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Tally[]);
  writeFileSync(new URL("docs/conformance.md", root), conformancePage(tallies));
}
