/** Damaged graph models of TensorFlow.js, in thousands, published ones among them, all the way to modules where they are small. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json } from "../../src/frontends/tfjs/json.js";
import { graphModelExamples } from "../support/graph-model-examples.js";
import { sharedData } from "../support/shared-data.js";
import { fuzzTfjsModels, type GraphModelFiles } from "../support/tfjs-graph-fuzz.js";

const folder = sharedData("published graph models, damaged");

function published(id: string, weights: string): readonly GraphModelFiles[] {
  if (folder === undefined) return [];
  const at = join(folder, "models", id);
  const json = JSON.parse(readFileSync(join(at, "model.json"), "utf8")) as Json;
  return [{ json, weights: readFileSync(join(at, weights)) }];
}

test("five thousand damaged graph models are refused, or become modules", async () => {
  const examples = Object.values(graphModelExamples).map((example) => example().files());
  const outcomes = await fuzzTfjsModels(examples, { runs: 4500, seed: 19, compiles: true });
  console.log(
    [...outcomes]
      .sort()
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", "),
  );
  expect(outcomes.get("module")).toBeGreaterThan(500);
  expect(outcomes.size).toBeGreaterThan(12);
});

test("published graph models, damaged, are refused or become graphs", async () => {
  const models = [
    ...published("gender", "gender.bin"),
    ...published("mobileface", "mobileface.bin"),
    ...published("tfjs-graph-tiny", "weights.bin"),
  ];
  if (models.length === 0) return;
  const outcomes = await fuzzTfjsModels(models, { runs: 600, seed: 23, compiles: false });
  expect(outcomes.get("graph")).toBeGreaterThan(50);
});
