/** Damaged layers models of TensorFlow.js, in hundreds. */
import { expect, test } from "vitest";
import { layersModelExamples } from "../support/layers-model-examples.js";
import { fuzzTfjsModels } from "../support/tfjs-graph-fuzz.js";

test("damaged layers models are refused, or become graphs that verify", async () => {
  const models = Object.values(layersModelExamples).map((example) => example());
  const outcomes = await fuzzTfjsModels(models, { runs: 1000, seed: 29, compiles: false });
  expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(1000);
  expect(outcomes.get("graph")).toBeGreaterThan(50);
  expect(outcomes.size).toBeGreaterThan(8);
});
