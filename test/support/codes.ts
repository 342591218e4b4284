/** The codes of what is wrong. */
import { UnstrideError } from "../../src/diagnostics/error.js";

/** Codes of all diagnostics that `build` throws, each once; [] where it throws none. Other exceptions pass through. */
export function codesOf(build: () => unknown): readonly string[] {
  try {
    build();
    return [];
  } catch (error) {
    if (!(error instanceof UnstrideError)) throw error;
    return [...new Set(error.diagnostics.map(({ code }) => code))];
  }
}
