/** Turns the options of `unstride shape` into a question: channels, sizes, windows, and what was left to defaults. */
import { factorOf, numberOf, scale, type Linear } from "../../ir/geometry/linear.js";
import { solveFilter, type FilterAnswer } from "../../ir/geometry/solver/filter.js";
import {
  namesPadding,
  type Convention,
  type DimensionFacts,
  type Operation,
  type PaddingChoice,
  type Problem,
} from "../../ir/geometry/solver/problem.js";
import { maybeConstant, parseLayout, placeShape, type Placed } from "./layout.js";
import { isChannelsLast, namedOperation, type Gradient, type NamedOperation } from "./operations.js";
import { jaxPadding, parseKnownNumbers, parseNumber, parseNumbers, parsePadding, parseShape, refuse } from "./sizes.js";

/** The options as text, as the argument parser hands them over. */
export interface ShapeOptions {
  readonly input?: string;
  readonly output?: string;
  readonly filter?: string;
  readonly filters?: string;
  readonly inChannels?: string;
  readonly kernel?: string;
  readonly strides?: string;
  readonly dilations?: string;
  readonly padding?: string;
  readonly outputPadding?: string;
  readonly groups?: string;
  readonly layout?: string;
  readonly convention?: string;
  readonly ceilMode?: boolean;
  readonly gradient?: string | boolean;
}

/** One question about one operation. */
export interface Request {
  readonly operation: NamedOperation;
  readonly rank: number;
  readonly groups: number | "depthwise";
  readonly input: Placed;
  readonly output: Placed;
  readonly filter: FilterAnswer;
  readonly problem: Problem;
  readonly gradient: Gradient | undefined;
  /** What was not given and taken from the convention's defaults. */
  readonly assumed: readonly string[];
}

/** The problem with its output sizes to be found out. */
export function withoutOutput(problem: Problem): Problem {
  return { ...problem, dimensions: problem.dimensions.map((facts) => ({ ...facts, output: undefined })) };
}

/** Fails with `command/option` for options that cannot be read or do not belong together. */
export function shapeRequest(name: string, options: ShapeOptions): Request {
  const operation = withConvention(namedOperation(name), options);
  const shapes = {
    input: options.input === undefined ? undefined : parseShape("--input", options.input),
    output: options.output === undefined ? undefined : parseShape("--output", options.output),
    filter: options.filter === undefined ? undefined : parseShape("--filter", options.filter),
  };
  const rank = operation.rank ?? rankOf(shapes, options);
  const nothing: Placed = {
    batch: undefined,
    spatial: Array.from({ length: rank }, () => undefined),
    channels: undefined,
  };
  const place = (option: string, shape: readonly (Linear | undefined)[] | undefined) =>
    shape ? checkNames(option, placeShape(option, shape, rank, operation.channelsLast)) : nothing;
  const [input, output] = [place("--input", shapes.input), place("--output", shapes.output)];
  const groups = operation.depthwise ? "depthwise" : parseNumber("--groups", options.groups ?? "1", 1);
  const filter = solveFilter({
    operation: operation.operation,
    convention: operation.convention,
    rank,
    groups: hasNoGroups(operation) ? 1 : groups,
    input: input.channels ?? parseChannels("--in-channels", options.inChannels),
    output:
      output.channels ?? parseChannels("--filters", options.filters) ?? groupedOutput(operation, shapes.filter, groups),
    kernel: parseKernel(options.kernel, rank),
    filter: shapes.filter,
  });
  const assumed: string[] = [];
  const problem = spatialProblem(operation, rank, [input, output], filter, options, assumed);
  const gradient = parseGradient(options.gradient) ?? operation.gradient;
  return { operation, rank, groups, input, output, filter, problem, gradient, assumed };
}

/** k and n name the unknown kernel and the unknown size in answers, so no size of the question may be called so. */
function checkNames(option: string, placed: Placed): Placed {
  for (const size of placed.spatial) {
    const taken = size?.terms.find(([name]) => name === "k" || name === "n");
    if (taken) refuse(option, "another name: k is the unknown kernel and n the unknown size", taken[0]);
  }
  return placed;
}

/** TensorFlow's and Keras' transposed convolutions know no groups. */
export function hasNoGroups({ operation, convention }: NamedOperation): boolean {
  return operation === "conv_transpose" && (convention === "tensorflow" || convention === "keras");
}

/** A filter of one group, where there are no groups: its output channels times the groups are those meant. */
function groupedOutput(
  operation: NamedOperation,
  filter: readonly (Linear | undefined)[] | undefined,
  groups: number | "depthwise",
): Linear | undefined {
  const own = filter?.at(-2);
  return own && hasNoGroups(operation) && groups !== "depthwise" && groups > 1 ? scale(own, groups) : undefined;
}

/** The convention and layout asked for override what the name implies. */
function withConvention(operation: NamedOperation, options: ShapeOptions): NamedOperation {
  const convention = options.convention === undefined ? operation.convention : parseConvention(options.convention);
  const implied = isChannelsLast(convention);
  return {
    ...operation,
    convention,
    channelsLast: options.layout === undefined ? implied : parseLayout(options.layout),
  };
}

function spatialProblem(
  { operation, convention }: NamedOperation,
  rank: number,
  [input, output]: readonly [Placed, Placed],
  filter: FilterAnswer,
  options: ShapeOptions,
  assumed: string[],
): Problem {
  const kernel = filter.kernel.map((size) => (size ? numberOf(size) : undefined));
  const strides = options.strides === undefined ? undefined : parseNumbers("--strides", options.strides, rank, 1);
  const dilations = parseKnownNumbers("--dilations", options.dilations ?? "1", rank, 1);
  const extra =
    options.outputPadding === undefined || options.outputPadding === "None"
      ? undefined
      : parseNumbers("--output-padding", options.outputPadding, rank, 0);
  const dimensions = dilations.map((dilation, i): DimensionFacts => {
    const facts = { input: input.spatial[i], output: output.spatial[i], kernel: kernel[i], dilation };
    const stride = strides ? strides[i] : usualStride(operation, convention, facts, options.padding, assumed);
    return { ...facts, stride, outputPadding: extra?.[i] };
  });
  const asked = options.padding === undefined ? undefined : parsePadding(options.padding, rank, convention);
  const padding = convention === "jax" && operation === "conv_transpose" ? jaxPadding(asked, kernel, dilations) : asked;
  const problem = { operation, convention, dimensions, padding, ceilMode: options.ceilMode === true };
  return { ...problem, padding: padding ?? defaultPadding(problem, assumed) };
}

/** Undefined where it is to be solved for: both sizes are known, and the padding is a name or given. */
function usualStride(
  operation: Operation,
  convention: Convention,
  { input, output, kernel }: Pick<DimensionFacts, "input" | "output" | "kernel">,
  padding: string | undefined,
  assumed: string[],
): number | undefined {
  const [large, small] = operation === "conv_transpose" ? [output, input] : [input, output];
  if (large && small) {
    if (namesPadding(convention) || padding !== undefined) return undefined;
    const stride = ratio(large, small);
    if (stride !== undefined) assumed.push(`strides ${stride}, the ratio of the sizes`);
    return stride;
  }
  const pooling = (operation === "max_pool" || operation === "avg_pool") && convention !== "onnx";
  assumed.push(pooling ? "strides as the kernel" : "strides 1");
  return pooling ? kernel : 1;
}

/** The whole ratio of two numbers or two multiples of one name, at least 1; undefined where they have nothing in common. */
function ratio(large: Linear, small: Linear): number | undefined {
  const name = small.terms[0]?.[0];
  if (name === undefined && large.terms.length > 0) return undefined;
  const [above, below] =
    name === undefined ? [large.constant, small.constant] : [factorOf(large, name), factorOf(small, name)];
  return above > 0 && below > 0 ? Math.max(1, Math.floor(above / below)) : undefined;
}

/** Conventions with numbers pad nothing by default; where input and output are both known, the padding is solved for. */
function defaultPadding(problem: Problem, assumed: string[]): PaddingChoice | undefined {
  const { convention, dimensions, ceilMode } = problem;
  if (namesPadding(convention)) return undefined;
  if (!ceilMode && dimensions.every(({ input, output }) => input && output)) return undefined;
  assumed.push("padding 0");
  return { kind: "explicit", padding: dimensions.map(() => [0, 0]) };
}

function rankOf(
  shapes: Readonly<Record<string, readonly unknown[] | undefined>>,
  { kernel = "" }: ShapeOptions,
): number {
  const longest = Math.max(0, ...Object.values(shapes).map((shape) => shape?.length ?? 0));
  if (longest > 2) return longest - 2;
  return longest === 0 && /[,x]/.test(kernel) ? kernel.split(/[,x]/).length : 2;
}

function parseKernel(text: string | undefined, rank: number): readonly (Linear | undefined)[] {
  if (text === undefined) return Array.from({ length: rank }, () => undefined);
  const sizes = parseShape("--kernel", text);
  if (sizes.length === rank) return sizes;
  if (sizes.length !== 1) refuse("--kernel", `1 or ${rank} sizes`, text);
  return Array.from({ length: rank }, () => sizes[0]);
}

function parseChannels(option: string, text: string | undefined): Linear | undefined {
  if (text === undefined) return undefined;
  const [size] = parseShape(option, text);
  return size ?? maybeConstant(undefined);
}

function parseConvention(text: string): Convention {
  const all: readonly Convention[] = ["tensorflow", "keras", "pytorch", "onnx", "jax"];
  return all.find((name) => name === text.toLowerCase()) ?? refuse("--convention", all.join(", "), text);
}

function parseGradient(value: string | boolean | undefined): Gradient | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return "all";
  const all: readonly Gradient[] = ["input", "filter", "all"];
  return all.find((name) => name === value) ?? refuse("--gradient", all.join(", "), value);
}
