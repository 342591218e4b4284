import { describe, expect, it } from "vitest";
import { affine } from "../../../../src/ir/computation/affine.js";
import { accumulator, applyBinary, load } from "../../../../src/ir/computation/build-scalar.js";
import type { Computation } from "../../../../src/ir/computation/computation.js";
import { evaluateComputation } from "../../../../src/ir/computation/evaluate.js";
import type { Piece, PlacedModule, Root } from "../../../../src/ir/computation/placed-module.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { unknownLocation } from "../../../../src/diagnostics/location.js";
import { mergeSiblings } from "../../../../src/passes/computation/merge-siblings.js";

/** r[stride · i] = Σ x[i + k] · w[k] for five i and two k, in the memory from the first to the last of them. */
const phase = (stride: number): Computation => ({
  name: "phase",
  operands: [
    { elementType: "f32", shape: [6] },
    { elementType: "f32", shape: [2] },
  ],
  result: { elementType: "f32", shape: [4 * stride + 1] },
  axes: [{ name: "i", extent: 5 }],
  sums: [{ name: "k", extent: 2 }],
  store: [affine(0, [{ axis: 0, coefficient: stride }])],
  reduction: "sum",
  body: applyBinary(
    "multiply",
    load(0, [
      affine(0, [
        { axis: 0, coefficient: 1 },
        { axis: 1, coefficient: 1 },
      ]),
    ]),
    load(1, [affine(0, [{ axis: 1, coefficient: 1 }])]),
  ),
  epilogue: accumulator,
});

const data = (length: number, first: number): Tensor =>
  tensor(
    "f32",
    [length],
    Array.from({ length }, (_, i) => first + i),
  );
const x: Root = { name: "x", elementType: "f32", length: 6, home: { kind: "input", port: 0 } };
const filters: Root = { name: "w", elementType: "f32", length: 20, home: { kind: "constant", data: data(20, 1) } };
const y: Root = { name: "y", elementType: "f32", length: 100, home: { kind: "output", port: 0 } };

/** One phase for each result offset, each with its own two taps. */
const moduleOf = (stride: number, offsets: readonly number[]): PlacedModule => ({
  name: "m",
  roots: [x, filters, y],
  steps: offsets.map((offset, i) => ({
    kind: "compute",
    location: unknownLocation,
    computation: phase(stride),
    operands: [
      { root: 0, offset: 0, length: 6 },
      { root: 1, offset: 2 * i, length: 2 },
    ],
    result: { root: 2, offset, length: 4 * stride + 1 },
  })),
});

/** All of y after the steps have run. */
function run({ roots, steps }: PlacedModule): Tensor {
  const memory = roots.map(({ length, home }) => (home.kind === "constant" ? home.data : tensor("f32", [length])));
  memory[0] = data(6, 3);
  const part = ({ root, offset, length }: Piece): Tensor => {
    const all = memory[root]?.data ?? new Float32Array();
    return { elementType: "f32", shape: [length], data: all.slice(offset, offset + length) };
  };
  for (const step of steps) {
    if (step.kind !== "compute") continue;
    const { data: result } = evaluateComputation(step.computation, step.operands.map(part), part(step.result));
    memory[step.result.root]?.data.set(result as never, step.result.offset);
  }
  return memory[2] ?? data(0, 0);
}

describe("mergeSiblings", () => {
  it.each([
    ["phases side by side", 3, [0, 1, 2], 1],
    ["phases of two directions", 4, [0, 1, 40, 41], 1],
    ["phases of three directions", 4, [0, 1, 20, 21, 50, 51, 70, 71], 1],
    ["phases in any order", 3, [2, 0, 1], 1],
    ["phases on no grid", 4, [0, 1, 3], 3],
  ])("%s", (_, stride, offsets, left) => {
    const module = moduleOf(stride, offsets);
    const merged = mergeSiblings(module);
    expect(merged.steps.length).toBe(left);
    expect(run(merged)).toEqual(run(module));
  });

  it("leaves a single computation and equal constants alone", () => {
    const single = moduleOf(3, [0]);
    expect(mergeSiblings(single)).toBe(single);
    const module = moduleOf(3, [0, 1]);
    const [first] = module.steps;
    const same = {
      ...module,
      steps: module.steps.map((step) =>
        step.kind === "compute" && first?.kind === "compute" ? { ...step, operands: first.operands } : step,
      ),
    };
    expect(mergeSiblings(same)).toBe(same);
  });

  it("leaves what is not constant alone", () => {
    const module = moduleOf(3, [0, 1]);
    const roots = module.roots.map((root) =>
      root.name === "w" ? { ...root, home: { kind: "arena" } as const } : root,
    );
    expect(mergeSiblings({ ...module, roots }).steps.length).toBe(2);
  });
});
