/** Damaged ONNX files, in hundreds. */
import { expect, test } from "vitest";
import { fuzzOnnx } from "../support/onnx-fuzz.js";
import { modelsToDamage } from "../unit/frontends/onnx/proto/fuzz.js";

test("damaged models are refused, or become graphs that verify", async () => {
  const outcomes = await fuzzOnnx(modelsToDamage(7), { runs: 400, seed: 11, compiles: false });
  expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(400);
  expect(outcomes.get("graph")).toBeGreaterThan(20);
});
