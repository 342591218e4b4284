import { expect, test } from "vitest";
import { exactJson } from "../../../../src/ir/types/exact-json.js";

test("numbers that JSON writes alike are told apart", () => {
  const numbers = [0, -0, NaN, Infinity, -Infinity];
  const others = [null, "NaN", "\0NaN", "-0", [0], [-0], { value: NaN }, { value: null }];
  const texts = [...numbers, ...others].map((value) => exactJson({ kind: "constant", value }));
  // A string with a NUL before it is the one thing that is read as a number.
  expect(new Set(texts).size).toBe(numbers.length + others.length - 1);
  expect(exactJson({ a: [1, "b"] })).toBe(exactJson({ a: [1, "b"] }));
});
