/** The commands of `unstride` and what a failure becomes: a message and an exit code. */
import { Command, CommanderError } from "commander";
import { InternalError, UnstrideError, formatDiagnostic } from "../diagnostics/error.js";
import { version } from "../version.js";
import { checkCommand } from "./commands/check.js";
import { compileCommand } from "./commands/compile.js";
import { inspectCommand } from "./commands/inspect.js";
import { kernelCommand } from "./commands/kernel.js";
import { printCommand } from "./commands/print.js";
import { runModelCommand } from "./commands/run.js";
import { CheckFailed } from "./failure.js";
import type { Io } from "./io.js";

/** 0 done · 1 the input is wrong, or a comparison failed · 2 the command line is wrong · 70 a bug of ours. */
export type ExitCode = 0 | 1 | 2 | 70;

/** Runs one command line, without the program's name. Never throws. */
export async function runCommand(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await program(io).parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    return report(error, argv.includes("--json"), io);
  }
}

function program(io: Io): Command {
  const root = new Command("unstride")
    .description("Compiles neural networks ahead of time to JavaScript modules that need nothing else.")
    .version(version)
    .configureHelp({ showGlobalOptions: true });
  for (const make of [compileCommand, runModelCommand, inspectCommand, printCommand, checkCommand, kernelCommand]) {
    root.addCommand(make(io));
  }
  for (const command of [root, ...root.commands]) {
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  }
  return root;
}

function report(error: unknown, asJson: boolean, io: Io): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CheckFailed) return 1;
  if (error instanceof UnstrideError) {
    if (asJson) io.out(`${JSON.stringify({ errors: error.diagnostics }, undefined, 2)}\n`);
    else io.err(`${error.diagnostics.map(formatDiagnostic).join("\n\n")}\n`);
    return 1;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(`${error instanceof InternalError ? "" : "internal/unexpected  "}${text}\n`);
  return 70;
}
