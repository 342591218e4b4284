/** Weights in files: written shorter, before they are transformed, and in one order for several; each comes back to the bit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layOutWeights } from "../../../../src/codegen/module/safetensors.js";
import { shorterNumbers } from "../../../../src/codegen/module/shorter-numbers.js";
import { restorings, storeWeights } from "../../../../src/codegen/module/store-weights.js";
import { transformFilter } from "../../../../src/ir/ops/winograd/filter-transform.js";
import type { PackedPiece } from "../../../../src/ir/program/packing.js";
import type { Segment } from "../../../../src/ir/program/program.js";
import { elementCount } from "../../../../src/ir/types/shape.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { packTensor } from "../../../../src/passes/program/pack-weights.js";
import { decodeF16 } from "../../../../src/runtime/half-floats.js";
import { restore } from "../../../../src/runtime/restore.js";
import { storedNumbers } from "../../../../src/runtime/stored-numbers.js";

/** What the stored file gives each segment. */
function restored(segments: readonly Segment[], weights: "f32" | "f16" | "int8") {
  const stored = storeWeights(segments, weights);
  const { data: expected, offsets } = layOutWeights(segments.map(({ data }) => data));
  const { runs, rows } = restorings(stored, new Map(segments.map((each, i) => [each, offsets[i]])));
  const found = new Uint8Array(expected.length);
  for (const { from, to, address } of runs) found.set(stored.layout.data.subarray(from, to), address);
  return { found: restore(stored.layout.data, found, rows), expected, stored, bytes: stored.layout.data.length };
}

/** Numbers that are no f16. */
const rough = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i + 1));
const whole = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => (i % 7) - 3);
const segment = (data: Tensor, packed?: { readonly source: Tensor; readonly pieces: readonly PackedPiece[] }) =>
  ({ name: "w", data, ...(packed && { packed: { ...packed, offset: 0 } }) }) satisfies Segment;

function packed(source: Tensor, pieces: readonly PackedPiece[]): Segment {
  return segment(packTensor(source, 0, pieces), { source, pieces });
}

const turned: readonly PackedPiece[] = [{ base: 0, extents: [64, 32], strides: [1, 64] }];

describe("a file of weights", () => {
  test("has what one kernel reads in its order, as it is", () => {
    const source = tensor("f32", [32, 64], rough(2048));
    const { stored, found, expected } = restored([packed(source, turned)], "f16");
    expect(stored.tensors.map(({ tensor: { elementType } }) => elementType)).toEqual(["f32"]);
    expect(found).toEqual(expected);
    expect(stored.layout.data).toEqual(expected);
  });

  test("has f16 numbers in half the bytes, and not where f32 is asked for", () => {
    const segments = [packed(tensor("f32", [32, 64], whole(2048)), turned)];
    const [shorter, asked] = [restored(segments, "f16"), restored(segments, "f32")];
    expect([shorter.bytes, asked.bytes]).toEqual([4096, 8192]);
    expect(shorter.stored.tensors[0]?.tensor).toMatchObject({ elementType: "f16", shape: [32, 64] });
    expect(shorter.found).toEqual(shorter.expected);
    expect(asked.found).toEqual(asked.expected);
  });

  test("has counts of a scale in a quarter of the bytes, and the scales", () => {
    const data = Float32Array.from({ length: 4096 }, (_, i) => ((i % 255) - 127) * (0.375 + (i % 64)));
    const { found, expected, bytes, stored } = restored([segment(tensor("f32", [64, 64], data))], "int8");
    expect(bytes).toBe(4096 + 4 * 64);
    expect(stored.tensors.map(({ name }) => name)).toEqual(["w", "w.scale"]);
    expect(found).toEqual(expected);
  });

  test("has a filter once for all that Winograd's algorithm makes of it, and as it was", () => {
    const filter = tensor("f32", [3, 3, 16, 16], rough(2304));
    const tiles = [2, 4].map((tile) =>
      transformFilter(
        filter,
        [3, 3].map((taps) => ({ tile, taps })),
      ),
    );
    const pieces = (points: number): readonly PackedPiece[] => [
      { base: 0, extents: [2, points * 16, 8], strides: [8, 16, 1] },
    ];
    const segments = [packed(tiles[0], pieces(16)), packed(tiles[1], pieces(36)), segment(filter)];
    const { found, expected, bytes } = restored(segments, "f16");
    expect(bytes).toBe(2304 * 4);
    expect(found).toEqual(expected);
  });

  test("has two orders of a transformed filter as they are where there are fewer of them than taps of the filter", () => {
    const filter = tensor("f32", [3, 3, 16, 16], rough(2304));
    const points = transformFilter(
      filter,
      [3, 3].map((taps) => ({ tile: 4, taps })),
    );
    const few = (strides: readonly number[]): readonly PackedPiece[] => [{ base: 8192, extents: [16, 16], strides }];
    const { found, expected, bytes } = restored([packed(points, few([16, 1])), packed(points, few([1, 16]))], "f16");
    expect(bytes).toBe(2 * 256 * 4);
    expect(found).toEqual(expected);
  });

  test("has a constant once that is read in two orders", () => {
    const source = tensor("f32", [32, 64], rough(2048));
    const { found, expected, bytes } = restored([segment(source), packed(source, turned)], "f16");
    expect(bytes).toBe(8192);
    expect(found).toEqual(expected);
  });

  test("has both orders where neither has all of it", () => {
    const source = tensor("f32", [32, 64], rough(2048));
    const half = (base: number) => packed(source, [{ base, extents: [16, 64], strides: [64, 1] }]);
    const { found, expected, bytes } = restored([half(0), half(512)], "f16");
    expect(bytes).toBe(8192);
    expect(found).toEqual(expected);
  });
});

describe("numbers written shorter", () => {
  test("every f16 is read as what it means, to the bit", () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const found = storedNumbers(new Uint8Array(bits.buffer), 65536, ["f16", 0]);
    bits.forEach((half, i) => expect(Object.is(found[i], decodeF16(half))).toBe(true));
  });

  test("whatever is written shorter has all its bits", () => {
    const numbers = fc.oneof(
      fc.float({ noNaN: true }),
      fc.integer({ min: -200, max: 200 }),
      fc.constantFrom(-0, Infinity, 65504, 65520, 2 ** -24, 2 ** -25),
    );
    const row = fc.array(numbers, { minLength: 1, maxLength: 4 });
    const property = fc.property(row, fc.constantFrom("f16" as const, "int8" as const), (some, weights) => {
      const data = Float32Array.from({ length: 1024 }, (_, i) => some[i % some.length] ?? 0);
      const value = tensor("f32", [32, 32], data);
      const { found, expected, bytes } = restored([segment(value)], weights);
      expect(found).toEqual(expected);
      expect(bytes < 4096).toBe(shorterNumbers(value, weights) !== undefined);
    });
    fc.assert(property, { numRuns: 300, seed: 5 });
  });

  test("zeros of either sign stay what they are", () => {
    for (const zero of [0, -0]) {
      const value = tensor("f32", [elementCount([32, 32])], new Float32Array(1024).fill(zero));
      expect(restored([segment(value)], "int8").found).toEqual(new Uint8Array(value.data.buffer));
    }
  });
});
