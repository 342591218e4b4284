/** `compile-fuzz.test.ts` in thousands. */
import { expect, test } from "vitest";
import { damagedFile, wholeFiles } from "../support/fuzz/cases.js";
import { compileAll, type Outcomes } from "../support/fuzz/compile-all.js";

function tell(outcomes: Outcomes): void {
  const rows = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${count} ${outcome}`);
  console.log(rows.join(", "));
}

test("ten thousand damaged files", async () => {
  const whole = wholeFiles(1);
  const outcomes = await compileAll(10_000, (number) => damagedFile(whole, 10_000 + number));
  tell(outcomes);
  expect(outcomes.get("agreed")).toBeGreaterThan(1000);
  expect(outcomes.size).toBeGreaterThan(40);
});

test("two thousand damaged files, to WebAssembly", async () => {
  const whole = wholeFiles(1);
  const outcomes = await compileAll(2000, (number) => damagedFile(whole, 50_000 + number), { target: "wasm" });
  tell(outcomes);
  expect(outcomes.get("agreed")).toBeGreaterThan(200);
});
