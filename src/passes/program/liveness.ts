/** When the arena's buffers are alive: from their first write to their last use, in step numbers. */
import type { PlacedModule, PlacedStep } from "../../ir/computation/placed-module.js";
import { elementTypes } from "../../ir/types/element-type.js";

export interface Interval {
  readonly root: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Buffers start at multiples of this, so that every element type and vector is aligned. */
export const alignment = 16;

export function readRoots(step: PlacedStep): readonly number[] {
  return [...new Set(step.operands.map(({ root }) => root))];
}

export function writtenRoots(step: PlacedStep): readonly number[] {
  return [...new Set(step.kind === "compute" ? [step.result.root] : step.results.map(({ root }) => root))];
}

/** Aligned size of a root in the arena; 0 where it lies elsewhere. */
export function rootBytes(module: PlacedModule, root: number): number {
  const buffer = module.roots[root];
  if (buffer?.home.kind !== "arena") return 0;
  return Math.ceil((buffer.length * elementTypes[buffer.elementType].bytes) / alignment) * alignment;
}

export function livenessOf(module: PlacedModule): readonly Interval[] {
  const spans = new Map<number, { first: number; last: number }>();
  module.steps.forEach((step, time) => {
    for (const root of [...writtenRoots(step), ...readRoots(step)]) {
      const span = spans.get(root);
      if (span === undefined) spans.set(root, { first: time, last: time });
      else span.last = time;
    }
  });
  const intervals = [...spans].map(([root, span]) => ({ root, bytes: rootBytes(module, root), ...span }));
  return intervals.filter(({ bytes }) => bytes > 0);
}

/** The largest sum of buffers alive at one step: no plan needs less. */
export function peakBytes(module: PlacedModule, intervals: readonly Interval[]): number {
  const change = new Array<number>(module.steps.length + 1).fill(0);
  for (const { first, last, bytes } of intervals) {
    change[first] = (change[first] ?? 0) + bytes;
    change[last + 1] = (change[last + 1] ?? 0) - bytes;
  }
  let alive = 0;
  return change.reduce((peak, delta) => Math.max(peak, (alive += delta)), 0);
}
