/** What an attribute of a node can hold. */
import type { Tensor } from "../types/tensor.js";

/** Plain data only: it prints, parses and compares by structure. */
export type AttributeValue =
  number | string | boolean | readonly number[] | readonly (readonly [low: number, high: number])[] | Tensor;

/** Attributes by name. Definitions narrow it with a type alias (not an interface), so that it stays assignable. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

export function isTensorAttribute(value: AttributeValue): value is Tensor {
  return typeof value === "object" && !Array.isArray(value);
}
