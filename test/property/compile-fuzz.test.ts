/** Files nobody vouches for: each ends in an error of the catalogue or in a module that computes what the reference computes. */
import { describe, expect, it, test } from "vitest";
import { bombFile, bombs } from "../support/fuzz/bombs.js";
import { damagedFile, wholeFiles } from "../support/fuzz/cases.js";
import { compileAll } from "../support/fuzz/compile-all.js";
import { fileOf } from "../support/fuzz/hostile-nodes.js";
import { nodeSeeds } from "../support/fuzz/node-seeds.js";

test("undamaged, the files of one node compile and agree", async () => {
  const outcomes = await compileAll(nodeSeeds.length, (number) => fileOf(nodeSeeds[number], number % 2 === 1));
  expect(Object.fromEntries(outcomes)).toEqual({ agreed: nodeSeeds.length });
});

test("three hundred damaged files", async () => {
  const whole = wholeFiles(20);
  const outcomes = await compileAll(300, (number) => damagedFile(whole, number));
  expect(outcomes.get("agreed")).toBeGreaterThan(30);
  expect(outcomes.get("import/malformed")).toBeGreaterThan(10);
  expect(outcomes.size).toBeGreaterThan(10);
});

test("a hundred damaged files, to WebAssembly", async () => {
  const whole = wholeFiles(20);
  const outcomes = await compileAll(100, (number) => damagedFile(whole, 1000 + number), { target: "wasm" });
  expect(outcomes.get("agreed")).toBeGreaterThan(10);
});

describe.each(["javascript", "wasm"] as const)("small files that ask for much, to %s", (target) => {
  it.each(Object.entries(bombs))("%s", async (_, bomb) => {
    const start = performance.now();
    const outcomes = await compileAll(1, () => bombFile(bomb), { target });
    expect([...outcomes.keys()]).toEqual([bomb.ends]);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
