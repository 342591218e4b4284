/** `unstride bench`: how fast a compiled model runs here; or the repository's comparison with other runtimes. */
import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { compile } from "../../compile.js";
import { fail } from "../../diagnostics/error.js";
import type { Graph } from "../../ir/graph/graph.js";
import { graphMultiplyAdds } from "../../ir/graph/work.js";
import { allocate } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";
import { CheckFailed } from "../failure.js";
import { formatBytes, formatCount, formatTable, printJson } from "../format.js";
import type { Io } from "../io.js";
import { loadModule, type LoadedModel } from "../load-module.js";
import { readModel, withBindings, type ModelOptions } from "../model-options.js";
import { withProgress } from "../progress.js";
import { seededTensor } from "../seeded-tensor.js";
import { parseNumber } from "../shape/sizes.js";

interface Options extends ModelOptions {
  readonly runs: string;
  readonly json?: boolean;
}

/** Milliseconds unless said otherwise. */
interface Timing {
  readonly compileMs: number;
  readonly loadMs: number;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly fastestMs: number;
  readonly runs: number;
  readonly multiplyAdds: number;
  readonly gflops: number;
  readonly arenaBytes: number;
  readonly weightsBytes: number;
}

/** Suites of the repository, and where it keeps them as seen from this file once it is built. */
const suites = ["layers", "models"];
const suiteProgram = new URL("../../../bench/run.mjs", import.meta.url);

/** Engines have swapped in optimised code after this many runs or milliseconds, whichever takes longer. */
const warmUp = { runs: 3, milliseconds: 500 };

const examples = `
layers and models are the repository's own benchmarks beside other runtimes; bench/command-line.mjs says what they take.

Examples:
  unstride bench det.onnx --shape x=1x3x320x320
  unstride bench layers --only transpose`;

export function benchCommand(io: Io): Command {
  const command = new Command("bench")
    .description("Compiles a model and measures how long it takes here, in plain JavaScript on one thread.")
    .argument("<model|suite>", "a model's file; or layers, or models")
    .argument("[options...]", "what the suites of the repository take");
  return withBindings(command)
    .option("--runs <number>", "how many runs are measured", "15")
    .option("--json", "write the figures as JSON")
    .allowUnknownOption()
    .addHelpText("after", examples)
    .action((subject: string, rest: readonly string[], options: Options, own: Command) => {
      if (suites.includes(subject)) return runSuite(options.json === true ? [...own.args, "--json"] : own.args);
      const extra = [subject, ...rest].find((word, i) => i > 0 || word.startsWith("-"));
      if (extra !== undefined) own.error(`error: unknown option or argument '${extra}'`);
      return run(subject, options, io);
    });
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const runs = parseNumber("--runs", options.runs, 1);
  const timing = await withProgress(io, async (report) => {
    report("reading the model");
    const { graph } = await readModel(path, options);
    return measure(graph, runs, report);
  });
  io.out(options.json === true ? printJson(timing) : words(timing));
}

async function measure(graph: Graph, runs: number, report: (what: string) => void): Promise<Timing> {
  const started = performance.now();
  const compiled = await compile(graph, { weights: "side", onStage: report });
  const done = performance.now();
  const model = await loadModule(compiled);
  const loaded = performance.now();
  report("running");
  const times = measureRuns(graph, model, runs);
  const work = graphMultiplyAdds(graph);
  const { arenaBytes, weightsBytes } = compiled.stats;
  return {
    compileMs: done - started,
    loadMs: loaded - done,
    ...times,
    runs,
    multiplyAdds: work,
    gflops: (2 * work) / times.medianMs / 1e6,
    arenaBytes,
    weightsBytes,
  };
}

function measureRuns({ inputs, outputs }: Graph, model: LoadedModel, runs: number) {
  const given = Object.fromEntries(inputs.map(({ name, value }, i) => [name, seededTensor(value.type, i + 1).data]));
  const results = Object.fromEntries(
    outputs.map(({ name, value: { type } }) => [name, allocate(type.elementType, elementCount(type.shape))]),
  );
  const timed = (): number => {
    const start = performance.now();
    model.runInto(given, results);
    return performance.now() - start;
  };
  const firstMs = timed();
  const started = performance.now();
  for (let i = 0; i < warmUp.runs || performance.now() - started < warmUp.milliseconds; i++) timed();
  const times = Array.from({ length: runs }, timed).sort((a, b) => a - b);
  return { firstMs, medianMs: times[Math.floor(runs / 2)] ?? 0, fastestMs: times[0] ?? 0 };
}

function words(timing: Timing): string {
  const ms = (value: number): string => `${value < 10 ? value.toPrecision(3) : value.toFixed(0)} ms`;
  const rows = [
    ["compiled in", ms(timing.compileMs)],
    ["loaded in", ms(timing.loadMs)],
    ["first run", ms(timing.firstMs)],
    ["median", `${ms(timing.medianMs)} of ${timing.runs} runs after warming up, fastest ${ms(timing.fastestMs)}`],
    ["work", `${formatCount(timing.multiplyAdds)} multiply-adds, ${timing.gflops.toFixed(1)} GFLOP/s`],
    ["memory", `${formatBytes(timing.arenaBytes)} arena, ${formatBytes(timing.weightsBytes)} weights`],
  ];
  return `${formatTable(rows)}\n`;
}

/** Hands the whole command line on to the repository's benchmark. */
async function runSuite(words: readonly string[]): Promise<void> {
  const program = fileURLToPath(suiteProgram);
  await requireSuite(words[0] ?? "", program);
  const child = spawn(process.execPath, [program, ...words], { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new CheckFailed("the benchmark failed");
}

/** Fails with `command/suite` where the repository's benchmark is not there: the package does not carry it. */
export async function requireSuite(suite: string, program: string): Promise<void> {
  await access(program).catch(() => fail("command/suite", { at: suite, found: `no ${program}` }));
}
