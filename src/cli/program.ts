/** The command line: finds the command, runs it, and makes of a failure a message and an exit code. */
import { Command, CommanderError } from "commander";
import { diagnostic, InternalError, UnstrideError, type Diagnostic } from "../diagnostics/error.js";
import { version } from "../version.js";
import { commandTable } from "./command-table.js";
import { CheckFailed } from "./failure.js";
import type { Io } from "./io.js";
import { reportDiagnostics, reportInternal } from "./report.js";

/** 0 done · 1 the input is wrong, or a comparison failed · 2 the command line is wrong · 70 a bug of ours. */
export type ExitCode = 0 | 1 | 2 | 70;

/** Codes of what is wrong with the command line rather than with a file. */
const usageCodes: ReadonlySet<string> = new Set(["command/usage", "command/option", "command/pass", "command/kernel"]);

/** Runs one command line, without the program's name. Never throws. */
export async function runCommand(argv: readonly string[], io: Io): Promise<ExitCode> {
  const asJson = argv.includes("--json");
  try {
    const root = await program(argv, io);
    if (argv.length === 0) {
      io.err(root.helpInformation());
      return 2;
    }
    await root.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    return report(error, asJson, io);
  }
}

/** All commands, those that the command line names with their options, the others by name. */
async function program(argv: readonly string[], io: Io): Promise<Command> {
  const root = new Command("unstride")
    .description("Compiles neural networks ahead of time to JavaScript modules that need nothing else.")
    .version(version)
    .helpCommand("help [command]", "help for a command")
    .addHelpText("after", "\nExample:\n  unstride compile det.onnx -o out/ --shape x=1x3x320x320");
  for (const [name, { takes, summary, load }] of Object.entries(commandTable)) {
    const isNamed = argv.slice(0, 2).includes(name);
    const command = isNamed ? (await load())(io) : new Command(name).argument(takes);
    root.addCommand(command.summary(summary));
  }
  for (const command of [root, ...root.commands]) {
    // Messages about wrong command lines are written by `report`.
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: () => {} });
  }
  return root;
}

function report(error: unknown, asJson: boolean, io: Io): ExitCode {
  if (error instanceof CheckFailed) return 1;
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const diagnostics = error instanceof CommanderError ? [usageDiagnostic(error)] : diagnosticsOf(error);
  if (diagnostics !== undefined) {
    reportDiagnostics(diagnostics, asJson, io);
    return diagnostics.every(({ code }) => usageCodes.has(code)) ? 2 : 1;
  }
  reportInternal(error instanceof Error ? error : new InternalError("command", String(error)), asJson, io);
  return 70;
}

function diagnosticsOf(error: unknown): readonly Diagnostic[] | undefined {
  return error instanceof UnstrideError ? error.diagnostics : undefined;
}

/** Commander's sentence, such as `unknown option '--shap'`, as a row of ours. */
function usageDiagnostic({ message }: CommanderError): Diagnostic {
  return diagnostic("command/usage", { found: message.replace(/^error: /, "").replace(/\n/g, " ") });
}
