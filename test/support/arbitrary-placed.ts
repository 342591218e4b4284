/** Random placed modules whose steps do nothing: for what looks only at who reads and writes which buffer, and when. */
import fc from "fast-check";
import { unknownLocation } from "../../src/diagnostics/location.js";
import type { Piece, PlacedModule, PlacedStep, Root } from "../../src/ir/computation/placed-module.js";
import type { Kernel } from "../../src/ir/loops/kernel.js";

const nothing: Kernel = { name: "nothing", parameters: [], body: [] };

interface DraftStep {
  readonly reads: readonly number[];
  /** A root that an earlier step wrote a part of, where there is one. */
  readonly writesOld: number | undefined;
}

const draftStep: fc.Arbitrary<DraftStep> = fc.record({
  reads: fc.array(fc.nat(50), { maxLength: 3 }),
  writesOld: fc.option(fc.nat(50), { nil: undefined, freq: 3 }),
});

/** Every step writes a root of its own or a part of an older one, and reads parts of what was written before, or of the input. */
export const arbitraryPlaced: fc.Arbitrary<PlacedModule> = fc
  .array(fc.tuple(draftStep, fc.nat(40)), { minLength: 1, maxLength: 25 })
  .map((drafts) => {
    const roots: Root[] = [{ name: "x", elementType: "f32", length: 9, home: { kind: "input", port: 0 } }];
    const steps = drafts.map(([{ reads, writesOld }, length]): PlacedStep => {
      const operands = reads.map((read) => piece(read % roots.length));
      const old = writesOld === undefined || roots.length === 1 ? undefined : 1 + (writesOld % (roots.length - 1));
      if (old === undefined) roots.push({ name: "", elementType: "f32", length, home: { kind: "arena" } });
      return {
        kind: "kernel",
        kernel: nothing,
        operands,
        results: [piece(old ?? roots.length - 1)],
        location: unknownLocation,
      };
    });
    return { name: "placed", roots, steps };
  });

const piece = (root: number): Piece => ({ root, offset: 0, length: 1 });
