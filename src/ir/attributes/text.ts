/** The text form of attribute values. The value alone decides how it is written, so nothing here knows an op. */
import { quotedWhole } from "../../diagnostics/quoted.js";
import type { TextReader } from "../text/text-reader.js";
import { numberText, printTensor, readTensor } from "../types/tensor-text.js";
import { isTensorAttribute, type AttributeValue } from "./value.js";

/** `2`, `"tanh"`, `true`, `[1, 2]`, `[[0, 1], [0, 1]]`, `f32[2]{1, 2}`. */
export function printAttribute(value: AttributeValue, options: { readonly elide?: boolean } = {}): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return quotedWhole(value);
  if (typeof value === "boolean") return String(value);
  if (isTensorAttribute(value)) return printTensor(value, options);
  return `[${value.map((item) => (typeof item === "number" ? numberText(item) : printPair(item))).join(", ")}]`;
}

function printPair([low, high]: readonly [number, number]): string {
  return `[${numberText(low)}, ${numberText(high)}]`;
}

/** Any attribute value. */
export function readAttribute(reader: TextReader): AttributeValue {
  if (reader.seesNumber()) return Number(reader.numeral());
  if (reader.sees('"')) return reader.string("a string");
  if (reader.takes("true")) return true;
  if (reader.takes("false")) return false;
  return reader.sees("[") ? readList(reader) : readTensor(reader);
}

function readList(reader: TextReader): readonly number[] | readonly (readonly [number, number])[] {
  const at = reader.location;
  const items = reader.list("[", "]", () => (reader.sees("[") ? readPair(reader) : Number(reader.numeral())));
  const numbers = items.filter((item) => typeof item === "number");
  const pairs = items.filter((item) => typeof item !== "number");
  if (numbers.length > 0 && pairs.length > 0)
    reader.fail("text/syntax", { expected: "numbers, or pairs of numbers", found: "both in one list", at });
  return pairs.length > 0 ? pairs : numbers;
}

function readPair(reader: TextReader): readonly [number, number] {
  const at = reader.location;
  const [low, high, ...others] = reader.list("[", "]", () => Number(reader.numeral()));
  if (low === undefined || high === undefined || others.length > 0)
    return reader.fail("text/syntax", { expected: "a pair of numbers", at });
  return [low, high];
}

/** Whether two values print alike. */
export function equalAttributes(a: AttributeValue, b: AttributeValue): boolean {
  return a === b || printAttribute(a) === printAttribute(b);
}
