/** Pieces of text put together to a module. */
import type { Program } from "../../ir/program/program.js";
import { checkLength } from "./limits.js";
import type { EmittedStats } from "./options.js";

/** The texts, each ending its line, with an empty line between. Fails with `target/code` where they are too long. */
export function joinTexts(texts: readonly string[]): string {
  checkLength(texts);
  return texts.map((text) => (text.endsWith("\n") ? text : `${text}\n`)).join("\n");
}

export function statsOf(program: Program, text: string, weightsBytes: number): EmittedStats {
  return {
    moduleBytes: new TextEncoder().encode(text).length,
    weightsBytes,
    arenaBytes: program.arenaBytes,
    kernels: program.kernels.length,
    calls: program.calls.length,
  };
}
