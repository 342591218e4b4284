/** `unstride run`: compiles a model and runs it on `.npy` files. */
import { join } from "node:path";
import { Command } from "commander";
import { compile } from "../../compile.js";
import { diagnostic, UnstrideError } from "../../diagnostics/error.js";
import type { Graph, Port } from "../../ir/graph/graph.js";
import { formatTensorType, type Tensor } from "../../ir/types/tensor.js";
import { fileNames } from "../file-names.js";
import { formatTable, printableName, printJson } from "../format.js";
import type { Io } from "../io.js";
import { loadModule, type Arrays } from "../load-module.js";
import { readModel, withModelOptions, type ModelOptions } from "../model-options.js";
import { npyFile, readNpy } from "../npy.js";
import { profiledRuns, profileRows, profileTable } from "../profile-table.js";
import { withProgress } from "../progress.js";
import { seededTensor } from "../seeded-tensor.js";
import { parseNumber, refuse } from "../shape/sizes.js";
import { targetOptions, withTargetOptions, type TargetOptions } from "../target-options.js";
import { writeFiles } from "../write-files.js";

interface Options extends ModelOptions, TargetOptions {
  /** `name=file.npy`; where the name ends is known once the model's names are. */
  readonly input: readonly string[];
  readonly output: string;
  readonly random?: string;
  readonly profile?: boolean;
  readonly json?: boolean;
}

/** An output and the file it goes to. */
interface Result {
  readonly name: string;
  readonly file: string;
  readonly tensor: Tensor;
}

const examples = `
Examples:
  unstride run mnist.onnx --input Input3=digit.npy -o out/
  unstride run det.onnx --shape x=1x3x320x320 --random 1 -o out/
  unstride run det.onnx --shape x=1x3x320x320 --random 1 -o out/ --target wasm --profile`;

export function runModelCommand(io: Io): Command {
  const collect = (text: string, known: readonly string[]): readonly string[] => [...known, text];
  const command = new Command("run").description("Compiles a model and runs it; inputs and outputs are .npy files.");
  return withTargetOptions(withModelOptions(command))
    .option("-i, --input <name=file.npy>", "data of an input; repeat for more", collect, [])
    .option("--random <seed>", "random data for inputs that are not given")
    .option("-o, --output <folder>", "where <output name>.npy go", ".")
    .option("--profile", `also runs it ${profiledRuns} times, warmed up, and tells what each node takes`)
    .option("--json", "write names, types and files as JSON")
    .addHelpText("after", examples)
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const { results, profile } = await withProgress(io, async (report) => {
    report("reading the model");
    const { graph } = await readModel(path, options);
    const inputs = await readInputs(graph, options);
    const profile = options.profile === true;
    const compiled = await compile(graph, { inline: false, ...targetOptions(options), profile, onStage: report });
    const model = await loadModule(compiled);
    report("running");
    const results = resultsOf(graph, model.run(inputs));
    return { results, profile: profile ? profileRows(model, () => void model.run(inputs)) : undefined };
  });
  await writeFiles(
    options.output,
    results.map(({ file, tensor }) => ({ path: file, contents: npyFile(tensor) })),
  );
  const facts = results.map(({ name, file, tensor }) => {
    return { name, type: formatTensorType(tensor), file: join(options.output, file) };
  });
  if (options.json === true) return io.out(printJson(profile === undefined ? facts : { outputs: facts, profile }));
  const table = formatTable(facts.map(({ name, type, file }) => [printableName(name), type, file]));
  io.out(`${table}\n${profile === undefined ? "" : `\n${profileTable(profile)}`}`);
}

function resultsOf({ outputs }: Graph, arrays: Arrays): readonly Result[] {
  const files = fileNames(
    outputs.map(({ name }) => name),
    "output",
  );
  return outputs.map(({ name, value }, i): Result => {
    const { [name]: data } = arrays;
    if (data === undefined) throw new RangeError(`the module has no output ${JSON.stringify(name)}`);
    return { name, file: `${files[i]}.npy`, tensor: { ...value.type, data } };
  });
}

/** The data of every input; all that is missing or too much is told at once. */
async function readInputs({ inputs }: Graph, { input: texts, random }: Options): Promise<Arrays> {
  const files = filesByName(inputs, texts);
  const seed = random === undefined ? undefined : parseNumber("--random", random, 0);
  const missing = inputs.filter(({ name }) => !files.has(name));
  if (seed === undefined && missing.length > 0) {
    const problems = missing.map(({ name, value }) =>
      diagnostic("graph/input", {
        at: `input ${JSON.stringify(name)}`,
        expected: formatTensorType(value.type),
        found: "nothing",
        remedy: `give it as --input ${name}=file.npy, or random data with --random 1`,
      }),
    );
    throw new UnstrideError(problems);
  }
  const given: [string, Tensor["data"]][] = [];
  for (const [i, { name, value }] of inputs.entries()) {
    const file = files.get(name);
    const tensor = file === undefined ? seededTensor(value.type, (seed ?? 0) + i) : await readNpy(file, value.type);
    given.push([name, tensor.data]);
  }
  return Object.fromEntries(given);
}

/** Names may contain `=` as files may: of the model's names the longest that fits is meant. */
function filesByName(inputs: readonly Port[], texts: readonly string[]): ReadonlyMap<string, string> {
  const names = inputs.map(({ name }) => name).sort((a, b) => b.length - a.length);
  const files = new Map<string, string>();
  for (const text of texts) {
    const name = names.find((each) => text.startsWith(`${each}=`)) ?? refuse("--input", expectedInput(inputs), text);
    if (files.has(name)) refuse("--input", "each input once", text);
    files.set(name, text.slice(name.length + 1));
  }
  return files;
}

function expectedInput(inputs: readonly Port[]): string {
  return `name=file.npy with an input's name: ${inputs.map(({ name }) => printableName(name)).join(", ")}`;
}
