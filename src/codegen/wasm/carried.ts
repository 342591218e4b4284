/** What functions call and a module must therefore have: functions of its own, and imports from JavaScript. */
import { importText } from "./imports.js";
import { laneFunction } from "./lane-functions.js";
import { ownFunctions } from "./own-functions.js";

export interface Carried {
  readonly functions: readonly string[];
  /** Names of functions imported from "js", without `js_`. */
  readonly imports: readonly string[];
}

/** Everything that texts call, directly or through what they call; in the order of first use. */
export function carriedBy(texts: readonly string[]): Carried {
  const functions = new Map<string, string>();
  const imports = new Set<string>();
  const visit = (text: string): void => {
    for (const [, name = "", operands = 1] of callsIn(text)) {
      if (name.startsWith("js_")) imports.add(name.slice("js_".length));
      else if (!functions.has(name)) {
        const own = ownFunctions[name] ?? laneFunction(name, operands);
        functions.set(name, own);
        visit(own);
      }
    }
  };
  texts.forEach(visit);
  return { functions: [...functions.values()], imports: [...imports] };
}

/** Names that a text calls, and of how many operands. */
function* callsIn(text: string): Generator<readonly [string, string, number]> {
  for (const { 0: match, 1: name = "", index } of text.matchAll(/\(call \$([A-Za-z0-9_]+)/g)) {
    yield [match, name, operandsFrom(text, index + match.length)];
  }
}

/** How many folded instructions stand between here and the closing parenthesis. */
function operandsFrom(text: string, from: number): number {
  let [depth, count] = [0, 0];
  for (let i = from; i < text.length; i++) {
    const mark = text[i];
    if (mark === "(" && depth++ === 0) count++;
    else if (mark === ")" && depth-- === 0) return count;
  }
  return count;
}

/** The declaration of an import. */
export function importTexts(imports: readonly string[]): readonly string[] {
  return imports.map(importText);
}
