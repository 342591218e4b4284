/** `unstride bench`: how fast a compiled model runs here, alone or beside other runtimes; or the repository's own benchmark. */
import { spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import { fail } from "../../diagnostics/error.js";
import { compareRuntimes, type Runtime, type RuntimeRow } from "../bench/compare-runtimes.js";
import { comparisonPicture, comparisonTable } from "../bench/comparison-text.js";
import { measureModel, timingText } from "../bench/measure-model.js";
import { prepareOurs, type OurTarget } from "../bench/our-model.js";
import type { GivenModel, Peer } from "../bench/peer.js";
import { onnxruntimePeer } from "../bench/onnxruntime-peer.js";
import { tfjsPeer } from "../bench/tfjs-peer.js";
import { CheckFailed } from "../failure.js";
import { printJson } from "../format.js";
import type { Io } from "../io.js";
import { isGraphText, readModel, withBindings, type ModelOptions } from "../model-options.js";
import { withProgress } from "../progress.js";
import { readBytes } from "../read-file.js";
import { seededTensor } from "../seeded-tensor.js";
import { parseNumber, refuse } from "../shape/sizes.js";
import { writeFiles } from "../write-files.js";

interface Options extends ModelOptions {
  readonly runs: string;
  readonly target?: OurTarget;
  readonly against?: string;
  readonly peersFrom: string;
  readonly svg?: string;
  readonly json?: boolean;
}

/** Suites of the repository, and where it keeps them as seen from this file once it is built. */
const suites = ["layers", "models", "startup", "size", "memory", "all"];
const suiteProgram = new URL("../../../bench/run.mjs", import.meta.url);

const examples = `
Beside other runtimes a model is measured in turn with them, each on one thread, once what they compute has been compared.
${suites.join(", ")} are the repository's own benchmarks; npm run bench -- --help says what they take.

Examples:
  unstride bench det.onnx --shape x=1x3x320x320 --target wasm
  unstride bench det.onnx --shape x=1x3x320x320 --against ort,tfjs --svg det.svg
  unstride bench layers --only transpose`;

export function benchCommand(io: Io): Command {
  const command = new Command("bench")
    .description("Compiles a model and measures how long it takes here on one thread, alone or beside other runtimes.")
    .argument("<model|suite>", `a model's file; or one of ${suites.join(", ")}`)
    .argument("[options...]", "what the suites of the repository take");
  return withBindings(command)
    .option("--runs <number>", "how many runs are measured", "15")
    .addOption(
      new Option("--target <name>", "default javascript; with --against WebAssembly and JavaScript").choices([
        "javascript",
        "wasm",
        "auto",
      ]),
    )
    .option("--against <runtimes>", `other runtimes, with commas: ${Object.keys(peers).join(", ")}`)
    .option("--peers-from <folder>", "where the other runtimes are installed", ".")
    .option("--svg <file>", "also draw the comparison")
    .option("--json", "write the figures as JSON")
    .allowUnknownOption()
    .addHelpText("after", examples)
    .action((subject: string, rest: readonly string[], options: Options, own: Command) => {
      if (suites.includes(subject)) return runSuite(options.json === true ? [...own.args, "--json"] : own.args);
      const extra = [subject, ...rest].find((word, i) => i > 0 || word.startsWith("-"));
      if (extra !== undefined) own.error(`error: unknown option or argument '${extra}'`);
      return options.against === undefined ? run(subject, options, io) : compare(subject, options.against, options, io);
    });
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  if (options.svg !== undefined) refuse("--svg", "--against with it: a picture is of a comparison", options.svg);
  const runs = parseNumber("--runs", options.runs, 1);
  const timing = await withProgress(io, async (report) => {
    report("reading the model");
    const { graph } = await readModel(path, options);
    return measureModel(graph, options.target ?? "javascript", runs, report);
  });
  io.out(options.json === true ? printJson(timing) : timingText(timing));
}

/** Runtimes by what they are called on the command line. */
const peers: Readonly<Record<string, (folder: string) => Peer>> = {
  ort: (folder) => onnxruntimePeer("onnxruntime-web", folder),
  "ort-node": (folder) => onnxruntimePeer("onnxruntime-node", folder),
  tfjs: (folder) => tfjsPeer("tfjs-wasm", folder),
  "tfjs-cpu": (folder) => tfjsPeer("tfjs-cpu", folder),
};

async function compare(path: string, against: string, options: Options, io: Io): Promise<void> {
  const runs = parseNumber("--runs", options.runs, 1);
  const found = peersOf(against, options.peersFrom);
  const rows = await withProgress(io, async (report) => {
    report("reading the model");
    const model = await givenModel(path, options);
    return compareRuntimes(model.graph, runtimesOf(model, found, options, report), runs, report);
  });
  if (options.svg !== undefined) await writePicture(options.svg, comparisonPicture(basename(path), rows, runs));
  io.out(options.json === true ? printJson({ runs, rows }) : comparisonTable(rows));
  if (rows.some(isWrong)) throw new CheckFailed("runtimes differ");
}

const isWrong = ({ kind }: RuntimeRow): boolean => kind === "differs";

/** Names are read before anything is looked for. */
function peersOf(text: string, folder: string): readonly Peer[] {
  const expected = `names with commas between them: ${Object.keys(peers).join(", ")}`;
  const found = [...new Set(text.split(","))].map((name) => {
    return (Object.hasOwn(peers, name) ? peers[name] : undefined) ?? refuse("--against", expected, text);
  });
  return found.map((make) => make(folder));
}

async function givenModel(path: string, options: Options): Promise<GivenModel> {
  const { graph } = await readModel(path, options);
  const bytes = await readBytes(path);
  const inputs = graph.inputs.map(({ name, value }, i) => [name, seededTensor(value.type, i + 1)] as const);
  return { graph, inputs: Object.fromEntries(inputs), ...(!isGraphText(bytes) && { file: bytes }) };
}

function runtimesOf(
  model: GivenModel,
  found: readonly Peer[],
  { target }: Options,
  report: (what: string) => void,
): readonly Runtime[] {
  const targets: readonly OurTarget[] = target === undefined ? ["wasm", "javascript"] : [target];
  return [
    ...targets.map((name) => ({ name, prepare: () => prepareOurs(model, name, report) })),
    ...found.map(({ name, version, prepare }) => ({ name, version, prepare: () => prepare(model) })),
  ];
}

function writePicture(file: string, contents: string): Promise<void> {
  return writeFiles(dirname(file), [{ path: basename(file), contents }]);
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
