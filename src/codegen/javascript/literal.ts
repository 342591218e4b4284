/**
 * The one writer of identifiers and literals in generated text. A model is hostile input: no string of it reaches a
 * generated module but through here, so that nothing can end a string, a comment or a script element early.
 */

import { escaped, quotedWhole } from "../../diagnostics/quoted.js";

/** Words that cannot name a binding in a strict module, and globals that generated text uses by name. */
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Error Float16Array Float32Array " +
    "Float64Array Function Infinity Int16Array Int32Array Int8Array JSON Math NaN Number Object Promise RangeError " +
    "SharedArrayBuffer String Symbol TypeError URL Uint16Array Uint32Array Uint8Array Uint8ClampedArray WebAssembly " +
    "fetch globalThis process self window"
  ).split(" "),
);

const codeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * The number exactly, −0, NaN and the infinities included. A negative number begins with its sign: between an
 * operator and a literal belongs a space, and around the base of `**` belong parentheses.
 */
export function numberLiteral(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/**
 * A double-quoted string literal that means `text` exactly. It may stand in a module, a block comment, a template
 * and an inline script without ending any of them.
 */
export function stringLiteral(text: string): string {
  return quotedWhole(text).replace(/`|\$(?=\{)|<(?=[/!])|(?<=\*)\/|(?<=-)-(?=>)/g, codeOf);
}

/**
 * `text` for the inside of a comment, as one line of at most `limit` characters; what would end a comment or a line,
 * or be read as a directive of a tool, is written another way.
 */
export function safeComment(text: string, limit = 160): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return escaped(cut)
    .replace(/\*(?=\/)/g, "* ")
    .replace(/\/(?=[*/])/g, "/ ")
    .replace(/<(?=[/!])/g, "< ")
    .replace(/--(?=>)/g, "-- ")
    .replace(/@(?=\w)/g, "@ ");
}

/** An identifier that resembles `name` and is neither reserved nor in `taken`; it is added to `taken`. */
export function identifier(name: string, taken: Set<string>): string {
  const word = name.slice(0, 80).replace(/[^A-Za-z0-9_$]/g, "_");
  const stem = /^[A-Za-z_$]/.test(word) ? word : `_${word}`;
  let candidate = stem;
  for (let count = 2; reserved.has(candidate) || taken.has(candidate); count++) candidate = `${stem}_${count}`;
  taken.add(candidate);
  return candidate;
}

/** The key of an own property called `name` in an object literal; `__proto__` too becomes an ordinary property. */
export function propertyKey(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/** One property of an object literal: `y`, `y: y_2`, `"a b": a_b`. `value` is the text of an expression. */
export function property(name: string, value: string): string {
  const key = propertyKey(name);
  return key === value ? key : `${key}: ${value}`;
}
