/** `unstride check`: compiles a model and compares every executor with the reference. */
import { Command } from "commander";
import { compile } from "../../compile.js";
import { fail } from "../../diagnostics/error.js";
import { evaluateGraph } from "../../ir/graph/evaluate.js";
import type { Graph } from "../../ir/graph/graph.js";
import { interpretProgram } from "../../ir/program/interpret.js";
import type { Tensor } from "../../ir/types/tensor.js";
import { CheckFailed } from "../failure.js";
import { formatTable } from "../format.js";
import type { Io } from "../io.js";
import { loadModule } from "../load-module.js";
import { readModel, withModelOptions, type ModelOptions } from "../model-options.js";
import { seededTensor } from "../npy.js";
import { withProgress } from "../progress.js";

interface Options extends ModelOptions {
  readonly seed: string;
  readonly tolerance: string;
  readonly loops?: boolean;
  readonly json?: boolean;
}

interface Comparison {
  readonly executor: string;
  readonly output: string;
  /** Largest difference, relative to the largest element of the reference. */
  readonly difference: number;
  readonly agrees: boolean;
}

export function checkCommand(io: Io): Command {
  return withModelOptions(
    new Command("check").description(
      "Compiles a model and compares it with the reference evaluator on seeded random input.",
    ),
  )
    .option("--seed <number>", "seed of the input", "1")
    .option("--tolerance <number>", "largest difference allowed, relative to the largest output", "1e-4")
    .option("--loops", "also run the loop interpreter, which is slow")
    .option("--json", "write the comparison as JSON")
    .addHelpText(
      "after",
      "\nThe reference is slow too: bind small shapes.\n\nExample:\n  unstride check det.onnx --shape x=1x3x64x64",
    )
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const tolerance = positive("--tolerance", options.tolerance);
  const seed = positive("--seed", options.seed);
  const rows = await withProgress(io, async (report) => {
    const { graph } = await readModel(path, options);
    const inputs = Object.fromEntries(
      graph.inputs.map(({ name, value }, i) => [name, seededTensor(value.type, seed + i)]),
    );
    report("running the reference");
    const expected = evaluateGraph(graph, inputs);
    return (await runExecutors(graph, inputs, options, report)).flatMap(([executor, outputs]) =>
      [...expected].map(([output, wanted]) => compared(executor, output, wanted, outputs.get(output), tolerance)),
    );
  });
  io.out(options.json === true ? `${JSON.stringify(rows, undefined, 2)}\n` : table(rows));
  if (rows.some(({ agrees }) => !agrees)) throw new CheckFailed("executors differ");
}

type Outputs = ReadonlyMap<string, Tensor>;

async function runExecutors(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  options: Options,
  report: (what: string) => void,
): Promise<readonly (readonly [string, Outputs])[]> {
  report("compiling");
  const compiled = await compile(graph, { weights: "side" });
  const model = await loadModule(compiled);
  report("running the module");
  const data = model.run(Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.data])));
  const outputs = new Map(graph.outputs.map(({ name, value }) => [name, { ...value.type, data: data[name] }]));
  if (options.loops !== true) return [["javascript", outputs]];
  report("running the loop interpreter");
  return [
    ["javascript", outputs],
    ["loops", interpretProgram(compiled.program, inputs)],
  ];
}

function compared(
  executor: string,
  output: string,
  wanted: Tensor,
  found: Tensor | undefined,
  tolerance: number,
): Comparison {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < wanted.data.length; i++) {
    const [a, b] = [Number(wanted.data[i]), Number(found?.data[i])];
    if (Number.isFinite(a)) largest = Math.max(largest, Math.abs(a));
    if (!Object.is(a, b) && a !== b)
      difference = Math.max(difference, Number.isNaN(a - b) ? Infinity : Math.abs(a - b));
  }
  const relative = difference === 0 ? 0 : difference / Math.max(largest, Number.MIN_VALUE);
  return { executor, output, difference: relative, agrees: relative <= tolerance };
}

function table(rows: readonly Comparison[]): string {
  const head = ["executor", "output", "difference", ""];
  const body = rows.map(({ executor, output, difference, agrees }) => [
    executor,
    output,
    difference.toExponential(1),
    agrees ? "ok" : "differs",
  ]);
  return `${formatTable([head, ...body], [2])}\n`;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || value === Infinity)
    fail("command/option", { at: option, expected: "a number from 0", found: text });
  return value;
}
