/** The codes of what is wrong. */
import { UnstrideError } from "../../src/diagnostics/error.js";

/** Codes of all diagnostics that `build` throws, each once; [] where it throws none. Other exceptions pass through. */
export function codesOf(build: () => unknown): readonly string[] {
  try {
    build();
    return [];
  } catch (error) {
    return codesIn(error);
  }
}

/** The same of a promise's rejection. */
export async function codesOfAsync(build: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await build();
    return [];
  } catch (error) {
    return codesIn(error);
  }
}

function codesIn(error: unknown): readonly string[] {
  if (!(error instanceof UnstrideError)) throw error;
  return [...new Set(error.diagnostics.map(({ code }) => code))];
}
