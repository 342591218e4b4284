/** `unstride run`: compiles a model and runs it on `.npy` files. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { compile } from "../../compile.js";
import { fail } from "../../diagnostics/error.js";
import type { Graph } from "../../ir/graph/graph.js";
import { formatTensorType, type Tensor } from "../../ir/types/tensor.js";
import type { Io } from "../io.js";
import { loadModule } from "../load-module.js";
import { namedValue, readModel, withModelOptions, type ModelOptions } from "../model-options.js";
import { readNpy, seededTensor, writeNpy } from "../npy.js";
import { withProgress } from "../progress.js";

interface Options extends ModelOptions {
  readonly input: Readonly<Record<string, string>>;
  readonly output: string;
  readonly random?: string;
  readonly json?: boolean;
}

export function runModelCommand(io: Io): Command {
  const collect = (text: string, known: Record<string, string>): Record<string, string> => {
    const [name, path] = namedValue("--input", text);
    return Object.assign(Object.create(null), known, { [name]: path });
  };
  return withModelOptions(
    new Command("run").description("Compiles a model and runs it; inputs and outputs are .npy files."),
  )
    .option("-i, --input <name=file.npy>", "data of an input; repeat for more", collect, {})
    .option("--random <seed>", "random data for inputs that are not given")
    .option("-o, --output <folder>", "where <output name>.npy go", ".")
    .option("--json", "write names, types and files as JSON")
    .addHelpText("after", "\nExample:\n  unstride run mnist.onnx --input Input3=digit.npy -o out/")
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const results = await withProgress(io, async (report) => {
    report("compiling");
    const { graph } = await readModel(path, options);
    const inputs = await readInputs(graph, options);
    const model = await loadModule(await compile(graph, { weights: "side" }));
    report("running");
    const outputs = model.run(Object.fromEntries([...inputs].map(([name, { data }]) => [name, data])));
    return graph.outputs.map(({ name, value }) => ({ name, tensor: { ...value.type, data: outputs[name] } }));
  });
  await mkdir(options.output, { recursive: true });
  const rows = results.map(({ name, tensor }, i) => ({
    name,
    tensor,
    file: join(options.output, `${fileName(name, i)}.npy`),
  }));
  for (const { file, tensor } of rows) await writeNpy(file, tensor);
  const facts = rows.map(({ name, file, tensor }) => ({ name, type: formatTensorType(tensor), file }));
  if (options.json === true) io.out(`${JSON.stringify(facts, undefined, 2)}\n`);
  else for (const { name, type, file } of facts) io.out(`${name}  ${type}  ${file}\n`);
}

async function readInputs(graph: Graph, options: Options): Promise<ReadonlyMap<string, Tensor>> {
  const names = graph.inputs.map(({ name }) => name);
  for (const name of Object.keys(options.input)) {
    if (!names.includes(name))
      fail("command/option", { at: "--input", expected: `an input: ${names.join(", ")}`, found: name });
  }
  const inputs = new Map<string, Tensor>();
  for (const [i, { name, value }] of graph.inputs.entries()) {
    const file = options.input[name];
    if (file !== undefined) inputs.set(name, await readNpy(file, value.type));
    else if (options.random !== undefined) inputs.set(name, seededTensor(value.type, Number(options.random) + i));
    else
      fail("graph/input", {
        at: `input ${JSON.stringify(name)}`,
        expected: `--input ${name}=file.npy, or --random seed`,
        found: "nothing",
      });
  }
  return inputs;
}

/** The output's name where it makes a plain file name, its number otherwise. */
function fileName(name: string, index: number): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}$/.test(name) ? name : `output${index}`;
}
