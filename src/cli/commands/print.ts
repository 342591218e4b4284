/** `unstride print`: the text form of a model after any stage. */
import { Command } from "commander";
import { compile, lower, stageNames } from "../../compile.js";
import { fail } from "../../diagnostics/error.js";
import { printGraph } from "../../ir/graph/print.js";
import { printKernel as printLoops } from "../../ir/loops/print.js";
import type { Io } from "../io.js";
import { readModel, withModelOptions, type ModelOptions } from "../model-options.js";

interface Options extends ModelOptions {
  readonly after: string;
  readonly full?: boolean;
}

export function printCommand(io: Io): Command {
  return withModelOptions(
    new Command("print").description("Writes the text form of a model after any stage of the compiler."),
  )
    .option("--after <stage>", `import, loops, code, or one of: ${stageNames().join(", ")}`, "import")
    .option("--full", "with all weights, so that the text can be read back")
    .addHelpText(
      "after",
      "\nExamples:\n  unstride print mnist.onnx\n  unstride print mnist.onnx --after lower-conv-transpose\n  unstride print mnist.onnx --after code",
    )
    .action((path: string, options: Options) => run(path, options, io));
}

async function run(path: string, options: Options, io: Io): Promise<void> {
  const { after } = options;
  const known = ["import", "loops", "code", ...stageNames()];
  if (!known.includes(after)) fail("command/pass", { at: "--after", expected: known.join(", "), found: after });
  const { graph } = await readModel(path, options);
  if (after === "import") io.out(printGraph(graph, { elide: options.full !== true }));
  else if (after === "code") io.out(moduleText((await compile(graph, { weights: "side" })).files));
  else if (after === "loops")
    io.out((lower(graph)?.program.kernels ?? []).map((kernel) => `${printLoops(kernel)}\n`).join("\n"));
  else
    lower(graph, {
      printAfter: [after],
      stopAfter: after,
      elide: options.full !== true,
      onSnapshot: ({ text }) => io.out(text),
    });
}

function moduleText(files: readonly { readonly path: string; readonly contents: string | Uint8Array }[]): string {
  const contents = files.find(({ path }) => path.endsWith(".js"))?.contents;
  return typeof contents === "string" ? contents : "";
}
