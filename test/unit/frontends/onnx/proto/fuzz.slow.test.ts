import { expect, test } from "vitest";
import { damageModels, modelsToDamage } from "./fuzz.js";

test("fifty thousand damaged models", async () => {
  const outcomes = await damageModels(modelsToDamage(1), 50_000, 4048);
  console.log(
    [...outcomes]
      .sort()
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", "),
  );
  expect(outcomes.size).toBeGreaterThan(5);
});
