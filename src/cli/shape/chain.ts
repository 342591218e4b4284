/** Layers one after another: each takes the output of the one before. Stops at the first that has no output. */
import { bounds, single } from "../../ir/geometry/solver/candidates.js";
import { isTransposed, solveCase, type Case } from "../../ir/geometry/solver/case.js";
import { solveDimensionPadding, type PaddingSetting } from "../../ir/geometry/solver/free-padding.js";
import { namesPadding, type PaddingChoice } from "../../ir/geometry/solver/problem.js";
import { printLinear, scale, type Linear } from "../../ir/geometry/linear.js";
import { joinShape } from "./layout.js";
import { shapeRequest, type Request, type ShapeOptions } from "./request.js";
import { inputChannels, outputChannels } from "./shape-parts.js";

/** What a layer was asked as. */
export interface LayerText {
  readonly operation: string;
  readonly options: ShapeOptions;
}

/** One layer with its sizes; `output` is undefined where the layer has none. */
export interface Layer {
  readonly request: Request;
  readonly solved: Case;
  readonly input: readonly Linear[];
  readonly output: readonly Linear[] | undefined;
  /** Settings that were solved for because neither padding nor output padding was given. */
  readonly settings: readonly PaddingSetting[] | undefined;
  /** Whether the kernel was left open and chosen by `withUsualKernel`. */
  readonly kernelChosen: boolean;
}

/** Runs the layers. With `exactMultiples`, a transposed convolution without padding gets the one that gives input * stride. */
export function runChain(texts: readonly LayerText[], exactMultiples: boolean): readonly Layer[] {
  const layers: Layer[] = [];
  let shape = texts[0]?.options.input;
  for (const { operation, options } of texts) {
    const layer = runLayer(operation, { ...options, ...(shape === undefined ? {} : { input: shape }) }, exactMultiples);
    layers.push(layer);
    if (!layer.output) break;
    shape = nextInput(layer.request, layer.output);
  }
  return layers;
}

/** The same layers with SAME instead of VALID. */
export function withSame(texts: readonly LayerText[]): readonly LayerText[] {
  return texts.map(({ operation, options }) => ({
    operation,
    options: /conv/i.test(operation) ? { ...options, padding: "SAME" } : options,
  }));
}

function runLayer(operation: string, options: ShapeOptions, exactMultiples: boolean): Layer {
  const usual = withUsualKernel(options, exactMultiples);
  const request = shapeRequest(operation, usual);
  const kernelChosen = usual !== options;
  const { problem } = request;
  const input = problem.dimensions.map(({ input }) => input ?? { constant: 0, terms: [] });
  const numeric = !namesPadding(problem.convention) && isTransposed(problem);
  if (exactMultiples && numeric && options.padding === undefined)
    return { ...solvedLayer(request, input), kernelChosen };
  const solved = solveCase(problem, problem.padding ?? usualPadding(request));
  const sizes = solved.dimensions.flatMap(({ size, answer }) => size ?? single(answer.output) ?? []);
  const output = solved.possible && sizes.length === request.rank ? sizes : undefined;
  return {
    request,
    solved,
    input,
    output: output?.every(positive) ? output : undefined,
    settings: undefined,
    kernelChosen,
  };
}

/** A kernel of twice the stride overlaps evenly; 3 where the stride is 1. */
function withUsualKernel(options: ShapeOptions, exactMultiples: boolean): ShapeOptions {
  if (!exactMultiples || options.kernel !== undefined || options.filter !== undefined) return options;
  if (!/^[\d,]+$/.test(options.strides ?? "")) return options;
  const kernel = (options.strides ?? "").split(",").map((stride) => (stride === "1" ? 3 : 2 * Number(stride)));
  return { ...options, kernel: kernel.join(",") };
}

/** The padding that multiplies each size by its stride. */
function solvedLayer(request: Request, input: readonly Linear[]): Omit<Layer, "kernelChosen"> {
  const { problem } = request;
  const output = problem.dimensions.map(({ stride = 1 }, i) => scale(input[i] ?? { constant: 0, terms: [] }, stride));
  const settings = problem.dimensions.flatMap((facts, i) => {
    const { settings } = solveDimensionPadding(problem, { ...facts, output: output[i] });
    return settings.slice(0, 1);
  });
  const padding = settings.map(({ padding }) => padding);
  const dimensions = problem.dimensions.map((facts, i) => ({ ...facts, outputPadding: settings[i]?.outputPadding }));
  const solved = solveCase({ ...problem, dimensions }, { kind: "explicit", padding });
  const complete = settings.length === request.rank;
  return { request, solved, input, output: complete ? output : undefined, settings: complete ? settings : undefined };
}

/** Keras' layers are valid by default, tf.nn.conv2d_transpose is SAME. */
function usualPadding({ problem }: Request): PaddingChoice {
  const same = problem.convention === "tensorflow" && isTransposed(problem);
  return same ? { kind: "same", oddEnd: "high" } : { kind: "valid" };
}

/** The next layer's `--input`. */
function nextInput(request: Request, output: readonly Linear[]): string {
  const text = (size: Linear | undefined) => (size ? printLinear(size).replaceAll(" ", "") : "?");
  const channels =
    outputChannels(request) ?? (request.operation.operation === "conv" ? undefined : inputChannels(request));
  return joinShape(text(request.input.batch), output.map(text), text(channels), request.operation.channelsLast).join(
    "x",
  );
}

function positive(size: Linear): boolean {
  const known = bounds({ kind: "range", min: size, max: size });
  return known === undefined || known[0] > 0;
}
