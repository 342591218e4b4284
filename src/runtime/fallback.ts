/** The JavaScript of a module that takes WebAssembly where it can. */
import { refuse } from "./refuse.js";

/** What a file of JavaScript kernels exports. */
export interface Fallback {
  /** A digest of the text, by which the module knows the file that was made with it. */
  readonly identity: string;
  createFallback(...given: readonly unknown[]): unknown;
}

/** The file's exports. Throws an Error with code `javascript/unreadable` or `javascript/mismatch`. */
export async function openFallback(file: string, identity: string, source: () => Promise<Fallback>): Promise<Fallback> {
  let found: Fallback;
  try {
    found = await source();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    refuse(
      Error,
      "javascript/unreadable",
      `cannot import ${file}, which runs where WebAssembly does not: ${reason}`,
      cause,
    );
  }
  if (found.identity !== identity) {
    const message = `${file} is another model's: its identity is ${found.identity}, not ${identity}. Use the file made together with this module`;
    refuse(Error, "javascript/mismatch", message);
  }
  return found;
}
