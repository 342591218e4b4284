/** `unstride bench`: figures of one model. The suites of the repository install other runtimes and are not run here. */
import { expect, test } from "vitest";
import { failureOf, fileWith, jsonOf, output } from "../../support/command.js";
import { upsample } from "../../support/small-models.js";

const line = ["bench", fileWith("net.onnx", upsample), "--shape", "x=1x1x4x4", "--runs", "5"];

test("measures compiling, loading, the first run and later ones", async () => {
  const timing = await jsonOf<Record<string, number>>(line);
  expect(timing).toMatchObject({ runs: 5, multiplyAdds: 416, arenaBytes: expect.any(Number) as number });
  const { fastestMs = NaN, medianMs = NaN, gflops = NaN } = timing;
  expect(fastestMs).toBeLessThanOrEqual(medianMs);
  expect(gflops).toBeCloseTo((2 * 416) / medianMs / 1e6);
  for (const part of ["compileMs", "loadMs", "firstMs"]) expect(timing[part]).toBeGreaterThan(0);
});

test("tells them in a table", async () => {
  const text = await output(line);
  expect(text).toMatch(/^median {7}[\d.]+ ms of 5 runs after warming up, fastest [\d.]+ ms$/m);
  expect(text).toMatch(/^work {9}416 multiply-adds, [\d.]+ GFLOP\/s$/m);
});

test("runs at least once", async () => {
  expect(await failureOf([...line.slice(0, -1), "0"])).toEqual({ code: 2, codes: ["command/option"] });
});
