/**
 * Attribute kinds: what an attribute may be, and its default.
 * Printing and parsing need only the value (`AttributeValue` is plain data), so a kind is a check with words for the error.
 */
import { elementTypes } from "../types/element-type.js";
import { isTensorAttribute, type Attributes, type AttributeValue } from "./value.js";
import type { ElementType } from "../types/element-type.js";
import type { Tensor } from "../types/tensor.js";

export interface AttributeKind<T extends AttributeValue = AttributeValue> {
  /** What is expected, for people: `a list of whole numbers from 1`. */
  readonly description: string;
  accepts(value: AttributeValue): boolean;
  readonly fallback?: T;
}

/** One kind per attribute of `A`. */
export type AttributeKinds<A extends Attributes> = { readonly [Name in keyof A]: AttributeKind<A[Name]> };

const kind = <T extends AttributeValue>(
  description: string,
  accepts: (value: AttributeValue) => boolean,
): AttributeKind<T> => ({ description, accepts });

const isWhole = (value: AttributeValue): value is number => typeof value === "number" && Number.isSafeInteger(value);
const isList = (value: AttributeValue): value is readonly number[] =>
  Array.isArray(value) && value.every((item) => typeof item === "number");

export const integer = kind<number>("a whole number", isWhole);
export const positiveInteger = kind<number>("a whole number from 1", (value) => isWhole(value) && value >= 1);
export const real = kind<number>("a number", (value) => typeof value === "number");
export const flag = kind<boolean>("true or false", (value) => typeof value === "boolean");
export const string = kind<string>("a string", (value) => typeof value === "string");
export const integers = kind<readonly number[]>(
  "a list of whole numbers",
  (value) => isList(value) && value.every(isWhole),
);
export const positiveIntegers = kind<readonly number[]>(
  "a list of whole numbers from 1",
  (value) => isList(value) && value.every((item) => isWhole(item) && item >= 1),
);
export const sizes = kind<readonly number[]>(
  "a list of whole numbers from 0",
  (value) => isList(value) && value.every((item) => isWhole(item) && item >= 0),
);
export const reals = kind<readonly number[]>("a list of numbers", isList);
export const paddings = kind<readonly (readonly [number, number])[]>(
  "a list of [low, high] pairs of whole numbers",
  (value) =>
    Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isWhole)),
);
export const anyTensor = kind<Tensor>("a tensor", isTensorAttribute);
export const elementType = kind<ElementType>(
  `one of ${Object.keys(elementTypes).join(", ")}`,
  (value) => typeof value === "string" && Object.hasOwn(elementTypes, value),
);

/** One of a few strings. */
export function choice<T extends string>(...options: readonly T[]): AttributeKind<T> {
  return kind<T>(`one of ${options.join(", ")}`, (value) => options.some((option) => option === value));
}

/** The same kind with a value to take where the attribute is absent. */
export function optional<T extends AttributeValue>(of: AttributeKind<T>, fallback: T): AttributeKind<T> {
  return { ...of, fallback };
}
