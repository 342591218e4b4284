/** `unstride check`: compiles a model and compares every executor with the reference. */
import { Command } from "commander";
import { compile, type Compiled, type CompileOptions } from "../../compile.js";
import { evaluateGraph } from "../../ir/graph/evaluate.js";
import type { Graph } from "../../ir/graph/graph.js";
import { interpretProgram } from "../../ir/program/interpret.js";
import type { Tensor } from "../../ir/types/tensor.js";
import { compareOutputs, type Comparison } from "../compare-outputs.js";
import { CheckFailed } from "../failure.js";
import { formatTable, printableName, printJson } from "../format.js";
import type { Io } from "../io.js";
import { loadModule, type LoadedModel, type RunTarget } from "../load-module.js";
import { readModel, withModelOptions, type ModelOptions } from "../model-options.js";
import { withProgress } from "../progress.js";
import { seededTensor } from "../seeded-tensor.js";
import { parseNumber, refuse } from "../shape/sizes.js";
import { algorithmOptions, withTargetOptions, type TargetOptions } from "../target-options.js";

interface Options extends ModelOptions, TargetOptions {
  readonly seed: string;
  readonly tolerance: string;
  readonly loops?: boolean;
  readonly json?: boolean;
}

type Inputs = Readonly<Record<string, Tensor>>;
type Outputs = ReadonlyMap<string, Tensor>;

const examples = `
The reference is slow, and the interpreter slower: bind small shapes. Without --target, JavaScript and WebAssembly are
compared, the latter with and without relaxed SIMD as far as this engine has it.

Examples:
  unstride check det.onnx --shape x=1x3x64x64
  unstride check mnist.onnx --loops --seed 7`;

export function checkCommand(io: Io): Command {
  const command = new Command("check").description(
    "Compiles a model and compares it with the reference evaluator on seeded random input.",
  );
  return withTargetOptions(withModelOptions(command))
    .option("--seed <number>", "seed of the input", "1")
    .option("--tolerance <number>", "largest difference allowed, relative to the largest output", "1e-4")
    .option("--loops", "also run the loop interpreter")
    .option("--json", "write the comparison as JSON; a difference without a number is null")
    .addHelpText("after", examples)
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const tolerance = parseTolerance(options.tolerance);
  const seed = parseNumber("--seed", options.seed, 0);
  const rows = await withProgress(io, async (report) => {
    report("reading the model");
    const { graph } = await readModel(path, options);
    const inputs = Object.fromEntries(
      graph.inputs.map(({ name, value }, i) => [name, seededTensor(value.type, seed + i)]),
    );
    report("running the reference");
    const expected = evaluateGraph(graph, inputs);
    return (await runExecutors(graph, inputs, options, report)).flatMap(([executor, outputs]) =>
      [...expected].map(([output, wanted]) => compareOutputs(executor, output, wanted, outputs.get(output), tolerance)),
    );
  });
  io.out(options.json === true ? printJson(rows) : table(rows));
  if (rows.some(({ agrees }) => !agrees)) throw new CheckFailed("executors differ");
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
  { loops, target, ...algorithms }: Options,
  report: (what: string) => void,
): Promise<readonly Executed[]> {
  const executed: Executed[] = [];
  for (const each of target === undefined ? (["javascript", "wasm"] as const) : [target]) {
    const options: CompileOptions = { inline: false, onStage: report, ...algorithmOptions(algorithms), target: each };
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
