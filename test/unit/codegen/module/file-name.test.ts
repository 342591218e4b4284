import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baseFileName } from "../../../../src/codegen/module/file-name.js";
import { hostileNames } from "../../../support/hostile-names.js";

describe("baseFileName", () => {
  it.each([
    ["det", "det"],
    ["pp-ocr_v4.det", "pp-ocr_v4.det"],
    ["../../etc/passwd", "etc-passwd"],
    ["a\\b", "a-b"],
    ["", "model"],
    ["...", "model"],
    ["CON", "model-CON"],
    ["aux.v1", "model-aux.v1"],
    ["Modèle", "Mode-le"],
  ])("of %j is %s", (name, base) => {
    expect(baseFileName(name)).toBe(base);
  });

  it("is a plain name whatever it is made from", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileNames)), (name) => {
        expect(baseFileName(name)).toMatch(/^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,68}[A-Za-z0-9_])?$/);
      }),
    );
  });
});
