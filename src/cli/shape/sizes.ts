/** Reads the sizes of the command line: `1x7x7x128`, `?x28x28x1`, `1x1x80x300T`, `3,5`, `1:2,0:0`, `SAME`. */
import { fail } from "../../diagnostics/error.js";
import { largestSize } from "../../ir/geometry/check.js";
import { constant, plus, symbol, type Linear } from "../../ir/geometry/linear.js";
import type { Convention, PaddingChoice } from "../../ir/geometry/solver/problem.js";
import { jaxCrop } from "../../ir/geometry/conventions/jax.js";
import type { Padding } from "../../ir/geometry/window.js";

/** A shape: sizes separated by x or commas, brackets allowed; `?`, `None` and `-1` are unknown, names stand for themselves. */
export function parseShape(option: string, text: string): readonly (Linear | undefined)[] {
  const inner = text
    .trim()
    .replace(/^[[(]/, "")
    .replace(/[\])]$/, "");
  const separator = inner.includes(",") ? "," : "x";
  return inner.split(separator).map((part) => parseSize(option, part.trim()));
}

/** Whole numbers from `least`, one for each dimension, or one for all. `?` is unknown. */
export function parseNumbers(
  option: string,
  text: string,
  rank: number,
  least: number,
): readonly (number | undefined)[] {
  const parts = splitList(text).map((part) => (part === "?" ? undefined : parseNumber(option, part, least)));
  if (parts.length === rank) return parts;
  if (parts.length !== 1) refuse(option, `1 or ${rank} numbers`, text);
  return Array.from({ length: rank }, () => parts[0]);
}

/** As `parseNumbers`, with nothing unknown. */
export function parseKnownNumbers(option: string, text: string, rank: number, least: number): readonly number[] {
  return parseNumbers(option, text, rank, least).map((value) => value ?? refuse(option, "numbers", text));
}

/** A whole number of at least `least`. */
export function parseNumber(option: string, text: string, least: number): number {
  const value = /^-?\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= largestSize) return value + 0;
  return refuse(option, `a whole number from ${least} to ${largestSize}`, text);
}

/** What a padding was written as, before JAX's numbers are turned into crops. */
export function parsePadding(text: string, rank: number, convention: Convention): PaddingChoice | undefined {
  const names: Readonly<Record<string, PaddingChoice | undefined>> = {
    SAME: { kind: "same", oddEnd: "high" },
    SAME_UPPER: { kind: "same", oddEnd: "high" },
    SAME_LOWER: { kind: "same", oddEnd: "low" },
    VALID: { kind: "valid" },
  };
  const name = text.trim().toUpperCase();
  if (name === "NOTSET" || name === "?") return undefined;
  return (Object.hasOwn(names, name) ? names[name] : undefined) ?? explicitPadding(text, rank, convention);
}

/** JAX pads the dilated input: its pads are turned into the crop they mean. */
export function jaxPadding(
  choice: PaddingChoice | undefined,
  kernel: readonly (number | undefined)[],
  dilations: readonly number[],
): PaddingChoice | undefined {
  if (choice?.kind !== "explicit") return choice;
  const padding = choice.padding.map((pair, i): Padding => {
    const size = kernel[i];
    if (size === undefined) refuse("--padding", "a known --kernel, on which JAX's explicit padding depends", "none");
    return jaxCrop({ kernel: size, stride: 1, dilation: dilations[i] ?? 1 }, pair);
  });
  return { kind: "explicit", padding };
}

/** Fails with `command/option`. */
export function refuse(option: string, expected: string, found: string): never {
  fail("command/option", { at: option, expected, found: JSON.stringify(found) });
}

/** `1`, `1,2` (both ends alike), `1:2,0:0` (low:high), or ONNX' list of all low ends, then all high ends. */
function explicitPadding(text: string, rank: number, convention: Convention): PaddingChoice {
  const parts = splitList(text);
  if (!parts.every((part) => /^-?\d+(:-?\d+)?$/.test(part))) {
    refuse("--padding", `SAME, VALID, one number or low:high, or ${rank} of them`, text);
  }
  if (convention === "onnx" && rank > 0 && parts.length === 2 * rank && !text.includes(":")) {
    const pads = parts.map((part) => parseNumber("--padding", part, -largestSize));
    return { kind: "explicit", padding: pads.slice(0, rank).map((low, i): Padding => [low, pads[rank + i] ?? 0]) };
  }
  const pairs = parts.map(parsePair);
  if (pairs.length !== rank && pairs.length !== 1) {
    refuse("--padding", `SAME, VALID, one number or low:high, or ${rank} of them`, text);
  }
  return { kind: "explicit", padding: Array.from({ length: rank }, (_, i) => pairs[i] ?? pairs[0] ?? [0, 0]) };
}

function parsePair(text: string): Padding {
  const [low = "", high = low] = text.split(":");
  return [parseNumber("--padding", low, -largestSize), parseNumber("--padding", high, -largestSize)];
}

/** Numbers, multiples of a name, a name and a difference: `28`, `T`, `300T`, `L+1`. */
function parseSize(option: string, text: string): Linear | undefined {
  if (text === "?" || text === "None" || text === "null" || text === "-1") return undefined;
  if (/^\d+$/.test(text)) return constant(parseNumber(option, text, 1));
  const match = /^(\d{0,9})\*?([A-Za-z_][A-Za-z0-9_]{0,30})([+-]\d{1,9})?$/.exec(text);
  const isNumber = /^\d+e\d+$/i.test(text) || text === "NaN" || text === "Infinity";
  if (!match || isNumber) return refuse(option, "sizes such as 1x7x7x128, ?x28x28x1 or 1x80xT", text);
  const [, factor = "", name = "", shift = "0"] = match;
  if (Number(factor) === 0 && factor !== "") return refuse(option, "a size from 1", text);
  return plus(symbol(name, factor === "" ? 1 : Number(factor)), Number(shift));
}

function splitList(text: string): readonly string[] {
  return text
    .trim()
    .replace(/^[[(]/, "")
    .replace(/[\])]$/, "")
    .split(/[,x]/)
    .map((part) => part.trim());
}

/** Splits the text of `--or` and `--then` into words as a shell would, quotes included. */
export function splitWords(text: string): readonly string[] {
  const words = text.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => (/^(["']).*\1$/.test(word) ? word.slice(1, -1) : word));
}
