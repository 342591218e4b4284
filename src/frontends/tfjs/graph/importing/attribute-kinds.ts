/**
 * What attributes of an operator may be: each kind reads the JSON of an AttrValue into plain data. An operator's attributes are a
 * record of kinds; what is not in it is refused by name, but for two sorts that say nothing here: element types, which follow from the
 * operands, and notes of TensorFlow's own, whose names begin with an underscore.
 */
import { fail } from "../../../../diagnostics/error.js";
import type { ReadValues, ValueKind } from "../../../importing/value-kind.js";
import { quoted } from "../../../../diagnostics/quoted.js";
import type { ElementType } from "../../../../ir/types/element-type.js";
import { describeJson, isList, isObject, type Json } from "../../json.js";
import { tensorflowElementType } from "../element-types.js";
import type { GraphNode } from "../graph-def.js";

export type GraphAttributeKind<T> = ValueKind<Json, T>;

export type GraphAttributeKinds = Readonly<Record<string, GraphAttributeKind<unknown>>>;

/** What a record of kinds reads. */
export type ValuesOf<K extends GraphAttributeKinds> = ReadValues<K>;

function kind<T>(words: string, fallback: T, read: (value: Json) => T | undefined): GraphAttributeKind<T> {
  return { words, fallback, read, required: false };
}

function part(value: Json, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Elements of `list`; an empty list does not say of what. */
function listed<T>(value: Json, name: string, read: (element: Json) => T | undefined): readonly T[] | undefined {
  const list = part(value, "list");
  if (!isObject(list)) return undefined;
  const elements = list[name] ?? (Object.keys(list).length === 0 ? [] : undefined);
  if (!isList(elements)) return undefined;
  const all = elements.flatMap((element) => read(element) ?? []);
  return all.length === elements.length ? all : undefined;
}

/** 64-bit integers are strings in JSON. */
function readInteger(value: Json | undefined): number | undefined {
  const number = typeof value === "string" && /^-?\d{1,19}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : undefined;
}

const namedNumbers: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

function readFloat(value: Json | undefined): number | undefined {
  if (typeof value === "string") return Object.hasOwn(namedNumbers, value) ? namedNumbers[value] : undefined;
  return typeof value === "number" ? value : undefined;
}

/** Bytes in base64, or their numbers. */
function readText(value: Json | undefined): string | undefined {
  if (isList(value))
    return value.every((byte) => typeof byte === "number") ? String.fromCharCode(...value.slice(0, 999)) : undefined;
  if (typeof value !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return undefined;
  const bits = [...value.replace(/=+$/, "")].map(base64Digit);
  let text = "";
  for (let i = 0; i + 1 < bits.length; i++) {
    if (i % 4 === 3) continue;
    const shift = 2 * (i % 4) + 2;
    text += String.fromCharCode(((bits[i] << shift) | (bits[i + 1] >> (6 - shift))) & 255);
  }
  return text;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64Digit(digit: string): number {
  return digits.indexOf(digit === "-" ? "+" : digit === "_" ? "/" : digit);
}

function readElementType(value: Json | undefined): ElementType | undefined {
  return typeof value === "string" || typeof value === "number" ? tensorflowElementType(value) : undefined;
}

/** Sizes of a TensorShapeProto, −1 for free ones; `null` where the rank is not known. */
export function readShape(value: Json | undefined): readonly number[] | null | undefined {
  if (!isObject(value)) return undefined;
  if (value["unknownRank"] === true) return null;
  const dimensions = value["dim"] ?? [];
  if (!isList(dimensions)) return undefined;
  const sizes = dimensions.map((dimension) => (isObject(dimension) ? readInteger(dimension["size"] ?? 0) : undefined));
  return sizes.every((size) => size !== undefined && size >= -1) ? (sizes as readonly number[]) : undefined;
}

export const integer = (fallback: number) => kind("an integer", fallback, (value) => readInteger(part(value, "i")));
export const float = (fallback: number) => kind("a float", fallback, (value) => readFloat(part(value, "f")));
export const flag = (fallback: boolean) =>
  kind("true or false", fallback, (value) => {
    const given = part(value, "b");
    return typeof given === "boolean" ? given : undefined;
  });
export const integers = kind<readonly number[]>("a list of integers", [], (value) => listed(value, "i", readInteger));
export const text = (fallback: string) => kind("a string", fallback, (value) => readText(part(value, "s")));
export const texts = kind<readonly string[]>("a list of strings", [], (value) => listed(value, "s", readText));
export const optionalElementType = kind<ElementType | undefined>("an element type with numbers", undefined, (value) =>
  readElementType(part(value, "type")),
);
/** The name of a function in the model's library. */
export const optionalFunction = kind<string | undefined>("a function", undefined, (value) => {
  const name = part(part(value, "func") ?? null, "name");
  return typeof name === "string" ? name : undefined;
});
/** Read by nobody: it says how something is computed, or repeats what is known. */
export const ignored = kind<boolean>("anything", false, () => true);

/** One of a few strings. */
export function choice<T extends string>(fallback: T, ...others: readonly T[]): GraphAttributeKind<T> {
  const options = [fallback, ...others];
  return kind<T>(`one of ${options.join(", ")}`, fallback, (value) => {
    const text = readText(part(value, "s"));
    return options.find((option) => option === text);
  });
}

/** The same kind where the attribute must be there. */
export function required<T>(of: GraphAttributeKind<T | undefined>): GraphAttributeKind<T>;
export function required<T>(of: GraphAttributeKind<T>): GraphAttributeKind<T> {
  return { ...of, required: true };
}

/** The node's attributes. Fails with `import/unknown-attribute`, `import/attribute`. */
export function readAttributes<K extends GraphAttributeKinds>(kinds: K, node: GraphNode): ValuesOf<K> {
  for (const [name, { value }] of node.attributes) {
    if (Object.hasOwn(kinds, name) || name.startsWith("_") || namesTypes(value)) continue;
    const known = Object.keys(kinds).join(", ") || "none";
    const expected = `attributes of ${node.operator}: ${known}`;
    fail("import/unknown-attribute", { at: node.location, expected, found: quoted(name) });
  }
  const values = Object.entries(kinds).map(([name, each]) => [name, readOne(name, each, node)]);
  return Object.fromEntries(values) as ValuesOf<K>;
}

function namesTypes(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const list = value["list"];
  return Object.hasOwn(value, "type") || (isObject(list) && Object.hasOwn(list, "type"));
}

function readOne<T>(name: string, { words, fallback, read, required }: GraphAttributeKind<T>, node: GraphNode): T {
  const given = node.attributes.get(name)?.value;
  const expected = `${quoted(name)} of ${node.operator} to be ${words}`;
  if (given === undefined && required) fail("import/attribute", { at: node.location, expected, found: "nothing" });
  if (given === undefined) return fallback;
  return read(given) ?? fail("import/attribute", { at: node.location, expected, found: wordsOf(given) });
}

function wordsOf(given: Json): string {
  const text = readText(part(given, "s"));
  if (text !== undefined) return quoted(text);
  const [name] = isObject(given) ? Object.keys(given) : [];
  return name === undefined || !isObject(given) ? describeJson(given) : `${quoted(name)}: ${describeJson(given[name])}`;
}
