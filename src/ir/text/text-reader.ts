/**
 * Reads a text from left to right: blanks and `//` comments are skipped, tokens are taken by pattern, and an error knows line and column.
 * No recursion, so hostile texts cost time in proportion to their length.
 */
import { fail, type Details } from "../../diagnostics/error.js";
import type { Code } from "../../diagnostics/catalogue.js";
import type { SourceLocation } from "../../diagnostics/location.js";

// Repetitions are bounded: an engine keeps a step of every repetition of a pattern, and a hostile token has millions.
const decimal = /-?(?:\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,4})?|Infinity)|NaN/y;
const word = /[A-Za-z_][A-Za-z0-9_]{0,99}/y;

export class TextReader {
  private position = 0;
  private lineStarts: readonly number[] | undefined;
  private readonly text: string;
  private readonly source: string;

  /** `source` is what errors call the text: a file's name. */
  constructor(text: string, source: string) {
    this.text = text;
    this.source = source;
    this.skip();
  }

  get atEnd(): boolean {
    return this.position === this.text.length;
  }

  /** Whether the text goes on with `symbol`. */
  sees(symbol: string): boolean {
    return this.text.startsWith(symbol, this.position);
  }

  /** Takes `symbol` if the text goes on with it. */
  takes(symbol: string): boolean {
    if (!this.sees(symbol)) return false;
    this.position += symbol.length;
    this.skip();
    return true;
  }

  expect(symbol: string): void {
    if (!this.takes(symbol)) this.fail("text/syntax", { expected: JSON.stringify(symbol) });
  }

  /** The token that matches a sticky pattern here, or undefined. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const token = pattern.exec(this.text)?.[0];
    if (token !== undefined) {
      this.position += token.length;
      this.skip();
    }
    return token;
  }

  /** A letter or `_`, then letters, digits and `_`. */
  word(what: string): string {
    return this.match(word) ?? this.fail("text/syntax", { expected: what });
  }

  seesNumber(): boolean {
    decimal.lastIndex = this.position;
    return decimal.test(this.text);
  }

  /** A number as it is written: integers may be too long for a double. */
  numeral(): string {
    return this.match(decimal) ?? this.fail("text/syntax", { expected: "a number" });
  }

  /** A whole number from 0. */
  natural(what: string): number {
    const at = this.position;
    const value = Number(this.numeral());
    return Number.isSafeInteger(value) && value >= 0 ? value : this.failAt(at, "text/syntax", { expected: what });
  }

  /** A string in double quotes with JSON's escapes. */
  string(what: string): string {
    const at = this.position;
    if (!this.sees('"')) this.fail("text/syntax", { expected: `${what} in double quotes` });
    const end = this.endOfString();
    try {
      const value = String(JSON.parse(this.text.slice(at, end)));
      this.position = end;
      this.skip();
      return value;
    } catch {
      return this.fail("text/syntax", { expected: `${what}, closed, and with JSON's escapes` });
    }
  }

  /** After the quote that closes the string here, or the end of the line or text where there is none. */
  private endOfString(): number {
    const special = /["\\\n]/g;
    special.lastIndex = this.position + 1;
    for (let found = special.exec(this.text); found !== null; found = special.exec(this.text)) {
      if (found[0] !== "\\") return special.lastIndex;
      special.lastIndex++;
    }
    return this.text.length;
  }

  /** What `read` reads, between `open` and `close`, separated by commas; possibly nothing. */
  list<T>(open: string, close: string, read: () => T): T[] {
    this.expect(open);
    if (this.takes(close)) return [];
    const items = [read()];
    while (this.takes(",")) items.push(read());
    this.expect(close);
    return items;
  }

  /** Where the next token stands. */
  get location(): SourceLocation {
    return this.locationOf(this.position);
  }

  /** Throws; `at` is the next token and `found` the text there unless said otherwise. */
  fail(code: Code, details: Details = {}): never {
    return this.failAt(this.position, code, details);
  }

  private failAt(position: number, code: Code, details: Details): never {
    const rest = this.text.slice(position, position + 30).split("\n", 1)[0];
    const found = rest === "" ? "the end" : JSON.stringify(rest);
    fail(code, { at: this.locationOf(position), found, ...details });
  }

  private locationOf(position: number): SourceLocation {
    this.lineStarts ??= lineStartsOf(this.text);
    const line = this.lineStarts.length - countAbove(this.lineStarts, position);
    return { kind: "text", source: this.source, line, column: position - this.lineStarts[line - 1] + 1 };
  }

  private skip(): void {
    for (;;) {
      while (isBlank(this.text.charCodeAt(this.position))) this.position++;
      if (!this.sees("//")) return;
      const end = this.text.indexOf("\n", this.position);
      this.position = end < 0 ? this.text.length : end;
    }
  }
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** How many of an ascending list are above `value`. */
function countAbove(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > value) high = middle;
    else low = middle + 1;
  }
  return ascending.length - low;
}
