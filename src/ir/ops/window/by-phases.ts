/**
 * Transposed convolution by phases: outputs with equal remainder p by the stride are one stride-one convolution of the
 * input with every s-th tap of the filter, and phases are interleaved.
 *
 *     output[p + s·j] = Σ over taps of phase p: input[j + offset] · filter[tap]
 *
 * No zero is ever multiplied. All phases read one padded input, so those of equal extent are one kernel.
 */
import { phaseConv, transposePhases, type Phase, type PhaseConv } from "../../geometry/phases.js";
import type { Padding, Window } from "../../geometry/window.js";
import type { Algorithm, Node, NodeBuilder, Value } from "../../graph/graph.js";
import { eachPoint } from "../../types/points.js";
import { conv } from "../conv.js";
import { interleave } from "../interleave.js";
import { convFilter, padOrCrop, pick, wholeDimension, zeros, type Picks } from "./rearrange.js";
import { multiplyAddsPerTap, type ConvTransposeAttributes } from "./transposed.js";
import { noPadding, spatialSizes, windowOf } from "./windows.js";

/** Beyond this many phases the graph would be larger than what it computes. */
const maximumPhases = 1024;

export const byPhases: Algorithm<ConvTransposeAttributes> = {
  name: "phases",
  summary: "one stride-one convolution for each remainder by the stride, interleaved: no multiplication by zero",
  refuses({ attributes: { strides }, results }) {
    const sizes = spatialSizes(results[0].type.shape);
    const count = sizes.reduce((product, size, d) => product * Math.min(strides[d], size), 1);
    return count > maximumPhases ? `it would take ${count} convolutions, more than ${maximumPhases}` : undefined;
  },
  multiplyAdds({ operands, attributes, results }) {
    const kernel = operands[1].type.shape.slice(0, -2);
    const uses = spatialSizes(results[0].type.shape).map((output, d) =>
      tapUses(windowOf(kernel, attributes, d), attributes.padding[d][0], output),
    );
    return uses.reduce((product, count) => product * count, multiplyAddsPerTap({ operands, attributes }));
  },
  lower: (builder, node) => [lowerByPhases(builder, node)],
};

/** The phases of each spatial dimension; `explain` draws them. */
export function phasesOf({
  operands,
  attributes,
  results,
}: Node<ConvTransposeAttributes>): readonly (readonly Phase[])[] {
  const kernel = operands[1].type.shape.slice(0, -2);
  return spatialSizes(results[0].type.shape).map((output, d) =>
    transposePhases(windowOf(kernel, attributes, d), attributes.padding[d][0], output),
  );
}

/** How many pairs of a tap and an output position meet: tap k falls on every stride-th position from the least ≡ dilation · k − low. */
function tapUses({ kernel, stride, dilation }: Window, low: number, output: number): number {
  let uses = 0;
  for (let tap = 0; tap < kernel; tap++) {
    const first = (((dilation * tap - low) % stride) + stride) % stride;
    uses += Math.max(Math.ceil((output - first) / stride), 0);
  }
  return uses;
}

function lowerByPhases(builder: NodeBuilder, node: Node<ConvTransposeAttributes>): Value {
  const [input, filter] = node.operands;
  const { groups, strides } = node.attributes;
  const phases = phasesOf(node);
  const margins = phases.map((ofDimension, d) => margin(ofDimension, input.type.shape[d + 1]));
  const source: Source = {
    inputSizes: spatialSizes(input.type.shape),
    margins,
    padded: padOrCrop(builder, input, [[0, 0], ...margins, [0, 0]], 0),
    filter: convFilter(builder, filter, groups),
    groups,
  };
  const { shape } = node.results[0].type;
  const all = combinations(phases);
  const absent = all.flatMap((phase, number) => (phase.some(({ taps }) => taps.length === 0) ? [number] : []));
  const parts = all.flatMap((phase, number) => (absent.includes(number) ? [] : [lowerPhase(builder, phase, source)]));
  if (parts.length === 0) return zeros(builder, input, shape);
  if (all.length === 1) return parts[0];
  return builder.one(interleave, parts, { strides: [1, ...strides, 1], shape, absent });
}

/** Zeros beside the input that some phase of the dimension reads. */
function margin(phases: readonly Phase[], inputSize: number): Padding {
  const paddings = phases.flatMap((phase) => phaseConv(phase, inputSize) ?? []).map(({ padding }) => padding);
  return [Math.max(0, ...paddings.map(([low]) => low)), Math.max(0, ...paddings.map(([, high]) => high))];
}

/** What all phases share. */
interface Source {
  readonly inputSizes: readonly number[];
  readonly margins: readonly Padding[];
  readonly padded: Value;
  /** [kernel…, C/groups, O] */
  readonly filter: Value;
  readonly groups: number;
}

/** One phase for each dimension, in row-major order. */
function combinations(phases: readonly (readonly Phase[])[]): readonly (readonly Phase[])[] {
  const all: Phase[][] = [];
  eachPoint(
    phases.map(({ length }) => length),
    (point) => all.push(point.map((p, d) => phases[d][p])),
  );
  return all;
}

function lowerPhase(builder: NodeBuilder, phase: readonly Phase[], source: Source): Value {
  const { padded, filter, groups, inputSizes } = source;
  const convs = phase.flatMap((ofDimension, d) => phaseConv(ofDimension, inputSizes[d]) ?? []);
  const [inPerGroup, out] = filter.type.shape.slice(-2);
  const channels = padded.type.shape[padded.type.shape.length - 1];
  const reads = convs.map((ofDimension, d) => phaseReads(ofDimension, inputSizes[d], source.margins[d]));
  const x = pick(builder, padded, [wholeDimension(padded.type.shape[0]), ...reads, wholeDimension(channels)]);
  const w = pick(builder, filter, [...phase.map(phaseTaps), wholeDimension(inPerGroup), wholeDimension(out)]);
  const rank = phase.length;
  return builder.one(conv, [x, w], {
    strides: phase.map(() => 1),
    dilations: convs.map(({ dilation }) => dilation),
    padding: noPadding(rank),
    groups,
  });
}

/** What a phase reads of the padded input. */
function phaseReads({ padding: [low, high] }: PhaseConv, inputSize: number, [margin]: Padding): Picks {
  return { start: margin - low, count: inputSize + low + high, step: 1 };
}

/** Which taps a phase uses: from the last, which reads the earliest input, backwards. */
function phaseTaps({ taps }: Phase): Picks {
  const step = taps.length > 1 ? taps[1].tap - taps[0].tap : 1;
  return { start: taps[0].tap, count: taps.length, step };
}
