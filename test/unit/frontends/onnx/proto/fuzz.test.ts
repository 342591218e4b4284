import { expect, test } from "vitest";
import { tensorFile } from "../../../../support/onnx-writer.js";
import { damageModels, damageTensors, modelsToDamage } from "./fuzz.js";

test("four hundred damaged models", async () => {
  const outcomes = await damageModels(modelsToDamage(20), 400);
  expect(outcomes.get("import/malformed")).toBeGreaterThan(0);
});

test("four hundred damaged tensors", async () => {
  const shape = [2, 3];
  const small = tensorFile({ name: "w", shape, floats: [1, 2, 3, 4, 5, 6] });
  const raw = tensorFile({ name: "w", type: "i64", shape, raw: new Uint8Array(48) });
  await damageTensors([small, raw, tensorFile({ type: "u8", shape, int32s: [1, 2, 3, 4, 5, 6] })], 400);
});
