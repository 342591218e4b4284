/** Failures as text on standard error, or with `--json` as data on standard output. */
import { formatDiagnostic, InternalError, type Diagnostic } from "../diagnostics/error.js";
import { formatLocation } from "../diagnostics/location.js";
import type { Io } from "./io.js";
import { printJson } from "./format.js";

export function reportDiagnostics(diagnostics: readonly Diagnostic[], asJson: boolean, io: Io): void {
  if (asJson) io.out(printJson({ errors: diagnostics.map(diagnosticData) }));
  else io.err(`${diagnostics.map(formatDiagnostic).join("\n\n")}\n`);
}

/** A bug of ours: with its stack, for the report. */
export function reportInternal(error: Error, asJson: boolean, io: Io): void {
  const code = error instanceof InternalError ? "internal/invariant" : "internal/unexpected";
  if (asJson) io.out(printJson({ errors: [{ code, title: error.message }] }));
  const text = error.stack ?? error.message;
  io.err(
    error instanceof InternalError ? `${text}\n` : `${code}  ${text}\nThis is a bug in unstride. Please report it.\n`,
  );
}

/** Places as one line for people, and as data where the place is in a file. */
export function diagnosticData({ at, ...rest }: Diagnostic) {
  if (at === undefined) return rest;
  return typeof at === "string" ? { ...rest, at } : { ...rest, at: formatLocation(at), location: at };
}
