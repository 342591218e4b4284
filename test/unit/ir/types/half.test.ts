import { describe, expect, test } from "vitest";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "../../../../src/ir/types/half.js";

const formats = [
  ["f16", decodeF16, encodeF16, 0x7c00],
  ["bf16", decodeBf16, encodeBf16, 0x7f80],
] as const;

describe.each(formats)("%s", (_, decode, encode, infinity) => {
  test("every number is the nearest to itself", () => {
    for (let bits = 0; bits <= infinity; bits++)
      for (const sign of [0, 0x8000])
        if (encode(decode(bits | sign)) !== (bits | sign)) expect.fail(`bits ${bits | sign}`);
    expect(decode(infinity)).toBe(Infinity);
  });

  test("numbers grow with their bits, and what lies between goes to the nearest, halves to even", () => {
    for (let bits = 0; bits < infinity - 1; bits++) {
      const [low, high] = [decode(bits), decode(bits + 1)];
      const middle = low + (high - low) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      const right = low < high && encode(middle) === even && encode(middle - (high - low) / 8) === bits;
      if (!right || encode(middle + (high - low) / 8) !== bits + 1) expect.fail(`after bits ${bits}`);
    }
  });

  test("beyond the greatest number is infinity, and NaN stays", () => {
    const step = decode(infinity - 1) - decode(infinity - 2);
    expect(encode(decode(infinity - 1) + step * 0.499)).toBe(infinity - 1);
    expect(encode(decode(infinity - 1) + step / 2)).toBe(infinity);
    expect(encode(-1e300)).toBe(infinity | 0x8000);
    expect(decode(encode(NaN))).toBeNaN();
    expect([encode(1e-300), encode(-1e-300), encode(-0)]).toEqual([0, 0x8000, 0x8000]);
  });
});
