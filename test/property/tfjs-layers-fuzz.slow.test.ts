/** Damaged layers models of TensorFlow.js, in thousands, published ones among them, all the way to modules where they are small. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json } from "../../src/frontends/tfjs/json.js";
import { layersModelExamples } from "../support/layers-model-examples.js";
import { sharedData } from "../support/shared-data.js";
import { fuzzTfjsModels, type GraphModelFiles } from "../support/tfjs-graph-fuzz.js";

const folder = sharedData("published layers models, damaged");

function published(id: string): GraphModelFiles {
  const at = join(folder ?? "", "models", id);
  const json = JSON.parse(readFileSync(join(at, "model.json"), "utf8")) as Json;
  return { json, weights: readFileSync(join(at, "weights.bin")) };
}

test("five thousand damaged layers models are refused, or become modules", async () => {
  const examples = Object.values(layersModelExamples).map((example) => example());
  const outcomes = await fuzzTfjsModels(examples, { runs: 5000, seed: 31, compiles: true });
  console.log(
    [...outcomes]
      .sort()
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", "),
  );
  expect(outcomes.get("module")).toBeGreaterThan(300);
  expect(outcomes.size).toBeGreaterThan(12);
});

test.skipIf(folder === undefined)("published layers models, damaged, are refused or become graphs", async () => {
  const models = ["abalone", "tfjs-layers-tiny"].map(published);
  const outcomes = await fuzzTfjsModels(models, { runs: 600, seed: 37, compiles: false });
  expect(outcomes.get("graph")).toBeGreaterThan(50);
});
