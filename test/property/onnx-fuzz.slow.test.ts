/** Damaged ONNX files, in thousands, all the way to modules where they are small. */
import { expect, test } from "vitest";
import { fuzzOnnx } from "../support/onnx-fuzz.js";
import { modelsToDamage } from "../unit/frontends/onnx/proto/fuzz.js";

test("ten thousand damaged models are refused, or become modules", async () => {
  const outcomes = await fuzzOnnx(modelsToDamage(1), { runs: 10_000, seed: 13, compiles: true });
  console.log(
    [...outcomes]
      .sort()
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", "),
  );
  expect(outcomes.get("module")).toBeGreaterThan(500);
  expect(outcomes.size).toBeGreaterThan(10);
});
