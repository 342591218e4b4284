/** `unstride inspect`: a model's ports, nodes, work and sizes; what is free and what is not supported. */
import { Command } from "commander";
import { CheckFailed } from "../failure.js";
import { printJson } from "../format.js";
import { inspectFile } from "../inspect/inspect-model.js";
import { inspectionText } from "../inspect/inspection-text.js";
import type { Io } from "../io.js";
import { withModelOptions, type ModelOptions } from "../model-options.js";
import { withProgress } from "../progress.js";
import { diagnosticData, reportDiagnostics } from "../report.js";

interface Options extends ModelOptions {
  readonly json?: boolean;
}

const examples = `
A model is told of as far as its sizes are bound: without them what it asks for, with them what it costs.

Examples:
  unstride inspect det.onnx
  unstride inspect det.onnx --shape x=1x3x320x320`;

export function inspectCommand(io: Io): Command {
  const command = new Command("inspect").description(
    "Lists a model's nodes with their work and sizes, its free dimensions, and the operators that are not supported.",
  );
  return withModelOptions(command)
    .option("--json", "write everything as JSON")
    .addHelpText("after", examples)
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const inspection = await withProgress(io, (report) => {
    report("reading the model");
    return inspectFile(path, options);
  });
  const { problems, ...facts } = inspection;
  const bold = (text: string): string => (io.color ? `\u001b[1m${text}\u001b[22m` : text);
  if (options.json === true) {
    const errors = problems.length === 0 ? {} : { errors: problems.map(diagnosticData) };
    io.out(printJson({ ...facts, ...errors }));
  } else {
    io.out(inspectionText(inspection, bold));
    if (problems.length > 0) reportDiagnostics(problems, false, io);
  }
  if (problems.length > 0) throw new CheckFailed("the model cannot be imported");
}
