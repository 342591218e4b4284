import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacedModule } from "../../../../src/ir/computation/placed-module.js";
import { AliveIndex, type Span } from "../../../../src/passes/program/alive-index.js";
import { alignment, livenessOf, type Interval } from "../../../../src/passes/program/liveness.js";
import { planMemory } from "../../../../src/passes/program/plan-memory.js";
import { arbitraryPlaced } from "../../../support/arbitrary-placed.js";

const meet = (a: Span, b: Span): boolean => a.first <= b.last && b.first <= a.last;

function intervalsWithOffsets(module: PlacedModule): readonly (Interval & { readonly offset: number })[] {
  const { offsets } = planMemory(module);
  return livenessOf(module).map((interval) => ({ ...interval, offset: offsets.get(interval.root) ?? -1 }));
}

test("buffers alive at the same time do not overlap", () => {
  fc.assert(
    fc.property(arbitraryPlaced, (module) => {
      const { arenaBytes, lowerBound } = planMemory(module);
      const placed = intervalsWithOffsets(module);
      for (const [i, a] of placed.entries()) {
        expect(a.offset % alignment).toBe(0);
        expect(a.offset).toBeGreaterThanOrEqual(0);
        expect(a.offset + a.bytes).toBeLessThanOrEqual(arenaBytes);
        for (const b of placed.slice(i + 1).filter((other) => meet(a, other)))
          expect(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset).toBe(true);
      }
      expect(arenaBytes).toBeGreaterThanOrEqual(lowerBound);
    }),
    { numRuns: 300 },
  );
});

test("the index finds what overlaps, each once", () => {
  const span = fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), span, (spans, asked) => {
      const index = new AliveIndex<Span>(41);
      spans.forEach((each) => index.add(each));
      const found = index.overlapping(asked);
      const expected = spans.filter((each) => meet(each, asked));
      expect(found).toHaveLength(expected.length);
      expect(new Set(found)).toEqual(new Set(expected));
    }),
    { numRuns: 300 },
  );
});
