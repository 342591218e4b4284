/** `--print-after` and `--stop-after`: looking into the compiler. */
import type { Command } from "commander";
import type { StageOptions } from "../compile/stages.js";
import type { Io } from "./io.js";

export interface StageArguments {
  readonly printAfter?: string;
}

export function withStageOptions(command: Command): Command {
  return command.option(
    "--print-after <pass>",
    "write the text form after a pass to standard error, or after all of them with `all`",
  );
}

/** Snapshots go to standard error, each under the pass's name. */
export function snapshotOptions({ printAfter }: StageArguments, io: Io): StageOptions {
  if (printAfter === undefined) return {};
  return {
    printAfter: printAfter === "all" ? "all" : printAfter.split(","),
    onSnapshot: ({ pass, text }) => io.err(`// after ${pass}\n${text}\n`),
  };
}
