/** Gradients: the shapes of both, and the convolution that computes the input's. */
import { numberOf, printLinear } from "../../ir/geometry/linear.js";
import { printCandidates } from "../../ir/geometry/solver/candidates.js";
import type { Case, CaseDimension } from "../../ir/geometry/solver/case.js";
import { printShape } from "../../ir/geometry/solver/filter.js";
import { effectiveKernel } from "../../ir/geometry/window.js";
import { dimensionNames } from "./layout.js";
import { eachDimension, joinParts, part, sizeData, type Json, type Part } from "./part.js";
import { fullFormula, fullSize } from "./formula.js";
import type { Request } from "./request.js";
import { inputData, inputShape, isPooling } from "./shape-parts.js";

/** The gradients asked for, under one case. */
export function gradientPart(request: Request, solved: Case): Part {
  const { gradient } = request;
  if (!gradient || isPooling(request)) return part("gradient", []);
  return joinParts([
    ...(gradient === "filter" ? [] : [inputGradient(request, solved)]),
    ...(gradient === "input" ? [] : [filterGradient(request)]),
  ]);
}

function inputGradient(request: Request, solved: Case): Part {
  const shape = `${inputShape(request, solved)}, the shape of the input; the input's values do not matter, the operation being linear`;
  const data = { inputGradient: inputData(request, solved) };
  if (request.operation.operation === "conv_transpose") {
    const how = "it is the forward convolution of the output's gradient with the same filter, strides and padding";
    return part("d input", [shape, how], data);
  }
  const lines = eachDimension(dimensionNames(request.rank), solved.dimensions.map(backwardLines));
  return part("d input", [shape, ...choiceLine(solved), ...lines], {
    ...data,
    backward: solved.dimensions.map(backwardData),
  });
}

/** Several input sizes give one output: the input's shape has to be said. */
function choiceLine({ dimensions }: Case): readonly string[] {
  const open = dimensions.find(({ facts, answer }) => !facts.input && answer.input.kind === "range");
  if (!open?.facts.output) return [];
  const sizes = printCandidates(open.answer.input);
  return [`its size must be said: the forward convolution maps ${sizes} to ${printLinear(open.facts.output)}`];
}

/** The input's gradient as a transposed convolution, and as an ordinary one. */
function backwardLines(dimension: CaseDimension): readonly string[] {
  const data = backwardNumbers(dimension);
  if (!data) return ["a transposed convolution of the output's gradient, cropped by the forward padding"];
  const { facts } = dimension;
  const { low, high, zeros, before, after, full } = data;
  const output = dimension.size;
  return [
    `a transposed convolution of the output's gradient: full size ${output ? fullFormula(facts, output) : ""} = ${full}, cropped by the forward padding ${low}:${high}${cropNote(data)}`,
    `as an ordinary convolution: stride 1, ${zeros === 0 ? "no zeros" : `${zeros} zero${zeros === 1 ? "" : "s"}`} between positions, padding k - 1 - p = ${before}:${after}, filter flipped, its channels exchanged`,
  ];
}

interface Backward {
  readonly low: number;
  readonly high: number;
  readonly zeros: number;
  readonly full: number;
  readonly before: number;
  readonly after: number;
  /** Positions at the high end that no window of the forward convolution read. */
  readonly unread: number;
}

function backwardNumbers({ facts, geometry, size }: CaseDimension): Backward | undefined {
  const input = facts.input && numberOf(facts.input);
  const output = size && numberOf(size);
  if (!geometry || !size || facts.kernel === undefined || facts.stride === undefined) return undefined;
  if (input === undefined || output === undefined) return undefined;
  const [low, high] = geometry.padding;
  const full = numberOf(fullSize(facts, size)) ?? 0;
  const reach = effectiveKernel(facts.kernel, facts.dilation);
  const unread = input + low + high - full;
  return {
    low,
    high,
    zeros: facts.stride - 1,
    full,
    before: reach - 1 - low,
    after: reach - 1 - high + unread,
    unread,
  };
}

function cropNote({ unread }: Backward): string {
  return unread > 0 ? `, plus ${unread} at the end that no window read and whose gradient is 0` : "";
}

function backwardData(dimension: CaseDimension): Json {
  const data = backwardNumbers(dimension);
  if (!data) return null;
  const { zeros, full, low, high, before, after } = data;
  return { stride: 1, zerosBetween: zeros, full, crop: [low, high], padding: [before, after] };
}

function filterGradient({ filter, operation }: Request): Part {
  const shape = `${printShape(filter.shape)}, the shape of the filter [${filter.axes.join(", ")}]`;
  const how =
    operation.operation === "conv_transpose"
      ? "it is the filter gradient of the forward convolution, with the output's gradient as its input and the input as its output's gradient"
      : "a convolution over the batch: the input is convolved with the output's gradient, the forward stride being its dilation";
  return part("d filter", [shape, how], { filterGradient: filter.shape.map(sizeData) });
}
