/** Schedules of reductions that read their operands across: what is chosen, and that nothing changes by it. */
import { describe, expect, it } from "vitest";
import { wasmTarget } from "../../../../src/codegen/wasm/target.js";
import { affine } from "../../../../src/ir/computation/affine.js";
import type { Affine, Computation, Reduction, Scalar, Term } from "../../../../src/ir/computation/computation.js";
import { applySchedule } from "../../../../src/passes/schedule/apply-schedule.js";
import { printSchedule } from "../../../../src/passes/schedule/schedule.js";
import { scheduleComputation } from "../../../../src/passes/schedule/schedule-computation.js";
import type { Tensor } from "../../../../src/ir/types/tensor.js";
import { integerTensor } from "../../../support/integers.js";
import { runScheduled, runScheduledWasm } from "../../../support/run-kernel.js";

type Terms = readonly (readonly [axis: number, coefficient: number])[];

const flat = (terms: Terms): Affine =>
  affine(
    0,
    terms.map(([axis, coefficient]): Term => ({ axis, coefficient })),
  );

const f32 = (length: number) => ({ elementType: "f32", shape: [length] }) as const;

interface Layout {
  readonly axes: readonly number[];
  readonly sums: readonly number[];
  readonly reads: readonly Terms[];
  readonly store: Terms;
  readonly lengths: readonly number[];
  readonly reduction?: Reduction;
}

/** y[store] = Σ over products of what is read. */
function reductionOf({ axes, sums, reads, store, lengths, reduction = "sum" }: Layout): Computation {
  const loads = reads.map((terms, operand): Scalar => ({ kind: "load", access: { operand, indices: [flat(terms)] } }));
  const body = loads.reduce((left, right) => ({ kind: "binary", function: "multiply", left, right }));
  return {
    name: "reduction",
    operands: lengths.map(f32),
    result: f32(axes.reduce((product, extent) => product * extent, 1)),
    axes: axes.map((extent, i) => ({ name: `d${i}`, extent })),
    sums: sums.map((extent, i) => ({ name: `r${i}`, extent })),
    store: [flat(store)],
    reduction,
    body,
    epilogue: { kind: "accumulator" },
  };
}

/** The chosen schedule, which gives the bits of the plain loops. */
async function chosen(layout: Layout): Promise<string> {
  const computation = reductionOf(layout);
  const operands = layout.lengths.map((length, i): Tensor => integerTensor([length], i + 1));
  const none = operands.map(() => false);
  const plain = runScheduled(applySchedule(computation, [], wasmTarget), operands, "interpreter");
  const scheduled = scheduleComputation(computation, none, wasmTarget);
  expect(runScheduled(scheduled, operands, "interpreter")).toEqual(plain);
  expect(await runScheduledWasm(scheduled, operands)).toEqual(plain);
  return printSchedule(scheduled.schedule);
}

const rows = (count: number, length: number, reduction: Reduction = "sum"): Layout => ({
  axes: [count],
  sums: [length],
  reads: [
    [
      [0, length],
      [1, 1],
    ],
  ],
  store: [[0, 1]],
  lengths: [count * length],
  reduction,
});

describe("reductions that read their operands across", () => {
  it("turn blocks of four rows and four steps in registers, of as many rows as divide them all", async () => {
    expect(await chosen(rows(24, 9))).toBe(
      "split r0 4 exact; split d0 12 exact; reorder d0 r0 r0_in d0_in; unroll r0_in; unroll d0_in; vectorise d0_in",
    );
    expect(await chosen(rows(16, 8, "maximum"))).toBe(
      "split r0 4 exact; reorder r0 r0_in d0; unroll r0_in; unroll d0; vectorise d0",
    );
    expect(await chosen(rows(19, 6, "minimum"))).toContain("split d0 16 exact");
    expect(await chosen(rows(5, 4, "product"))).toBe("reorder r0 d0; unroll r0; unroll d0; vectorise d0");
  });

  it("have no lanes where there are too few rows or steps", async () => {
    expect(await chosen(rows(3, 64))).not.toContain("vectorise");
    expect(await chosen(rows(64, 3))).not.toContain("r0_in");
  });

  it("share what was turned among the results of another axis, as of a product with a transposed matrix", async () => {
    const product: Layout = {
      axes: [6, 9],
      sums: [10],
      reads: [
        [
          [0, 10],
          [2, 1],
        ],
        [
          [1, 10],
          [2, 1],
        ],
      ],
      store: [
        [0, 9],
        [1, 1],
      ],
      lengths: [60, 90],
    };
    expect(await chosen(product)).toContain("unroll r0_in; unroll d0_in; unroll d1_in; vectorise d1_in");
  });

  it("take the axis that operands are read along where results are stored along another", async () => {
    const transposed: Layout = {
      axes: [8, 7],
      sums: [5],
      reads: [
        [
          [0, 1],
          [1, 8],
          [2, 56],
        ],
      ],
      store: [
        [0, 7],
        [1, 1],
      ],
      lengths: [280],
    };
    expect(await chosen(transposed)).toMatch(/vectorise d0/);
  });

  it("read every second element of two vectors, as a pooling over rows of one channel does", async () => {
    const pooled: Layout = {
      axes: [9],
      sums: [2],
      reads: [
        [
          [0, 2],
          [1, 1],
        ],
      ],
      store: [[0, 1]],
      lengths: [18],
      reduction: "maximum",
    };
    expect(await chosen(pooled)).toMatch(/vectorise d0/);
  });
});
