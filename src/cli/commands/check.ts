/** `unstride check`: compiles a model and compares every executor with the reference. */
import { Command } from "commander";
import { compile, type Compiled, type CompileOptions } from "../../compile.js";
import { evaluateGraph } from "../../ir/graph/evaluate.js";
import type { Graph } from "../../ir/graph/graph.js";
import { interpretProgram } from "../../ir/program/interpret.js";
import type { Tensor } from "../../ir/types/tensor.js";
import { readStoredRun, referenceRun } from "../check/reference-run.js";
import { compareOutputs, type Comparison } from "../compare-outputs.js";
import { CheckFailed } from "../failure.js";
import { formatTable, printableName, printJson } from "../format.js";
import type { Io } from "../io.js";
import { loadModule, type LoadedModel, type RunTarget } from "../load-module.js";
import { readModel, withModelOptions, type ModelOptions } from "../model-options.js";
import { withProgress } from "../progress.js";
import { seededTensor } from "../seeded-tensor.js";
import { parseNumber, refuse } from "../shape/sizes.js";
import {
  algorithmOptions,
  weightsOptions,
  withTargetOptions,
  withWeightsOption,
  type TargetOptions,
  type WeightsOptions,
} from "../target-options.js";

interface Options extends ModelOptions, TargetOptions, WeightsOptions {
  readonly reference?: string;
  readonly seed: string;
  readonly tolerance?: string;
  readonly loops?: boolean;
  readonly json?: boolean;
}

type Inputs = Readonly<Record<string, Tensor>>;
type Outputs = ReadonlyMap<string, Tensor>;

const examples = `
The reference is slow, and the interpreter slower: bind small shapes. Without --target, JavaScript and WebAssembly are
compared, the latter with and without relaxed SIMD as far as this engine has it. With --reference the outputs of another
runtime take the place of the reference: a folder with <name>.npy for each input and output, or a file of JSON, whose shapes
bind the model's. With --weights f16 or int8 the differences are what rounded weights cost, as the reference does not round.

Examples:
  unstride check det.onnx --shape x=1x3x64x64
  unstride check mnist.onnx --loops --seed 7
  unstride check mnist.onnx --reference expected/ --weights f16`;

export function checkCommand(io: Io): Command {
  const command = new Command("check").description(
    "Compiles a model and compares it with the reference evaluator on seeded random input.",
  );
  return withWeightsOption(withTargetOptions(withModelOptions(command)))
    .option("--reference <path>", "inputs and outputs of another runtime: a folder of .npy files, or a .json file")
    .option("--seed <number>", "seed of the input", "1")
    .option(
      "--tolerance <number>",
      "largest difference allowed, relative to the largest output; default 1e-4, with f16 weights 1e-3, with int8 0.1",
    )
    .option("--loops", "also run the loop interpreter")
    .option("--json", "write the comparison as JSON; a difference without a number is null")
    .addHelpText("after", examples)
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const tolerance = parseTolerance(options.tolerance ?? defaultTolerances[options.weights ?? "f32"]);
  const seed = parseNumber("--seed", options.seed, 0);
  const rows = await withProgress(io, async (report) => {
    report("reading the model");
    const { graph, inputs, expected } = await readCase(path, options, seed, report);
    return (await runExecutors(graph, inputs, options, report)).flatMap(([executor, outputs]) =>
      [...expected].map(([output, wanted]) => compareOutputs(executor, output, wanted, outputs.get(output), tolerance)),
    );
  });
  io.out(options.json === true ? printJson(rows) : table(rows));
  if (rows.some(({ agrees }) => !agrees)) throw new CheckFailed("executors differ");
}

const defaultTolerances = { f32: "1e-4", f16: "1e-3", int8: "0.1" } as const;

/** The model, what it is run on, and what should come out. */
async function readCase(path: string, options: Options, seed: number, report: (what: string) => void) {
  const { reference } = options;
  const stored = reference === undefined ? undefined : await readStoredRun(reference);
  const known = Object.fromEntries([...(stored?.inputs ?? [])].map(([name, { shape }]) => [name, shape]));
  const { graph } = await readModel(path, { ...options, known });
  if (reference !== undefined) {
    const { inputs, outputs } = await referenceRun(reference, stored, graph);
    return { graph, inputs, expected: outputs };
  }
  const inputs = Object.fromEntries(
    graph.inputs.map(({ name, value }, i) => [name, seededTensor(value.type, seed + i)]),
  );
  report("running the reference");
  return { graph, inputs, expected: evaluateGraph(graph, inputs) };
}

/** What is compared: a module of each target, with all that it may compute with. */
const runTargets: Readonly<Record<NonNullable<TargetOptions["target"]>, readonly RunTarget[]>> = {
  javascript: ["javascript"],
  wasm: ["wasm", "wasm-relaxed"],
  auto: ["javascript", "wasm", "wasm-relaxed"],
};

type Executed = readonly [executor: string, outputs: Outputs];

async function runExecutors(
  graph: Graph,
  inputs: Inputs,
  { loops, target, weights, ...algorithms }: Options,
  report: (what: string) => void,
): Promise<readonly Executed[]> {
  const executed: Executed[] = [];
  for (const each of target === undefined ? (["javascript", "wasm"] as const) : [target]) {
    const chosen = { ...algorithmOptions(algorithms), ...weightsOptions({ ...(weights && { weights }) }) };
    const options: CompileOptions = { inline: false, onStage: report, ...chosen, target: each };
    const compiled = await compile(graph, options);
    report(`running the module of target ${each}`);
    executed.push(...(await runModules(graph, inputs, compiled, each)));
    if (loops !== true) continue;
    report("running the loop interpreter");
    const name = each === "javascript" ? "loops" : "loops with lanes";
    executed.push([name, interpretProgram(compiled.program, inputs)]);
  }
  return executed;
}

/** Leaves out what this engine does not run. */
async function runModules(
  graph: Graph,
  inputs: Inputs,
  compiled: Compiled,
  target: keyof typeof runTargets,
): Promise<readonly Executed[]> {
  const executed: Executed[] = [];
  for (const each of runTargets[target]) {
    const model = await loadModule(compiled, target === "javascript" ? undefined : each).catch(unlessUnsupported);
    if (model !== undefined) executed.push([each, outputsOf(graph, model, inputs)]);
  }
  return executed;
}

function unlessUnsupported(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "wasm/unsupported") return undefined;
  throw error;
}

function outputsOf(graph: Graph, model: LoadedModel, inputs: Inputs): Outputs {
  const data = model.run(Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.data])));
  return new Map(
    graph.outputs.flatMap(({ name, value }) => {
      const { [name]: array } = data;
      return array === undefined ? [] : [[name, { ...value.type, data: array }] as const];
    }),
  );
}

function table(rows: readonly Comparison[]): string {
  const head = ["executor", "output", "difference", ""];
  const body = rows.map(({ executor, output, difference, agrees }) => [
    executor,
    printableName(output),
    Number.isFinite(difference) ? difference.toExponential(1) : "no number",
    agrees ? "ok" : "differs",
  ]);
  return `${formatTable([head, ...body], [2])}\n`;
}

function parseTolerance(text: string): number {
  const isNumber = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim());
  return isNumber ? Number(text) : refuse("--tolerance", "a number from 0", text);
}
