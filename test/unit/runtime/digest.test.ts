import { describe, expect, it } from "vitest";
import { digest } from "../../../src/runtime/digest.js";

const digestOf = (text: string): number => digest(new Uint8Array(new TextEncoder().encode(text)));

describe("digest", () => {
  it.each([
    ["", 0x02cc5d05],
    ["a", 0x550d7456],
    ["abc", 0x32d153ff],
    ["Nobody inspects the spammish repetition", 0xe2293b2f],
  ])("is XXH32 of %j", (text, hash) => {
    expect(digestOf(text)).toBe(hash);
  });

  it("changes with every single byte, whatever the length", () => {
    for (let length = 1; length <= 40; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
      const hashes = Array.from(bytes, (_, changed) =>
        digest(bytes.map((byte, i) => (i === changed ? byte ^ 1 : byte))),
      );
      expect(new Set([digest(bytes), ...hashes]).size).toBe(length + 1);
    }
  });

  it("reads a piece of a larger buffer", () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index);
    expect(digest(bytes.subarray(8, 43))).toBe(digest(bytes.slice(8, 43)));
  });
});
