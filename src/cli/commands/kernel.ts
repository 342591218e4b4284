/** `unstride kernel`: one op as a module of one pure function. */
import { basename, dirname } from "node:path";
import { Command, Option } from "commander";
import { emitKernel } from "../../compile.js";
import { kernelOps, type NamedSpec } from "../../compile/kernel-graph.js";
import { fail } from "../../diagnostics/error.js";
import { formatBytes } from "../format.js";
import type { Io } from "../io.js";
import { writeFiles } from "../write-files.js";

interface Options {
  readonly input: string;
  readonly filter?: string;
  readonly kernel?: string;
  readonly strides?: string;
  readonly dilations?: string;
  readonly padding?: string;
  readonly outputShape?: string;
  readonly outputPadding?: string;
  readonly groups?: string;
  readonly bias?: boolean;
  readonly activation?: "relu" | "sigmoid" | "tanh" | "relu6";
  readonly output?: string;
  readonly json?: boolean;
}

export function kernelCommand(io: Io): Command {
  return new Command("kernel")
    .description("Writes one op as a module of one pure function over typed arrays.")
    .argument("<op>", kernelOps.join(", "))
    .requiredOption("--input <shape>", "shape of the input, such as 1x7x7x128")
    .option("--filter <shape>", "[kernel…, in/groups, out]; transposed [kernel…, out/groups, in]")
    .option("--kernel <sizes>", "kernel of a pooling, such as 2 or 3x3")
    .option("--strides <sizes>", "one for all dimensions, or one for each: 2 or 1x2")
    .option("--dilations <sizes>", "as strides")
    .option("--padding <padding>", "SAME, VALID, or low:high for each dimension: 0:1,0:1", "VALID")
    .option("--output-shape <shape>", "transposed convolutions: the output wanted")
    .option("--output-padding <sizes>", "with explicit padding: extra size at the high end")
    .option("--groups <number>", "groups of channels")
    .option("--bias", "a bias of shape [out] as a further parameter")
    .addOption(new Option("--activation <name>", "applied to the result").choices(["relu", "relu6", "sigmoid", "tanh"]))
    .option("-o, --output <file.js>", "the file to write; default standard output")
    .option("--json", "write the figures as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  unstride kernel conv2d_transpose --input 1x7x7x128 --filter 4x4x64x128 --strides 2 --padding SAME -o up.js",
    )
    .action((op: string, options: Options) => run(op, options, io));
}

async function run(op: string, options: Options, io: Io): Promise<void> {
  const { output } = options;
  const name = output === undefined ? op : basename(output).replace(/\.m?js$/, "");
  const { code, files, stats } = await emitKernel(specOf(op, options), { name });
  if (output === undefined) return io.out(code);
  const ending = basename(output).replace(/\.m?js$/, "");
  const renamed = files.map(({ path, contents }) => ({ path: path.replace(/^[^.]*/, ending), contents }));
  await writeFiles(dirname(output), renamed);
  io.out(
    options.json === true
      ? `${JSON.stringify(stats)}\n`
      : `  ${output}  ${formatBytes(stats.moduleBytes)}, ${stats.kernels} kernels\n`,
  );
}

function specOf(op: string, options: Options): NamedSpec {
  const list = (option: string, text: string | undefined) => (text === undefined ? undefined : sizes(option, text));
  const parts = {
    filter: list("--filter", options.filter),
    kernel: single(list("--kernel", options.kernel)),
    strides: single(list("--strides", options.strides)),
    dilations: single(list("--dilations", options.dilations)),
    output: list("--output-shape", options.outputShape),
    outputPadding: single(list("--output-padding", options.outputPadding)),
    groups: list("--groups", options.groups)?.[0],
    activation: options.activation,
    bias: options.bias,
  };
  const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  return { op, input: sizes("--input", options.input), padding: paddingOf(options.padding ?? "VALID"), ...given };
}

const single = (list: readonly number[] | undefined) => (list?.length === 1 ? list[0] : list);

function sizes(option: string, text: string): readonly number[] {
  const list = text.split(/[x,]/).map(Number);
  const right = text !== "" && list.every((size) => Number.isSafeInteger(size) && size >= 0);
  return right ? list : fail("command/option", { at: option, expected: "sizes such as 1x7x7x128", found: text });
}

function paddingOf(text: string): NonNullable<NamedSpec["padding"]> {
  const upper = text.toUpperCase();
  if (upper === "SAME" || upper === "VALID") return upper;
  const pairs = text.split(",").map((pair) => pair.split(":").map(Number));
  return pairs.map(([low = NaN, high = NaN]) => {
    const right = Number.isSafeInteger(low) && Number.isSafeInteger(high);
    return right
      ? [low, high]
      : fail("command/option", { at: "--padding", expected: "SAME, VALID or low:high,low:high", found: text });
  });
}
