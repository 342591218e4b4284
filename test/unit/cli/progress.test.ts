/** Progress is told to whoever watches, and taken away whatever happens. */
import { expect, test } from "vitest";
import { withProgress } from "../../../src/cli/progress.js";
import { recordedProgress } from "../../support/command.js";

const silent = { out: () => {}, err: () => {}, color: false };

test("what the work reports is shown, then taken away", async () => {
  const told: string[] = [];
  const result = await withProgress({ ...silent, progressLine: recordedProgress(told) }, async (report) => {
    report("first");
    await Promise.resolve();
    report("second");
    return 7;
  });
  expect(result).toBe(7);
  expect(told).toEqual(["first", "second", "end"]);
});

test("a failure takes the line away too", async () => {
  const told: string[] = [];
  const io = { ...silent, progressLine: recordedProgress(told) };
  const work = withProgress(io, (report) => {
    report("first");
    return Promise.reject(new Error("broken"));
  });
  await expect(work).rejects.toThrow("broken");
  expect(told).toEqual(["first", "end"]);
});

test("where nobody watches, work is done all the same", async () => {
  expect(await withProgress(silent, (report) => Promise.resolve(report("first")))).toBeUndefined();
});
