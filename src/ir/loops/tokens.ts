/** Words, numbers and marks of the loops text, each with where it stands. */
import { fail } from "../../diagnostics/error.js";
import type { SourceLocation } from "../../diagnostics/location.js";

export interface Token {
  readonly kind: "word" | "number" | "mark" | "end";
  readonly text: string;
  readonly location: SourceLocation;
}

const pattern =
  /\s+|\/\/[^\n]*|(?<word>[A-Za-z_]\w*)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<mark>==|!=|<=|>=|[<>+\-*/=(){}[\],:])/y;

/** The tokens of a text and a last one at its end. Throws `text/syntax`. `source` names the text in locations. */
export function tokensOf(text: string, source: string): readonly Token[] {
  const tokens: Token[] = [];
  let [line, lineStart, position] = [1, 0, 0];
  const here = (): SourceLocation => ({ kind: "text", source, line, column: position - lineStart + 1 });
  while (position < text.length) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) fail("text/syntax", { at: here(), found: JSON.stringify(text.charAt(position)) });
    const { word, number, mark } = match.groups ?? {};
    const kind = word !== undefined ? "word" : number !== undefined ? "number" : "mark";
    if (word ?? number ?? mark) tokens.push({ kind, text: match[0], location: here() });
    for (const { index } of match[0].matchAll(/\n/g)) [line, lineStart] = [line + 1, position + index + 1];
    position += match[0].length;
  }
  return [...tokens, { kind: "end", text: "the end", location: here() }];
}
