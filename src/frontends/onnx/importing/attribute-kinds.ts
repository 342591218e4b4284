/**
 * What attributes of an operator may be: each kind reads one attribute of the file into plain data. An operator's attributes are a
 * record of kinds; what is not in it is refused by name, so that no meaning is passed over in silence.
 */
import { fail } from "../../../diagnostics/error.js";
import type { OnnxAttribute, OnnxGraph, OnnxNode, OnnxTensor } from "../proto/model.js";
import type { ReadValues, ValueKind } from "../../importing/value-kind.js";
import { quoted } from "../../../diagnostics/quoted.js";

export type OnnxAttributeKind<T> = ValueKind<OnnxAttribute, T>;

export type OnnxAttributeKinds = Readonly<Record<string, OnnxAttributeKind<unknown>>>;

/** What a record of kinds reads. */
export type ValuesOf<K extends OnnxAttributeKinds> = ReadValues<K>;

function kind<T>(words: string, fallback: T, read: (attribute: OnnxAttribute) => T | undefined): OnnxAttributeKind<T> {
  return { words, fallback, read, required: false };
}

const readInteger = (attribute: OnnxAttribute) => (attribute.type === "int" ? Number(attribute.value) : undefined);
const readFloat = (attribute: OnnxAttribute) => (attribute.type === "float" ? attribute.value : undefined);
const readText = (attribute: OnnxAttribute) => (attribute.type === "string" ? attribute.value : undefined);
const readIntegers = (attribute: OnnxAttribute) =>
  attribute.type === "ints" ? Array.from(attribute.value, Number) : undefined;
const readFloats = (attribute: OnnxAttribute) =>
  attribute.type === "floats" ? Array.from(attribute.value) : undefined;
const readTensor = (attribute: OnnxAttribute) => (attribute.type === "tensor" ? attribute.value : undefined);
const readGraph = (attribute: OnnxAttribute) => (attribute.type === "graph" ? attribute.value : undefined);

/** Integers beyond 2^53 are rounded; all that is done with them checks their range. */
export const integer = (fallback: number) => kind<number>("an integer", fallback, readInteger);
export const optionalInteger = kind<number | undefined>("an integer", undefined, readInteger);
/** An integer that means false where it is 0. */
export const flag = (fallback: boolean) =>
  kind<boolean>("an integer", fallback, (attribute) => (attribute.type === "int" ? attribute.value !== 0n : undefined));
export const float = (fallback: number) => kind<number>("a float", fallback, readFloat);
export const optionalFloat = kind<number | undefined>("a float", undefined, readFloat);
export const text = (fallback: string) => kind<string>("a string", fallback, readText);
export const integers = kind<readonly number[] | undefined>("a list of integers", undefined, readIntegers);
/** Integers of 64 bits as they are. */
export const exactInteger = kind<bigint | undefined>("an integer", undefined, (attribute) =>
  attribute.type === "int" ? attribute.value : undefined,
);
export const exactIntegers = kind<BigInt64Array | undefined>("a list of integers", undefined, (attribute) =>
  attribute.type === "ints" ? attribute.value : undefined,
);
export const floats = kind<readonly number[] | undefined>("a list of floats", undefined, readFloats);
export const texts = kind<readonly string[] | undefined>("a list of strings", undefined, (attribute) =>
  attribute.type === "strings" ? attribute.value : undefined,
);
export const optionalTensor = kind<OnnxTensor | undefined>("a tensor", undefined, readTensor);
export const optionalGraph = kind<OnnxGraph | undefined>("a graph", undefined, readGraph);

/** One of a few strings. */
export function choice<T extends string>(fallback: T, ...others: readonly T[]): OnnxAttributeKind<T> {
  const options = [fallback, ...others];
  return kind<T>(`one of ${options.join(", ")}`, fallback, (attribute) =>
    attribute.type === "string" ? options.find((option) => option === attribute.value) : undefined,
  );
}

/** The same kind where the attribute must be there. */
export function required<T>(of: OnnxAttributeKind<T | undefined>): OnnxAttributeKind<T>;
export function required<T>(of: OnnxAttributeKind<T>): OnnxAttributeKind<T> {
  return { ...of, required: true };
}

/** The node's attributes. Fails with `import/unknown-attribute`, `import/attribute`. */
export function readAttributes<K extends OnnxAttributeKinds>(kinds: K, node: OnnxNode): ValuesOf<K> {
  for (const name of node.attributes.keys()) {
    if (Object.hasOwn(kinds, name)) continue;
    const known = Object.keys(kinds).join(", ") || "none";
    const found = name === "" ? "an attribute without a name" : quoted(name);
    fail("import/unknown-attribute", {
      at: node.location,
      expected: `attributes of ${node.operator}: ${known}`,
      found,
    });
  }
  const values = Object.entries(kinds).map(([name, each]) => [name, readOne(name, each, node)]);
  return Object.fromEntries(values) as ValuesOf<K>;
}

function readOne<T>(name: string, { words, fallback, read, required }: OnnxAttributeKind<T>, node: OnnxNode): T {
  const attribute = node.attributes.get(name);
  const expected = `${name} of ${node.operator} to be ${words}`;
  if (attribute === undefined && required) fail("import/attribute", { at: node.location, expected, found: "nothing" });
  if (attribute === undefined) return fallback;
  const value = read(attribute);
  if (value !== undefined) return value;
  const found = attribute.type === "string" ? quoted(attribute.value) : attribute.type;
  return fail("import/attribute", { at: node.location, expected, found });
}
