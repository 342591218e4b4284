/** `--print-after` and `--stop-after`: looking into the compiler. */
import type { Command } from "commander";
import { stageNames } from "../compile.js";
import type { StageOptions } from "../compile/stages.js";
import { fail } from "../diagnostics/error.js";
import type { Io } from "./io.js";

export interface StageArguments {
  readonly printAfter?: string;
  readonly stopAfter?: string;
}

export function withStageOptions(command: Command): Command {
  return command
    .option("--print-after <stages>", "write the text form after stages to standard error: names with commas, or all")
    .option("--stop-after <stage>", "the last stage to run; no files are written");
}

/** Snapshots go to standard error, each under the stage's name. Fails with `command/pass`. */
export function stageOptions({ printAfter, stopAfter }: StageArguments, io: Io): StageOptions {
  if (stopAfter !== undefined) checkStage("--stop-after", stopAfter);
  const stop = stopAfter === undefined ? {} : { stopAfter };
  if (printAfter === undefined) return stop;
  const names = printAfter.split(",");
  if (printAfter !== "all") for (const name of names) checkStage("--print-after", name);
  return {
    ...stop,
    printAfter: printAfter === "all" ? "all" : names,
    onSnapshot: ({ pass, text }) => io.err(`// after ${pass}\n${text}\n`),
  };
}

/** Fails with `command/pass` unless `name` is that of a stage, or one of `others`. */
export function checkStage(option: string, name: string, others: readonly string[] = []): void {
  const known = [...others, ...stageNames()];
  if (!known.includes(name))
    fail("command/pass", { at: option, expected: known.join(", "), found: JSON.stringify(name) });
}
