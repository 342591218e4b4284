/**
 * What a model's JSON says, asked for by type. A place is how one gets there, `model.json, weightsManifest[0].paths`; whatever is of
 * another type than asked fails with `import/malformed` at its place.
 */
import { fail } from "../../diagnostics/error.js";
import { quoted } from "../../diagnostics/quoted.js";

export type Json = null | boolean | number | string | JsonList | JsonObject;
export type JsonList = readonly Json[];
export interface JsonObject {
  readonly [name: string]: Json;
}

/** A value and where it stands. */
export interface JsonAt {
  readonly value: Json | undefined;
  readonly at: string;
}

/** The text of a JSON file. Fails with `import/malformed`. */
export function parseJson(bytes: Uint8Array, source: string): JsonAt {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { value: JSON.parse(text) as Json, at: source };
  } catch (error) {
    const found = quoted(error instanceof Error ? error.message : String(error));
    return fail("import/malformed", { at: source, expected: "JSON in UTF-8", found });
  }
}

/** The member `name`; its value is undefined where the object has none. */
export function member(object: JsonAt, name: string): JsonAt {
  const members = asObject(object);
  const at = `${object.at}${object.at.includes(",") ? "." : ", "}${/^\w+$/.test(name) ? name : quoted(name)}`;
  return { value: Object.hasOwn(members, name) ? members[name] : undefined, at };
}

/** The elements of a list. */
export function elements(list: JsonAt): readonly JsonAt[] {
  const { value, at } = list;
  if (!isList(value)) return refuse(list, "a list");
  return value.map((element, i) => ({ value: element, at: `${at}[${i}]` }));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is JsonList {
  return Array.isArray(value);
}

export function asObject(given: JsonAt): JsonObject {
  return isObject(given.value) ? given.value : refuse(given, "an object");
}

export function asString(given: JsonAt): string {
  return typeof given.value === "string" ? given.value : refuse(given, "a string");
}

export function asNumber(given: JsonAt): number {
  return typeof given.value === "number" ? given.value : refuse(given, "a number");
}

/** Whether there is nothing there, which `null` says too. */
export function isAbsent({ value }: JsonAt): boolean {
  return value === undefined || value === null;
}

/** Fails with `import/malformed`. */
export function refuse({ value, at }: JsonAt, expected: string): never {
  return fail("import/malformed", { at, expected, found: describeJson(value) });
}

/** A value in a few words: strings and numbers as they are, the rest by its kind. */
export function describeJson(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quoted(value);
  if (isList(value)) return `a list of ${value.length}`;
  return isObject(value) ? "an object" : String(value);
}
