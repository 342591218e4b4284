/** The tensors of an answer: output, input and filter with their shapes in the layout asked for. */
import { printCandidates, single, type Candidates } from "../../ir/geometry/solver/candidates.js";
import type { Case } from "../../ir/geometry/solver/case.js";
import { printShape } from "../../ir/geometry/solver/filter.js";
import { printLinear, type Linear } from "../../ir/geometry/linear.js";
import { joinShape } from "./layout.js";
import { candidatesData, part, sizeData, type Json, type Part } from "./part.js";
import type { Request } from "./request.js";

/** `[16, 512, 256, 256]` of the output under a case. */
export function outputShape(request: Request, { dimensions }: Case): string {
  const sizes = dimensions.map(({ size, answer }) => (size ? printLinear(size) : printCandidates(answer.output)));
  return shapeText(request, request.output.batch ?? request.input.batch, sizes, outputChannels(request), "out");
}

/** The same as data: numbers, formulas, null for an unknown batch. */
export function outputData(request: Request, { dimensions }: Case): Json {
  const sizes = dimensions.map(({ size, answer }) => (size ? sizeData(size) : candidatesData(answer.output)));
  const batch = sizeData(request.output.batch ?? request.input.batch);
  return joinShape<Json>(batch, sizes, sizeData(outputChannels(request)), request.operation.channelsLast);
}

/** The shape of the input, as given or as solved under a case. */
export function inputShape(request: Request, { dimensions }: Case): string {
  const sizes = dimensions.map(({ facts, answer }) => (facts.input ? printLinear(facts.input) : compact(answer.input)));
  return shapeText(request, request.input.batch ?? request.output.batch, sizes, inputChannels(request), "in");
}

/** The same as data. */
export function inputData(request: Request, { dimensions }: Case): Json {
  const sizes = dimensions.map(({ facts, answer }) =>
    facts.input ? sizeData(facts.input) : (sizeDataOf(answer.input) ?? candidatesData(answer.input)),
  );
  const batch = sizeData(request.input.batch ?? request.output.batch);
  return joinShape<Json>(batch, sizes, sizeData(inputChannels(request)), request.operation.channelsLast);
}

/** The filter that fits, its axes, and what is wrong with the one given. Poolings have none. */
export function filterPart(request: Request): Part {
  const { filter, operation } = request;
  if (isPooling(request)) return part("filter", []);
  const shape = printShape(filter.shape);
  const axes = `[${filter.axes.join(", ")}]`;
  const needed = shape === axes ? shape : `${shape} = ${axes}`;
  const data = { filter: filter.shape.map(sizeData), filterAxes: [...filter.axes] };
  const twin = hasTwin(request) ? [twinLine(request)] : [];
  if (!filter.complaint) return part("filter", [needed, ...twin], data);
  const { given, reason, rearrange } = filter.complaint;
  const order = rearrange
    ? [`it is in ${rearrange.from} order of axes: transpose it with (${rearrange.permutation.join(", ")})`]
    : [];
  return part("filter", [needed, `${given} does not fit ${operation.name}: ${reason}`, ...order, ...twin], {
    ...data,
    filterComplaint: { given, reason, permutation: rearrange?.permutation ?? null },
  });
}

/** Channels of the input, a pooling's being those of its output. */
export function inputChannels(request: Request): Linear | undefined {
  return isPooling(request) ? (request.input.channels ?? request.output.channels) : request.filter.input;
}

/** Channels of the output. */
export function outputChannels(request: Request): Linear | undefined {
  return isPooling(request) ? inputChannels(request) : request.filter.output;
}

/** Poolings keep channels apart and have no filter. */
export function isPooling({ operation: { operation } }: Request): boolean {
  return operation === "max_pool" || operation === "avg_pool";
}

/** Whether the other operation's filter is worth telling: another shape, and all channels known. */
function hasTwin({ filter, groups }: Request): boolean {
  if (!filter.input || !filter.output || groups === "depthwise") return false;
  return printShape(filter.twin) !== printShape(filter.shape);
}

function twinLine({ filter, operation }: Request): string {
  const other = operation.operation === "conv_transpose" ? "a convolution" : "a transposed convolution";
  return `${other} between the same channels takes ${printShape(filter.twin)}`;
}

function shapeText(
  request: Request,
  batch: Linear | undefined,
  sizes: readonly string[],
  channels: Linear | undefined,
  side: string,
): string {
  const name = channels ? printLinear(channels) : side;
  return `[${joinShape(batch ? printLinear(batch) : "?", sizes, name, request.operation.channelsLast).join(", ")}]`;
}

function compact(candidates: Candidates): string {
  return printCandidates(candidates);
}

function sizeDataOf(candidates: Candidates): Json | undefined {
  const value = single(candidates);
  return value && sizeData(value);
}
