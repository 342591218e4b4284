/**
 * Channels: which filter belongs to an input, an output and groups. A filter that does not fit is compared with the other
 * frameworks' layouts, since a wrong order of axes is the usual reason.
 */
import { constant, difference, floorDivide, numberOf, printLinear, scale, symbol, type Linear } from "../linear.js";
import {
  axisNames,
  countsMultiplier,
  filterLayout,
  kernelNames,
  knownLayouts,
  layoutPermutation,
  type FilterLayout,
} from "./filter-layout.js";
import type { Convention, Operation } from "./problem.js";

/** What is known of the channels. Kernel sizes may be names. */
export interface FilterFacts {
  readonly operation: Operation;
  readonly convention: Convention;
  readonly rank: number;
  /** "depthwise": as many groups as input channels, whatever their number. */
  readonly groups: number | "depthwise";
  readonly input: Linear | undefined;
  readonly output: Linear | undefined;
  readonly kernel: readonly (Linear | undefined)[];
  /** The filter as given, in the convention's own order of axes. */
  readonly filter: readonly (Linear | undefined)[] | undefined;
}

/** The filter that fits, the channels it implies, and what is wrong with the one given. */
export interface FilterAnswer {
  readonly layout: FilterLayout;
  readonly axes: readonly string[];
  readonly shape: readonly Linear[];
  readonly kernel: readonly (Linear | undefined)[];
  readonly input: Linear | undefined;
  readonly output: Linear | undefined;
  /** The filter of the other operation (conv for conv_transpose and back) with the same channels. */
  readonly twin: readonly Linear[];
  readonly complaint?: FilterComplaint;
}

/** Why the given filter does not fit. */
export interface FilterComplaint {
  readonly given: string;
  readonly reason: string;
  /** Set where the filter fits in another framework's order of axes. */
  readonly rearrange?: { readonly from: string; readonly permutation: readonly number[] };
}

interface Channels {
  readonly input: Linear | undefined;
  readonly output: Linear | undefined;
  readonly kernel: readonly (Linear | undefined)[];
}

/** Solves the channel question. Never fails: a filter that does not fit is answered with the one that does. */
export function solveFilter(facts: FilterFacts): FilterAnswer {
  const layout = filterLayout(facts.convention, facts.operation, facts.rank);
  const given = facts.filter && readFilter(facts.filter, layout, facts.groups);
  const mismatch = given && mismatchOf(facts, given, layout);
  const other = mismatch === undefined ? undefined : rearrangement(facts, layout);
  const read = other?.channels ?? given;
  const channels = {
    input: facts.input ?? read?.input,
    output: facts.output ?? read?.output,
    kernel: facts.kernel.map((size, i) => size ?? read?.kernel[i]),
  };
  return {
    layout,
    axes: axisNames(layout, facts.groups === "depthwise" ? 2 : facts.groups),
    shape: writeFilter(channels, layout, facts.groups),
    ...channels,
    twin: writeFilter(channels, twinLayout(facts), facts.groups),
    ...(mismatch === undefined || !facts.filter
      ? {}
      : { complaint: { given: printShape(facts.filter), reason: mismatch, ...(other ? { rearrange: other } : {}) } }),
  };
}

/** `[3, 3, 64, ?]` */
export function printShape(shape: readonly (Linear | undefined)[]): string {
  return `[${shape.map((size) => (size ? printLinear(size) : "?")).join(", ")}]`;
}

function twinLayout({ convention, operation, rank }: FilterFacts): FilterLayout {
  return filterLayout(convention, operation === "conv_transpose" ? "conv" : "conv_transpose", rank);
}

function readFilter(
  filter: readonly (Linear | undefined)[],
  layout: FilterLayout,
  groups: number | "depthwise",
): Channels {
  const axis = (role: "in" | "out") => filter[layout.roles.indexOf(role)];
  const kernel = layout.roles.flatMap((role, i) => (typeof role === "number" ? [filter[i]] : []));
  if (groups === "depthwise") return { ...readDepthwise(axis("in"), axis("out"), layout), kernel };
  const whole = (role: "in" | "out") => {
    const size = axis(role);
    return size && role === layout.grouped ? scale(size, groups) : size;
  };
  return { input: whole("in"), output: whole("out"), kernel };
}

/** `[…, in, multiplier]` has in * multiplier outputs; `[out, 1, …]` tells nothing of the input. */
function readDepthwise(input: Linear | undefined, output: Linear | undefined, layout: FilterLayout) {
  if (!countsMultiplier(layout)) return { input: undefined, output };
  const multiplier = output && numberOf(output);
  return { input, output: input && multiplier !== undefined ? scale(input, multiplier) : undefined };
}

function writeFilter(
  { input, output, kernel }: Channels,
  layout: FilterLayout,
  groups: number | "depthwise",
): Linear[] {
  const names = kernelNames(kernel.length);
  return layout.roles.map((role) => {
    if (typeof role === "number") return kernel[role] ?? symbol(names[role] ?? "k");
    if (groups === "depthwise") return depthwiseAxis(role, input, output, layout);
    const size = role === "in" ? input : output;
    if (role !== layout.grouped || groups === 1) return size ?? symbol(role);
    return (size && floorDivide(size, groups)) ?? symbol(`${role}/${groups}`);
  });
}

function depthwiseAxis(
  role: "in" | "out",
  input: Linear | undefined,
  output: Linear | undefined,
  layout: FilterLayout,
): Linear {
  if (!countsMultiplier(layout)) return role === "in" ? constant(1) : (output ?? symbol("out"));
  if (role === "in") return input ?? symbol("in");
  const [all, each] = [output && numberOf(output), input && numberOf(input)];
  return all !== undefined && each !== undefined ? constant(Math.floor(all / each)) : symbol("multiplier");
}

/** What does not fit in the filter as read in the convention's own layout; undefined where all does. */
function mismatchOf(facts: FilterFacts, read: Channels, layout: FilterLayout): string | undefined {
  if (facts.filter?.length !== facts.rank + 2) return `a filter here has ${facts.rank + 2} axes`;
  for (const role of ["in", "out"] as const) {
    const wanted = role === "in" ? facts.input : facts.output;
    const found = role === "in" ? read.input : read.output;
    if (!wanted || !found || !differ(wanted, found)) continue;
    return channelReason(facts, layout, role, wanted);
  }
  const kernel = facts.kernel.findIndex((size, i) => size && read.kernel[i] && differ(size, read.kernel[i]));
  return kernel < 0 ? undefined : `its kernel is ${printShape(read.kernel)}, not ${printShape(facts.kernel)}`;
}

function channelReason(facts: FilterFacts, layout: FilterLayout, role: "in" | "out", wanted: Linear): string {
  const axis = layout.roles.indexOf(role);
  const { groups } = facts;
  const grouped = groups !== "depthwise" && groups > 1 && role === layout.grouped;
  const each = grouped ? floorDivide(wanted, groups) : wanted;
  const found = facts.filter?.[axis];
  const side = role === "in" ? "input" : "output";
  const share = grouped ? ` / groups = ${printLinear(wanted)} / ${groups}` : "";
  const expected = each ? printLinear(each) : "no whole number";
  return `axis ${axis} counts ${side} channels${share} = ${expected}, but is ${found ? printLinear(found) : "?"}`;
}

/** The order of axes of another framework in which the filter fits; square kernels are preferred. */
function rearrangement(facts: FilterFacts, layout: FilterLayout) {
  const filter = facts.filter;
  if (!filter || filter.length !== facts.rank + 2) return undefined;
  const fitting = knownLayouts(facts.rank).flatMap((from) => {
    const channels = readFilter(filter, from, facts.groups);
    const fits = mismatchOf({ ...facts, filter }, channels, from) === undefined;
    return fits ? [{ from: from.name, permutation: layoutPermutation(from, layout), channels }] : [];
  });
  return fitting.find(({ channels }) => isSquare(channels.kernel)) ?? fitting[0];
}

function isSquare(kernel: readonly (Linear | undefined)[]): boolean {
  return kernel.every((size) => size && kernel[0] && difference(size, kernel[0]) === 0);
}

/** Two sizes are known to differ: numbers that are unequal, or one name's multiples that are. */
function differ(a: Linear, b: Linear): boolean {
  const gap = difference(a, b);
  if (gap !== undefined) return gap !== 0;
  return numberOf(a) === undefined && numberOf(b) === undefined;
}
