/** `unstride compile`: a model file → a module's files. */
import { join } from "node:path";
import { Command, Option } from "commander";
import { compile, type CompileOptions, type Compiled } from "../../compile.js";
import { formatBytes } from "../format.js";
import type { Io } from "../io.js";
import { readModel, withModelOptions, type ModelOptions } from "../model-options.js";
import { withProgress } from "../progress.js";
import { snapshotOptions, withStageOptions, type StageArguments } from "../stage-options.js";
import { writeFiles } from "../write-files.js";

interface Options extends ModelOptions, StageArguments {
  readonly output: string;
  readonly name?: string;
  readonly inline?: boolean;
  readonly algorithm?: "phases" | "zero-insertion";
  readonly json?: boolean;
}

export function compileCommand(io: Io): Command {
  const command = new Command("compile").description("Compiles a model to a JavaScript module that imports nothing.");
  withStageOptions(withModelOptions(command))
    .option("-o, --output <folder>", "where the files go", ".")
    .option("--name <name>", "what the files are called; default the model file's name")
    .option("--inline", "put the weights into the module, so that it is one file")
    .addOption(
      new Option("--algorithm <name>", "how transposed convolutions are lowered").choices(["phases", "zero-insertion"]),
    )
    .option("--json", "write the figures as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  unstride compile det.onnx -o out/ --shape x=1x3x320x320\n  unstride compile mnist.onnx -o out/ --inline",
    )
    .action((path: string, options: Options) => run(path, options, io));
  return command;
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const compiled = await withProgress(io, async (report) => {
    report("reading the model");
    const model = await readModel(path, options);
    const done = await compile(model.graph, {
      ...compileOptions(options, model),
      ...snapshotOptions(options, io),
      onStage: report,
    });
    report("writing the files");
    await writeFiles(options.output, done.files);
    return done;
  });
  io.out(
    options.json === true ? `${JSON.stringify(summary(compiled, options), undefined, 2)}\n` : words(compiled, options),
  );
}

function compileOptions(options: Options, { name, sourceHash }: { name: string; sourceHash: string }): CompileOptions {
  return {
    name: options.name ?? name,
    sourceHash,
    weights: options.inline === true ? "inline" : "side",
    ...(options.algorithm && { algorithm: options.algorithm }),
  };
}

function summary({ files, stats, memory }: Compiled, { output }: Options) {
  return { files: files.map(({ path }) => join(output, path)), ...stats, arenaLowerBoundBytes: memory.lowerBound };
}

function words({ files, stats, memory }: Compiled, { output }: Options): string {
  const size = (contents: string | Uint8Array): number =>
    typeof contents === "string" ? Buffer.byteLength(contents) : contents.length;
  const rows = files.map(({ path, contents }) => `  ${join(output, path)}  ${formatBytes(size(contents))}`);
  const arena = `${formatBytes(stats.arenaBytes)} arena (at least ${formatBytes(memory.lowerBound)})`;
  return [
    ...rows,
    `  ${stats.kernels} kernels, ${stats.calls} calls, ${formatBytes(stats.weightsBytes)} weights, ${arena}`,
    "",
  ].join("\n");
}
