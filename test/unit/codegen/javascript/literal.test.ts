import fc from "fast-check";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { identifier, numberLiteral, safeComment, stringLiteral } from "../../../../src/codegen/javascript/literal.js";
import { hostileNames } from "../../../support/hostile-names.js";

const evaluate = (text: string): unknown => new Script(text).runInNewContext();
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(...hostileNames),
  fc
    .array(fc.constantFrom("*", "/", "`", "$", "{", "<", "!", "-", ">", "\\", '"', "'", "\n", "\u2028", "\ud800"), {
      maxLength: 12,
    })
    .map((parts) => parts.join("")),
);

describe("numberLiteral", () => {
  it("is exact for every double", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(evaluate(`(${numberLiteral(value)})`)).toBe(value);
      }),
    );
  });

  it("keeps negative zero, NaN and the infinities", () => {
    for (const value of [-0, 0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 0.1, -3]) {
      expect(evaluate(`(${numberLiteral(value)})`)).toBe(value);
    }
  });
});

describe("stringLiteral", () => {
  it("means the text exactly", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(evaluate(stringLiteral(text))).toBe(text);
      }),
    );
  });

  it("holds nothing that ends a line, a comment, a template or a script", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(stringLiteral(text)).not.toMatch(/[\n\r\u2028\u2029`]|\*\/|\$\{|<\/|<!|-->/);
      }),
    );
  });

  it("can stand in a template literal", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => evaluate(`\`${stringLiteral(text)}\``)).not.toThrow();
      }),
    );
  });
});

describe("safeComment", () => {
  it("stays inside a block comment and a line comment", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(evaluate(`/* ${safeComment(text)} */ 1 + // ${safeComment(text)}\n 2`)).toBe(3);
        expect(safeComment(text)).not.toMatch(/[\n\r\u2028\u2029]|\*\/|\/\*|<\/|<!|-->|@\w/);
      }),
    );
  });

  it("is cut where it is long", () => {
    expect(safeComment("x".repeat(1000), 20)).toBe(`${"x".repeat(19)}…`);
  });
});

describe("identifier", () => {
  it("names a binding whatever the name, each time another", () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 8 }), (names) => {
        const taken = new Set<string>();
        const words = names.map((name) => identifier(name, taken));
        expect(new Set(words).size).toBe(names.length);
        for (const word of words) expect(evaluate(`"use strict"; const ${word} = 7; ${word}`)).toBe(7);
      }),
    );
  });

  it("keeps a name that is an identifier, and avoids reserved words", () => {
    const taken = new Set(["x"]);
    expect(["conv_1", "x", "delete", "1st", "", "a.b"].map((name) => identifier(name, taken))).toEqual([
      "conv_1",
      "x_2",
      "delete_2",
      "_1st",
      "_",
      "a_b",
    ]);
  });
});
