/** `unstride print`: the text form of a model after any stage. */
import { Command } from "commander";
import { compile, lower, stageNames, type CompileOptions } from "../../compile.js";
import type { Graph } from "../../ir/graph/graph.js";
import { printGraph } from "../../ir/graph/print.js";
import { printKernel as printLoops } from "../../ir/loops/print.js";
import { printJson } from "../format.js";
import type { Io } from "../io.js";
import { readModel, withModelOptions, type ModelOptions } from "../model-options.js";
import { withProgress } from "../progress.js";
import { checkStage } from "../stage-options.js";
import { targetOptions, withTargetOptions, type TargetOptions } from "../target-options.js";

interface Options extends ModelOptions, TargetOptions {
  readonly after: string;
  readonly full?: boolean;
  readonly json?: boolean;
}

/** A text and the stage it stands after. */
interface Printed {
  readonly stage: string;
  readonly text: string;
}

/** What is not a stage of the compiler and can be printed all the same: before the first of them, and after the last. */
const borders = ["import", "loops", "code"];

const examples = `
Examples:
  unstride print mnist.onnx
  unstride print mnist.onnx --after lower-conv-transpose
  unstride print mnist.onnx --after code
  unstride print mnist.onnx --after code --target wasm
  unstride print mnist.onnx --full > mnist.txt && unstride compile mnist.txt`;

export function printCommand(io: Io): Command {
  const command = new Command("print").description("Writes the text form of a model after any stage of the compiler.");
  return withTargetOptions(withModelOptions(command), ["javascript", "wasm"])
    .option("--after <stage>", `import, loops, code, all, or one of: ${stageNames().join(", ")}`, "import")
    .option("--full", "with all weights, so that the text of a graph can be read back")
    .option("--json", "write the stages and their texts as JSON")
    .addHelpText("after", examples)
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const { after, json } = options;
  checkStage("--after", after, [...borders, "all"]);
  const printed = await withProgress(io, async (report) => {
    report("reading the model");
    const { graph } = await readModel(path, options);
    return textsOf(graph, options, { ...targetOptions(options), onStage: report });
  });
  if (json === true) io.out(printJson(printed));
  else if (after !== "all") io.out(printed.map(({ text }) => text).join("\n"));
  else io.out(printed.map(({ stage, text }) => `// after ${stage}\n${text}`).join("\n"));
}

async function textsOf(graph: Graph, options: Options, compileOptions: CompileOptions): Promise<readonly Printed[]> {
  const { after } = options;
  const all = after === "all";
  const texts: Printed[] = [];
  if (all || after === "import")
    texts.push({ stage: "import", text: printGraph(graph, { elide: options.full !== true }) });
  if (all || stageNames().includes(after)) texts.push(...stageTexts(graph, options, compileOptions));
  if (all || after === "loops") texts.push({ stage: "loops", text: loopsText(graph, compileOptions) });
  if (all || after === "code") texts.push({ stage: "code", text: await codeText(graph, compileOptions) });
  return texts;
}

/** After one stage, or after each of them. A pass that runs more than once is printed once, where it first stands. */
function stageTexts(graph: Graph, { after, full }: Options, compileOptions: CompileOptions): readonly Printed[] {
  const texts: Printed[] = [];
  lower(graph, {
    ...compileOptions,
    ...(after === "all" ? { printAfter: "all" } : { printAfter: [after], stopAfter: after }),
    elide: full !== true,
    onSnapshot: ({ pass, text }) => texts.push({ stage: pass, text }),
  });
  return texts;
}

function loopsText(graph: Graph, options: CompileOptions): string {
  const kernels = lower(graph, options)?.program.kernels ?? [];
  return kernels.map((kernel) => `${printLoops(kernel).trimEnd()}\n`).join("\n");
}

async function codeText(graph: Graph, options: CompileOptions): Promise<string> {
  const { files } = await compile(graph, { ...options, inline: false, emitWat: true });
  const ending = options.target === "wasm" ? ".wat" : ".js";
  const [code = ""] = files.flatMap(({ path, contents }) =>
    path.endsWith(ending) && typeof contents === "string" ? [contents] : [],
  );
  return code;
}
