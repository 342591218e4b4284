/** Options that describe one op with its shapes, and the reading: what `kernel` and `explain` share. */
import { Option, type Command } from "commander";
import type { NamedSpec } from "../compile/kernel-graph.js";
import { numberOf } from "../ir/geometry/linear.js";
import { parseKnownNumbers, parseNumber, parsePadding, parseShape, refuse } from "./shape/sizes.js";

/** As text, as the argument parser hands them over. */
export interface OpOptions {
  readonly input?: string;
  readonly filter?: string;
  readonly kernel?: string;
  readonly strides?: string;
  readonly dilations?: string;
  readonly padding?: string;
  readonly outputShape?: string;
  readonly outputPadding?: string;
  readonly groups?: string;
  readonly bias?: boolean;
  readonly activation?: NonNullable<NamedSpec["activation"]>;
}

export function withOpOptions(command: Command): Command {
  return command
    .option("--input <shape>", "shape of the input, channels last, such as 1x7x7x128")
    .option("--filter <shape>", "[kernel…, in/groups, out]; transposed [kernel…, out/groups, in]")
    .option("--kernel <sizes>", "kernel of a pooling, such as 2 or 3x3")
    .option("--strides <sizes>", "one for all dimensions, or one for each: 2 or 1x2")
    .option("--dilations <sizes>", "as strides")
    .option("--padding <padding>", "SAME, VALID, or low:high for each dimension: 0:1,0:1; default VALID")
    .option("--output-shape <shape>", "transposed convolutions: the output wanted")
    .option("--output-padding <sizes>", "with explicit padding: extra size at the high end")
    .option("--groups <number>", "groups of channels")
    .option("--bias", "a bias of shape [out] as a further parameter")
    .addOption(
      new Option("--activation <name>", "applied to the result").choices(["relu", "relu6", "sigmoid", "tanh"]),
    );
}

/** Fails with `command/option` for what cannot be read. */
export function opSpec(op: string, options: OpOptions): NamedSpec {
  const input = knownShape("--input", options.input ?? refuse("--input", "a shape such as 1x7x7x128", "nothing"));
  const rank = Math.max(1, input.length - 2);
  const each = (option: string, text: string | undefined, least: number): readonly number[] | undefined =>
    text === undefined ? undefined : parseKnownNumbers(option, text, rank, least);
  const shape = (option: string, text: string | undefined): readonly number[] | undefined =>
    text === undefined ? undefined : knownShape(option, text);
  return {
    op,
    input,
    padding: paddingOf(options.padding ?? "VALID", rank),
    ...present({
      filter: shape("--filter", options.filter),
      kernel: each("--kernel", options.kernel, 1),
      strides: each("--strides", options.strides, 1),
      dilations: each("--dilations", options.dilations, 1),
      output: shape("--output-shape", options.outputShape),
      outputPadding: each("--output-padding", options.outputPadding, 0),
      groups: options.groups === undefined ? undefined : parseNumber("--groups", options.groups, 1),
      bias: options.bias,
      activation: options.activation,
    }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the entries that are undefined. */
function present<T extends object>(record: T): Present<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>;
}

function knownShape(option: string, text: string): readonly number[] {
  return parseShape(option, text).map(
    (size) => (size && numberOf(size)) ?? refuse(option, "sizes in numbers, such as 1x7x7x128", text),
  );
}

function paddingOf(text: string, rank: number): NonNullable<NamedSpec["padding"]> {
  const choice = parsePadding(text, rank, "tensorflow") ?? refuse("--padding", "SAME, VALID or numbers", text);
  if (choice.kind === "explicit") return choice.padding;
  if (choice.kind === "valid") return "VALID";
  return choice.oddEnd === "high" ? "SAME" : refuse("--padding", "SAME, whose odd zero is at the high end", text);
}
