import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacedModule, PlacedStep } from "../../../../src/ir/computation/placed-module.js";
import { livenessOf, peakBytes, readRoots, rootBytes, writtenRoots } from "../../../../src/passes/program/liveness.js";
import { orderKernels } from "../../../../src/passes/program/order-kernels.js";
import { arbitraryPlaced } from "../../../support/arbitrary-placed.js";

/** The order from its definition: each time, of the steps whose needs are written, the first that adds the fewest bytes. */
function greedy({ steps, ...module }: PlacedModule): readonly PlacedStep[] {
  const order: PlacedStep[] = [];
  const before = (step: PlacedStep): readonly PlacedStep[] =>
    steps.slice(0, steps.indexOf(step)).filter((other) => shares(writtenRoots(other), readRoots(step)));
  const left = (): PlacedStep[] => steps.filter((step) => !order.includes(step));
  const growth = (step: PlacedStep): number => {
    const born = writtenRoots(step).filter((root) => !order.some((done) => writtenRoots(done).includes(root)));
    const readers = (root: number) => left().filter((other) => readRoots(other).includes(root)).length;
    const dying = readRoots(step).filter((root) => readers(root) === 1);
    const bytes = (roots: readonly number[]) =>
      roots.reduce((sum, root) => sum + rootBytes({ ...module, steps }, root), 0);
    return bytes(born) - bytes(dying);
  };
  while (order.length < steps.length) {
    const ready = left().filter((step) => before(step).every((other) => order.includes(other)));
    order.push(ready.reduce((best, step) => (growth(step) < growth(best) ? step : best)));
  }
  return order;
}

const shares = (a: readonly number[], b: readonly number[]): boolean => a.some((each) => b.includes(each));

const peak = (module: PlacedModule): number => peakBytes(module, livenessOf(module));

test("is the greedy order, where that keeps less alive", () => {
  fc.assert(
    fc.property(arbitraryPlaced, (module) => {
      const reordered = { ...module, steps: greedy(module) };
      const expected = peak(reordered) < peak(module) ? reordered.steps : module.steps;
      expect(orderKernels(module).steps).toStrictEqual(expected);
      expect(orderKernels(module).steps.every((step, i) => step === expected[i])).toBe(true);
    }),
    { numRuns: 300 },
  );
});
