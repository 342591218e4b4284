/**
 * The two ways to fail. `UnstrideError` is the user's to mend and carries diagnostics, each a row of the catalogue;
 * `InternalError` is ours, and carries the stage and the IR that broke an invariant.
 */
import { catalogue, type Code } from "./catalogue.js";
import { escaped } from "./quoted.js";
import { formatLocation, type SourceLocation } from "./location.js";

/** One thing that is wrong: what, where, expected, found, and what to do. */
export interface Diagnostic {
  /** A code of the catalogue, or an op's constraint label such as `conv/C1`. */
  readonly code: string;
  readonly title: string;
  readonly at?: SourceLocation | string;
  readonly expected?: string;
  readonly found?: string;
  readonly remedy: string;
}

/** What a catalogue entry leaves to say: the place and the two sides. `remedy` overrides the entry's own. */
export interface Details {
  readonly at?: SourceLocation | string;
  readonly expected?: string;
  readonly found?: string;
  readonly remedy?: string;
  /** Replaces the entry's title where the thing itself must be named in it. */
  readonly title?: string;
}

/** The diagnostic of a catalogue entry. */
export function diagnostic(code: Code, details: Details = {}): Diagnostic {
  const { title, remedy } = catalogue[code];
  return { code, title, remedy, ...details };
}

/** A wrong input, model, option or text. Thrown with all diagnostics of one stage together. */
export class UnstrideError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n\n"));
    this.name = "UnstrideError";
    this.diagnostics = diagnostics;
  }

  /** The code of the first diagnostic. */
  get code(): string {
    return this.diagnostics[0]?.code ?? "internal/invariant";
  }
}

/** Throws one catalogue entry at once. */
export function fail(code: Code, details: Details = {}): never {
  throw new UnstrideError([diagnostic(code, details)]);
}

/** An invariant of the compiler that does not hold: never the user's fault. */
export class InternalError extends Error {
  constructor(stage: string, message: string, ir = "") {
    super(
      `internal/invariant  ${stage}: ${message}\n${ir}\nThis is a bug in unstride. Please report it with the model.`,
    );
    this.name = "InternalError";
  }
}

/** Throws `InternalError` unless `condition` holds. */
export function invariant(condition: boolean, stage: string, message: string): asserts condition {
  if (!condition) throw new InternalError(stage, message);
}

/** Text a user reads: code and title, then one aligned row for each part that is known; no mark in it means anything to a terminal. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { at, expected, found, remedy } = diagnostic;
  const place = typeof at === "object" ? formatLocation(at) : at;
  const rows: [string, string | undefined][] = [
    ["at", place],
    ["expected", expected],
    ["found", found],
    ["remedy", remedy],
  ];
  const lines = rows.flatMap(([label, text]) => (text === undefined ? [] : [`  ${label.padEnd(9)} ${escaped(text)}`]));
  return [`${diagnostic.code}  ${escaped(diagnostic.title)}`, ...lines].join("\n");
}
