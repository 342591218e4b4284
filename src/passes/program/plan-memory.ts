/**
 * Gives each buffer of the arena an offset, so that buffers alive at the same time do not overlap.
 * Largest first, each into the smallest gap that holds it (Pisarchyk and Lee, "Efficient memory management for deep neural net inference", 2020: greedy by size).
 */
import { AliveIndex } from "./alive-index.js";
import type { PlacedModule } from "../../ir/computation/placed-module.js";
import { livenessOf, peakBytes, type Interval } from "./liveness.js";

export interface MemoryPlan {
  /** Byte offset by root; roots that lie elsewhere are absent. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly arenaBytes: number;
  /** The largest sum of buffers alive at once. */
  readonly lowerBound: number;
}

interface Placed extends Interval {
  readonly offset: number;
}

export function planMemory(module: PlacedModule): MemoryPlan {
  const intervals = livenessOf(module);
  const bySize = [...intervals].sort((a, b) => b.bytes - a.bytes || a.first - b.first || a.root - b.root);
  const placed: Placed[] = [];
  const index = new AliveIndex<Placed>(module.steps.length);
  for (const interval of bySize) {
    const next = { ...interval, offset: bestOffset(interval, index.overlapping(interval)) };
    placed.push(next);
    index.add(next);
  }
  return {
    offsets: new Map(placed.map(({ root, offset }) => [root, offset])),
    arenaBytes: placed.reduce((end, { offset, bytes }) => Math.max(end, offset + bytes), 0),
    lowerBound: peakBytes(module, intervals),
  };
}

/** The start of the smallest gap between `rivals`, which are alive at the same time, or the end of them all. */
function bestOffset(interval: Interval, rivals: Placed[]): number {
  rivals.sort((a, b) => a.offset - b.offset);
  let [free, best, slack] = [0, -1, Infinity];
  for (const { offset, bytes } of rivals) {
    const gap = offset - free;
    if (gap >= interval.bytes && gap - interval.bytes < slack) [best, slack] = [free, gap - interval.bytes];
    free = Math.max(free, offset + bytes);
  }
  return best >= 0 ? best : free;
}
