/** Windows of TensorFlow.js' kernels as attributes of a node: one entry for every dimension of the data, padding as pairs where it is numbers. */
import { integers, text, type Attributes } from "./graph-model-writer.js";
import type { TfjsAttributes, TfjsCase } from "./tfjs-cases.js";

type PerDimension = number | readonly number[];

export function convolutionAttributes(given: TfjsCase): Attributes {
  const rank = spatialRank(given);
  const { strides, dilations, pad } = given.attributes;
  return {
    strides: spread(rank, strides, given.attributes),
    dilations: spread(rank, dilations ?? 1, given.attributes),
    data_format: text(formatOf(rank, given.attributes)),
    ...padding(pad, rank, given.attributes),
  };
}

export function poolAttributes(given: TfjsCase): Attributes {
  const rank = spatialRank(given);
  const { filterSize, strides, pad } = given.attributes;
  const rounded = given.attributes["dimRoundingMode"] === undefined ? pad : roundedPads(given, rank);
  return {
    ksize: spread(rank, filterSize, given.attributes),
    strides: spread(rank, strides, given.attributes),
    data_format: text(formatOf(rank, given.attributes)),
    ...padding(rounded, rank, given.attributes),
  };
}

function spatialRank({ inputs }: TfjsCase): number {
  const data = inputs["x"] ?? inputs["dy"];
  return data.shape.length - 2;
}

function isChannelsFirst({ dataFormat }: TfjsAttributes): boolean {
  return String(dataFormat ?? "").startsWith("NC");
}

function formatOf(rank: number, attributes: TfjsAttributes): string {
  const letters = rank === 3 ? "DHW" : "HW";
  return isChannelsFirst(attributes) ? `NC${letters}` : `N${letters}C`;
}

function entries(rank: number, given: unknown): readonly number[] {
  const list = given as PerDimension;
  return typeof list === "number" ? new Array<number>(rank).fill(list) : list;
}

/** With those of batch and channels, which are 1. */
function spread(rank: number, given: unknown, attributes: TfjsAttributes) {
  const list = entries(rank, given);
  const spatial = list.length === rank + 2 ? list.slice(1, -1) : list;
  return integers(isChannelsFirst(attributes) ? [1, 1, ...spatial] : [1, ...spatial, 1]);
}

type Pairs = readonly (readonly [number, number])[];

function padding(pad: unknown, rank: number, attributes: TfjsAttributes): Attributes {
  if (typeof pad === "string") return { padding: text(pad.toUpperCase()) };
  const spatial: Pairs =
    typeof pad === "number"
      ? new Array<[number, number]>(rank).fill([pad, pad])
      : spatialPairs(pad as Pairs, rank, attributes);
  const none = [0, 0];
  const all = isChannelsFirst(attributes) ? [none, none, ...spatial] : [none, ...spatial, none];
  return { padding: text("EXPLICIT"), explicit_paddings: integers(all.flat()) };
}

function spatialPairs(pad: Pairs, rank: number, attributes: TfjsAttributes): Pairs {
  if (pad.length === rank) return pad;
  const first = isChannelsFirst(attributes) ? 2 : 1;
  return pad.slice(first, first + rank);
}

/** The padding that the windows of `dimRoundingMode` reach: their number is rounded, not only down. */
function roundedPads({ inputs, attributes }: TfjsCase, rank: number): unknown {
  const { pad, filterSize, strides, dimRoundingMode } = attributes;
  if (typeof pad === "string") return pad;
  const round = { floor: Math.floor, round: Math.round, ceil: Math.ceil }[
    dimRoundingMode as "floor" | "round" | "ceil"
  ];
  const [taps, steps] = [entries(rank, filterSize), entries(rank, strides)];
  const sizes = inputs["x"].shape.slice(1, -1);
  const pairs = typeof pad === "number" ? [] : spatialPairs(pad as Pairs, rank, attributes);
  return sizes.map((size, d): readonly [number, number] => {
    const [low, high] = typeof pad === "number" ? [pad, pad] : pairs[d];
    const count = round((size + low + high - taps[d]) / steps[d]);
    return [low, Math.max(high, count * steps[d] + taps[d] - size - low)];
  });
}
