/** A chain of layers as an answer: the sizes in a row, the equation of each step, where it stops or misses, and the way out. */
import { numberOf, printLinear, scale, subtract, type Linear } from "../../ir/geometry/linear.js";
import { isTransposed } from "../../ir/geometry/solver/case.js";
import { solveDimensionPadding, type PaddingSetting } from "../../ir/geometry/solver/free-padding.js";
import { runChain, withSame, type Layer, type LayerText } from "./chain.js";
import { convLines } from "./conv-lines.js";
import { settingText } from "./free-lines.js";
import { dimensionNames, placeShape } from "./layout.js";
import { eachDimension, joinParts, part, sizeData, type Part } from "./part.js";
import { parseShape } from "./sizes.js";
import { outputChannels, outputData, outputShape } from "./shape-parts.js";
import { transposeLines } from "./transpose-lines.js";

/** Steps are told one by one up to this many. */
const mostSteps = 24;

/** The answer to a chain; `wanted` is the shape it should end in. */
export function chainPart(texts: readonly LayerText[], wanted: string | undefined): Part {
  const layers = runChain(texts, wanted !== undefined);
  return joinParts([
    sizesPart("sizes", layers),
    stepsPart(layers),
    stopPart(layers),
    insteadPart(texts, layers),
    wantedPart(layers, wanted),
    remedyPart(layers, wanted),
    assumedPart(layers, wanted !== undefined),
  ]);
}

/** Kernels that were left open and chosen here. */
function assumedPart(layers: readonly Layer[], chosen: boolean): Part {
  const open = chosen && layers.some(({ kernelChosen }) => kernelChosen);
  return part(
    "assumed",
    open ? ["kernels of twice the stride, which overlap evenly, and 3 where the stride is 1"] : [],
  );
}

/** `28 -> 26 -> 13` for each dimension. */
function sizesPart(label: string, layers: readonly Layer[]): Part {
  const chains = chainsOf(layers);
  const names = dimensionNames(chains.length);
  const lines = chains.map((sizes) => [sizes.map(printLinear).join(" -> ")]);
  return part(label, eachDimension(names, lines), { [label]: chains.map((sizes) => sizes.map(sizeData)) });
}

/** The sizes along the chain, one list for each dimension. */
function chainsOf(layers: readonly Layer[]): readonly (readonly Linear[])[] {
  const first = layers[0];
  if (!first) return [];
  return first.input.map((size, i) => [size, ...layers.flatMap(({ output }) => output?.[i] ?? [])]);
}

function stepsPart(layers: readonly Layer[]): Part {
  const lines = layers.slice(0, mostSteps).flatMap((layer, number) => stepLines(layer, number + 1));
  const rest = layers.length - mostSteps;
  return part("layers", rest > 0 ? [...lines, `and ${rest} more`] : lines, {
    shapes: layers.map((layer) => (layer.output ? outputData(layer.request, layer.solved) : null)),
  });
}

/** A layer with the shape of its output, and the equation of each dimension. */
function stepLines(layer: Layer, number: number): readonly string[] {
  const { request, solved, settings } = layer;
  const problem = solvedProblem(request, settings);
  const describe = isTransposed(problem) ? transposeLines : convLines;
  const equations = problem.dimensions.map((_, i) => describe(problem, solved, i).slice(0, 1));
  const shape = layer.output && outputChannels(request) ? [`-> ${outputShape(request, solved)}`] : [];
  const head = [`${number} ${layerName(layer)}`, ...(settings ? [settingsText(settings)] : [])].join(", ");
  const lines = [...eachDimension(dimensionNames(request.rank), equations), ...shape];
  return lines.length === 1 ? [`${head}: ${lines[0]}`] : [head, ...lines.map((line) => `    ${line}`)];
}

function settingsText(settings: readonly PaddingSetting[]): string {
  const pads = settings.map(({ padding: [low] }) => low).join(",");
  return `padding ${pads}, output_padding ${settings.map(({ outputPadding }) => outputPadding).join(",")}`;
}

function solvedProblem({ problem }: Layer["request"], settings: Layer["settings"]): Layer["request"]["problem"] {
  if (!settings) return problem;
  const dimensions = problem.dimensions.map((facts, i) => ({ ...facts, outputPadding: settings[i]?.outputPadding }));
  return { ...problem, dimensions };
}

function layerName({ request: { operation, problem } }: Layer): string {
  const list = (values: readonly (number | undefined)[]) =>
    new Set(values).size === 1 ? `${values[0] ?? "?"}` : values.map((value) => value ?? "?").join(",");
  const kernel = list(problem.dimensions.map((facts) => facts.kernel));
  return `${operation.name}, kernel ${kernel}, strides ${list(problem.dimensions.map(({ stride }) => stride))}`;
}

function stopPart(layers: readonly Layer[]): Part {
  const last = layers.at(-1);
  if (!last || last.output) return part("stops", []);
  const sizes = [...new Set(last.input.map(printLinear))].join(" x ");
  return part("stops", [`at layer ${layers.length}, ${layerName(last)}, which has no output for ${sizes}`], {
    stopsAt: layers.length,
  });
}

/** Where a chain of VALID convolutions runs out, what SAME would give. */
function insteadPart(texts: readonly LayerText[], layers: readonly Layer[]): Part {
  if (layers.at(-1)?.output || layers.some(({ solved }) => solved.choice.kind !== "valid"))
    return part("with SAME", []);
  return sizesPart("with SAME", runChain(withSame(texts), false));
}

/** How far the end is from where it should be. */
function wantedPart(layers: readonly Layer[], wanted: string | undefined): Part {
  const last = layers.at(-1);
  if (wanted === undefined || !last?.output) return part("wanted", []);
  const { rank, operation } = last.request;
  const { spatial } = placeShape("--output", parseShape("--output", wanted), rank, operation.channelsLast);
  const lines = last.output.map((size, i) => [distance(size, spatial[i])]);
  return part("wanted", eachDimension(dimensionNames(rank), lines), { wanted: spatial.map(sizeData) });
}

function distance(size: Linear, wanted: Linear | undefined): string {
  if (!wanted) return `${printLinear(size)}`;
  const gap = subtract(size, wanted);
  const number = numberOf(gap);
  if (number === 0) return `${printLinear(size)}, as wanted`;
  const text = printLinear(size);
  if (number === undefined) return `${text}, not ${printLinear(wanted)}`;
  return `${text}, not ${printLinear(wanted)}: ${Math.abs(number)} too ${number > 0 ? "many" : "few"}`;
}

/** Each transposed convolution that does not multiply by its stride, and the settings with which it would. */
function remedyPart(layers: readonly Layer[], wanted: string | undefined): Part {
  if (wanted === undefined) return part("remedy", []);
  const ways = layers.map((layer) => {
    const { problem } = layer.request;
    return isTransposed(problem) ? problem.dimensions.flatMap((facts, i) => remedyLines(layer, facts, i)) : [];
  });
  const lines = [...new Set(ways.flat())].map((line) => {
    const numbers = ways.flatMap((own, i) => (own.includes(line) ? [i + 1] : []));
    return `layer${numbers.length > 1 ? "s" : ""} ${numbers.join(", ")}: ${line}`;
  });
  return part("remedy", lines);
}

function remedyLines(
  { request: { problem }, input, output }: Layer,
  facts: Layer["request"]["problem"]["dimensions"][number],
  i: number,
): readonly string[] {
  const { stride, kernel } = facts;
  const [from, to] = [input[i], output?.[i]];
  if (!from || !to || stride === undefined || kernel === undefined) return [];
  const exact = scale(from, stride);
  const gap = numberOf(subtract(to, exact));
  if (gap === 0) return [];
  const wish = (size: number) =>
    solveDimensionPadding(problem, { ...facts, kernel: size, output: exact, outputPadding: undefined });
  const ways = [kernel, kernel + 1].flatMap((size) => {
    const [setting] = wish(size).settings;
    return setting ? [`${size === kernel ? "" : `kernel ${size} and `}${settingText(setting)}`] : [];
  });
  const odd =
    (kernel - stride) % 2 === 0
      ? ""
      : `; kernel - stride = ${kernel - stride} is odd, which equal padding at both ends cannot take off`;
  return [
    `gives ${stride}n ${gap !== undefined && gap < 0 ? "-" : "+"} ${Math.abs(gap ?? 0)}${odd}; for ${stride}n take ${ways.join(", or ")}`,
  ];
}
