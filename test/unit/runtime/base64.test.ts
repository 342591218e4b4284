import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64 } from "../../../src/codegen/module/weights.js";
import { decodeBase64 } from "../../../src/runtime/base64.js";

describe("decodeBase64", () => {
  it("gives back any bytes that Node encoded", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase64(Buffer.from(bytes).toString("base64"))).toEqual(bytes);
      }),
    );
  });

  it("gives back what the compiler encoded, across its pieces", () => {
    for (const length of [12287, 12288, 12289, 30000]) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) >> 3);
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(decodeBase64(base64(bytes))).toEqual(bytes);
    }
  });
});
