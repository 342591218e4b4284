/** Elements that are moved, spread, gathered and numbered: as WebAssembly, every schedule that is chosen moves them as the computation says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasmTarget } from "../../src/codegen/wasm/target.js";
import { affine } from "../../src/ir/computation/affine.js";
import { accumulator, applyBinary, castScalar, indexScalar, load } from "../../src/ir/computation/build-scalar.js";
import type { Affine, Axis, Index, Scalar } from "../../src/ir/computation/computation.js";
import { evaluateComputation } from "../../src/ir/computation/evaluate.js";
import type { TensorType } from "../../src/ir/types/tensor.js";
import { scheduleComputation } from "../../src/passes/schedule/schedule-computation.js";
import { flatDense, on, plusOn, withData } from "../support/arbitrary-computation.js";
import { runScheduled, runScheduledWasm } from "../support/run-kernel.js";

const f32 = (...shape: number[]): TensorType => ({ elementType: "f32", shape });
const axis = (name: string, extent: number): Axis => ({ name, extent });
const plus = (left: Scalar, right: Scalar): Scalar => applyBinary("add", left, right);
const extent = (most: number) => fc.integer({ min: 1, max: most });

type Parts = Parameters<typeof flatDense>[0];

/** Rows and columns change places, and something of each layout is added. */
const turned = fc.tuple(extent(3), extent(21), extent(21), fc.boolean()).map(([n, a, b, adds]): Parts => {
  const loaded = load(0, [on(0), on(2), on(1)]);
  return {
    name: "turned",
    operands: adds ? [f32(n, b, a), f32(n, a, b)] : [f32(n, b, a)],
    result: f32(n, a, b),
    axes: [axis("n", n), axis("a", a), axis("b", b)],
    body: adds ? plus(loaded, load(1, [on(0), on(1), on(2)])) : loaded,
  };
});

/** Every so manieth element, forwards and backwards, stored as far apart. */
const stepped = fc
  .tuple(extent(4), extent(23), fc.constantFrom(-5, -3, -2, -1, 1, 2, 3, 4), extent(4))
  .map(([rows, columns, step, apart]): Parts => {
    const size = Math.abs(step);
    const from = step < 0 ? (columns - 1) * size : 0;
    return {
      name: "stepped",
      operands: [f32(rows, columns * size)],
      result: f32(rows, columns * apart),
      axes: [axis("r", rows), axis("c", columns)],
      store: [on(0), on(1, apart)],
      body: load(0, [on(0), affine(from, [{ axis: 1, coefficient: step }])]),
    };
  });

/** Few channels last, added to a number for each of them. */
const narrow = fc.tuple(extent(30), extent(5)).map(([pixels, channels]): Parts => ({
  name: "narrow",
  operands: [f32(channels, pixels), f32(channels)],
  result: f32(pixels, channels),
  axes: [axis("p", pixels), axis("c", channels)],
  body: plus(load(0, [on(1), on(0)]), load(1, [on(1)])),
}));

/** Picked along the last axis, by numbers known at run time. */
const picked = fc.tuple(extent(4), extent(19)).map(([rows, columns]): Parts => {
  const row: Index = { kind: "loaded", access: { operand: 1, indices: [on(1)] } };
  return {
    name: "picked",
    operands: [f32(rows, columns), { elementType: "i32", shape: [columns] }],
    result: f32(rows, columns),
    axes: [axis("r", rows), axis("c", columns)],
    body: load(0, [{ kind: "modulo", of: row, by: columns }, on(0)].toReversed() as readonly Index[]),
  };
});

/** The number of the element, and of its half. */
const numbered = fc.tuple(extent(4), extent(21)).map(([rows, columns]): Parts => {
  const flat: Affine = plusOn([0, columns], [1, 1]);
  const half: Index = { kind: "floor_divide", of: on(1), by: 2 };
  const counted = plus(castScalar("f32", indexScalar(flat)), castScalar("f32", indexScalar(half)));
  return {
    name: "numbered",
    operands: [f32(rows, columns)],
    result: f32(rows, columns),
    axes: [axis("r", rows), axis("c", columns)],
    body: plus(load(0, [on(0), on(1)]), counted),
    epilogue: accumulator,
  };
});

describe("what is chosen for copies", () => {
  it.each(Object.entries({ turned, stepped, narrow, picked, numbered }))("%s", async (_, parts) => {
    let vectors = 0;
    const law = fc.asyncProperty(parts, fc.integer(), async (some, seed) => {
      const { computation, operands, constants } = withData(some, "floats", seed);
      const scheduled = scheduleComputation(computation, constants, wasmTarget);
      if (scheduled.schedule.some(({ kind }) => kind === "vectorise")) vectors++;
      const expected = new Uint8Array(evaluateComputation(computation, operands).data.buffer);
      expect(runScheduled(scheduled, operands, "interpreter")).toEqual(expected);
      expect(await runScheduledWasm(scheduled, operands)).toEqual(expected);
    });
    await fc.assert(law, { numRuns: 60 });
    expect(vectors).toBeGreaterThan(20);
  });
});
