/**
 * Chooses the order of steps that keeps the fewest bytes alive at once: greedily, each time the ready step that adds least.
 * The given order stays where the greedy one is no better.
 */
import type { PlacedModule, PlacedStep } from "../../ir/computation/placed-module.js";
import { livenessOf, peakBytes, readRoots, rootBytes, writtenRoots } from "./liveness.js";

export function orderKernels(module: PlacedModule): PlacedModule {
  const reordered = { ...module, steps: greedyOrder(module) };
  return peakBytes(reordered, livenessOf(reordered)) < peakBytes(module, livenessOf(module)) ? reordered : module;
}

function greedyOrder(module: PlacedModule): readonly PlacedStep[] {
  const waiting = new Map(dependencies(module));
  const readersLeft = countReaders(module);
  const alive = new Set<number>();
  const order: PlacedStep[] = [];
  const growth = (step: PlacedStep): number => {
    const born = writtenRoots(step).filter((root) => !alive.has(root));
    const dying = readRoots(step).filter((root) => readersLeft.get(root) === 1);
    return bytes(module, born) - bytes(module, dying);
  };
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, before]) => before.size === 0).map(([step]) => step);
    const next = ready.reduce((best, step) => (growth(step) < growth(best) ? step : best));
    order.push(next);
    waiting.delete(next);
    for (const before of waiting.values()) before.delete(next);
    writtenRoots(next).forEach((root) => alive.add(root));
    readRoots(next).forEach((root) => readersLeft.set(root, (readersLeft.get(root) ?? 1) - 1));
  }
  return order;
}

function bytes(module: PlacedModule, roots: readonly number[]): number {
  return roots.reduce((sum, root) => sum + rootBytes(module, root), 0);
}

function countReaders(module: PlacedModule): Map<number, number> {
  const count = new Map<number, number>();
  for (const step of module.steps) for (const root of readRoots(step)) count.set(root, (count.get(root) ?? 0) + 1);
  return count;
}

/** For each step the steps that write, earlier in the given order, what it reads. */
function dependencies(module: PlacedModule): readonly (readonly [PlacedStep, Set<PlacedStep>])[] {
  const writers = new Map<number, PlacedStep[]>();
  return module.steps.map((step) => {
    const before = new Set(readRoots(step).flatMap((root) => writers.get(root) ?? []));
    for (const root of writtenRoots(step)) writers.set(root, [...(writers.get(root) ?? []), step]);
    return [step, before] as const;
  });
}
