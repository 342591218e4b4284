/**
 * `unstride shape`: what a convolution, transposed convolution, pooling or gradient makes of sizes, and what is legal.
 * Reads options, asks the solver, prints. `--or` asks the same with other options, `--then` goes on to another layer.
 */
import { Command } from "commander";
import type { Io } from "../io.js";
import { answerRequest } from "../shape/answer.js";
import { chainPart } from "../shape/chain-part.js";
import type { LayerText } from "../shape/chain.js";
import { mirrorPart } from "../shape/mirror-part.js";
import { operationExamples } from "../shape/operations.js";
import { printRows, type Json, type Part } from "../shape/part.js";
import { shapeRequest, type ShapeOptions } from "../shape/request.js";
import { parseNumber, refuse, splitWords } from "../shape/sizes.js";
import { valuesPart } from "../shape/values-part.js";

interface CommandOptions extends ShapeOptions {
  readonly or?: readonly string[];
  readonly then?: readonly string[];
  readonly repeat?: string;
  readonly mirror?: boolean;
  readonly weights?: string;
  readonly values?: string;
  readonly json?: boolean;
}

/** One answer with the question it belongs to. */
interface Answer {
  readonly question: string;
  readonly part: Part;
}

/** Longer chains are no question. */
const mostRepeats = 1000;

const examples = `
Examples:
  unstride shape conv2d_transpose --input 1x7x7x128 --output 1x14x14x64 --strides 2
  unstride shape ConvTranspose2d --input 1x3x224x224 --filters 64 --kernel 3 --strides 2 --padding 1
  unstride shape Conv2DTranspose --input ?x46x62x? --output ?x368x489x? --kernel 16 --strides 8 --padding same
  unstride shape conv2d --input 1x28x28x1 --kernel 3 --padding SAME --strides 2 --gradient
  unstride shape Conv2D --input ?x28x28x1 --kernel 3 --then "MaxPooling2D --kernel 2" --repeat 4
  unstride shape ConvTranspose2d --kernel 3 --strides 2 --or "--kernel 4"`;

/** The sub-command. Its action fails with an `UnstrideError` where an option cannot be read. */
export function shapeCommand(io: Io): Command {
  const command = describeOptions(new Command("shape"))
    .description(
      "Says which sizes, filters and pads belong together, in the words of TensorFlow, Keras, PyTorch and ONNX.",
    )
    .argument("<operation>", `a name users know: ${operationExamples}`)
    .option("--or <options>", "ask again with these options changed; may be repeated", collect)
    .option(
      "--then <layer>",
      'another layer, such as "MaxPool2d --kernel 2"; --output is then the last one\'s',
      collect,
    )
    .option("--repeat <times>", "repeat the layers that often")
    .option("--mirror", "and back up through transposed convolutions of the same geometry")
    .option("--json", "print data instead of text")
    .addHelpText("after", examples);
  return command.action((operation: string, options: CommandOptions) => {
    const answers = askAll(operation, options);
    io.out(
      options.json === true ? `${JSON.stringify(answersData(answers), undefined, 2)}\n` : answersText(answers, io),
    );
  });
}

/** The options of one layer, which `--or` and `--then` take as well. */
function describeOptions(command: Command): Command {
  return command
    .option("--input <shape>", "shape of the input: 1x7x7x128, unknown sizes as ? or by name")
    .option("--output <shape>", "shape of the output")
    .option("--filter <shape>", "shape of the filter, in the convention's order of axes")
    .option("--kernel <sizes>", "kernel sizes: 3 or 3,5")
    .option("--filters <number>", "number of output channels")
    .option("--in-channels <number>", "number of input channels")
    .option("--strides <numbers>", "2 or 2,1")
    .option("--dilations <numbers>", "default 1")
    .option("--padding <padding>", "SAME, VALID, SAME_LOWER, 1, 1,2 (for each dimension) or 0:1,0:1 (low:high)")
    .option("--output-padding <numbers>", "what is added to the end of a transposed convolution; None is not 0")
    .option("--groups <number>", "default 1")
    .option("--layout <layout>", "NHWC, NCHW and the like; default by convention")
    .option("--convention <name>", "tensorflow, keras, pytorch, onnx or jax; default by the operation's name")
    .option("--ceil-mode", "a pooling rounds its output size up")
    .option("--gradient [of]", "shapes of the gradients: of input, filter or all")
    .option("--weights <numbers>", "also compute: weights of one channel, row by row, as 1,2,1 or 0..8 or ones")
    .option("--values <numbers>", "with --weights: the input's values in the same form; default ones");
}

function askAll(operation: string, options: CommandOptions): readonly Answer[] {
  const others = (options.or ?? []).map((text) => {
    const [first = "", ...rest] = splitWords(text);
    const renamed = first !== "" && !first.startsWith("-");
    return {
      operation: renamed ? first : operation,
      options: { ...options, ...parseWords(renamed ? rest : [first, ...rest]) },
    };
  });
  return [{ operation, options }, ...others].map((own, i) => ({
    question: i === 0 ? operation : (options.or?.[i - 1] ?? ""),
    part: ask(own.operation, own.options),
  }));
}

function ask(operation: string, options: CommandOptions): Part {
  const { layers, wanted } = layersOf(operation, options);
  if (options.mirror === true) return mirrorPart(layers);
  if (layers.length > 1) return chainPart(layers, wanted);
  const request = shapeRequest(operation, options);
  const answer = answerRequest(request);
  if (options.weights === undefined) return answer;
  return valuesPart(request, answer, options.weights, options.values ?? "ones");
}

/** The layers of `--then`, repeated; the `--output` of a chain is that of its last layer. */
function layersOf(operation: string, { output: wanted, ...first }: CommandOptions) {
  const repeat = parseNumber("--repeat", first.repeat ?? "1", 1);
  if (repeat > mostRepeats) refuse("--repeat", `at most ${mostRepeats}`, String(repeat));
  const thens = (first.then ?? []).map((text): LayerText => {
    const [name = "", ...rest] = splitWords(text);
    return { operation: name, options: parseWords(rest) };
  });
  const once = [{ operation, options: first }, ...thens];
  return { layers: Array.from({ length: repeat }, () => once).flat(), wanted };
}

/** Options written inside `--or` or `--then`. Fails with `command/option`. */
function parseWords(words: readonly string[]): ShapeOptions {
  const parser = describeOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    return parser.parse(words, { from: "user" }).opts<ShapeOptions>();
  } catch (error) {
    return refuse(
      "--or or --then",
      "options of unstride shape",
      error instanceof Error ? error.message : words.join(" "),
    );
  }
}

function answersText(answers: readonly Answer[], io: Io): string {
  const emphasise = (label: string) => (io.color ? `\u001b[1m${label}\u001b[22m` : label);
  const texts = answers.map(({ question, part }, i) => {
    const title = i === 0 ? "" : `\n${emphasise(question)}\n`;
    return (
      title +
      (part.rows.length === 0 ? "nothing to say: give sizes, a kernel or strides\n" : printRows(part.rows, emphasise))
    );
  });
  return texts.join("");
}

function answersData(answers: readonly Answer[]): Json {
  const all = answers.map(({ part }) => ({
    ...part.data,
    rows: part.rows.map(({ label, lines }) => ({ label, lines })),
  }));
  return all.length === 1 ? (all[0] ?? null) : all;
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
