/** Convolutions by Winograd's algorithm: how far from the definition in f64 they are, and how far they may be. */
import fc from "fast-check";
import { expect } from "vitest";
import { GraphBuilder } from "../../src/ir/graph/builder.js";
import { isOp, type Graph, type Node } from "../../src/ir/graph/graph.js";
import { conv, type ConvAttributes } from "../../src/ir/ops/conv.js";
import { lowerByWinograd, type WinogradPlan } from "../../src/ir/ops/winograd/by-winograd.js";
import { roundings, unitRoundoff } from "../../src/ir/ops/winograd/error-bound.js";
import { winogradMatrices, type WinogradTile } from "../../src/ir/ops/winograd/matrices.js";
import { eachPoint } from "../../src/ir/types/points.js";
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import { numbers, tensor, type Tensor } from "../../src/ir/types/tensor.js";
import { convOracle } from "./conv-oracle.js";
import type { Executor } from "./executors.js";
import { integerTensor, sequence } from "./integers.js";
import { expectClose } from "./same-meaning.js";

export interface WinogradLayer {
  readonly input: Shape;
  readonly filter: Shape;
  readonly padding: readonly (readonly [number, number])[];
  readonly size: "f2" | "f4";
  readonly seed: number;
}

const dimensionOf = (rank: number) =>
  fc.record({
    input: fc.integer({ min: 2, max: [19, 9, 5][rank - 1] }),
    taps: fc.constantFrom(3, 2, 3, 1),
    low: fc.integer({ min: 0, max: 2 }),
    high: fc.integer({ min: 0, max: 2 }),
  });

/** Of one to three dimensions, some with one tap, with channels that fill vectors and that do not. */
export const winogradLayer: fc.Arbitrary<WinogradLayer> = fc
  .constantFrom(1, 2, 2, 3)
  .chain((rank) =>
    fc.record({
      dimensions: fc.array(dimensionOf(rank), { minLength: rank, maxLength: rank }),
      images: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: [13, 9, 5][rank - 1] }),
      outputs: fc.integer({ min: 1, max: [13, 9, 5][rank - 1] }),
      size: fc.constantFrom("f2" as const, "f4" as const),
      seed: fc.integer(),
    }),
  )
  .filter(
    ({ dimensions }) =>
      dimensions.some(({ taps }) => taps > 1) &&
      dimensions.every(({ input, taps, low, high }) => input + low + high >= taps),
  )
  .map(({ dimensions, images, channels, outputs, ...rest }) => ({
    input: [images, ...dimensions.map(({ input }) => input), channels],
    filter: [...dimensions.map(({ taps }) => taps), channels, outputs],
    padding: dimensions.map(({ low, high }) => [low, high] as const),
    ...rest,
  }));

/** Numbers from −1 to 1, some of them large. */
function reals(shape: Shape, seed: number): Tensor {
  const next = sequence(seed);
  const values = Array.from({ length: elementCount(shape) }, () => (next() * 2 - 1) * (next() < 0.05 ? 30 : 1));
  return tensor("f32", shape, values);
}

interface Case {
  readonly graph: Graph;
  readonly x: Tensor;
  readonly w: Tensor;
  readonly tiles: readonly WinogradTile[];
}

function caseOf({ input, filter, padding, size, seed }: WinogradLayer, data = reals): Case {
  const [x, w] = [input, filter].map((shape, i) => data(shape, seed + i));
  const builder = new GraphBuilder("layer");
  const operands = [builder.input("x", { elementType: "f32", shape: input }), builder.constant(w)];
  const ones = padding.map(() => 1);
  builder.output("y", builder.one(conv, operands, { strides: ones, dilations: ones, padding, groups: 1 }));
  const tile = size === "f2" ? 2 : 4;
  const tiles = filter.slice(0, -2).map((taps) => ({ tile: taps === 1 ? 1 : tile, taps }));
  return { graph: builder.finish(), x, w, tiles };
}

/** [outputs of a tile][its inputs][taps]: Σ over points of |A|·|B|·|G|, what a product of an input and a weight may be rounded as part of. */
function pathWeights({ tile, taps }: WinogradTile): readonly (readonly (readonly number[])[])[] {
  if (tile === 1) return [[[1]]];
  const { output, filter, divisors, input } = winogradMatrices(tile, taps);
  const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
  return range(tile).map((i) =>
    range(tile + taps - 1).map((j) =>
      range(taps).map((k) =>
        output.reduce((sum, row, p) => sum + Math.abs((row[i] * input[p][j] * filter[p][k]) / divisors[p]), 0),
      ),
    ),
  );
}

/** |A|ᵀ(|G||w| ⊙ |B||x|) of every output, summed over channels. */
function pathSums({ x, w, tiles }: Case, padding: WinogradLayer["padding"], shape: Shape): Float64Array {
  const weights = tiles.map(pathWeights);
  const [channels, outputs] = w.shape.slice(-2);
  const spatial = x.shape.slice(1, -1);
  const sums = new Float64Array(elementCount(shape));
  const seen = tiles.map(({ tile, taps }) => tile + taps - 1);
  eachPoint(shape.slice(0, -1), (point, position) => {
    eachPoint(seen, (inputs) => {
      const at = inputs.map((j, d) => Math.floor(point[d + 1] / tiles[d].tile) * tiles[d].tile + j - padding[d][0]);
      if (at.some((where, d) => where < 0 || where >= spatial[d])) return;
      const from = at.reduce((sum, where, d) => sum * spatial[d] + where, point[0]) * channels;
      eachPoint(
        tiles.map(({ taps }) => taps),
        (taps, tap) => {
          const weight = taps.reduce(
            (product, k, d) => product * weights[d][point[d + 1] % tiles[d].tile][inputs[d]][k],
            1,
          );
          for (let c = 0; c < channels; c++) {
            const seenInput = weight * Math.abs(numbers(x)[from + c]);
            const row = (tap * channels + c) * outputs;
            for (let o = 0; o < outputs; o++) sums[position * outputs + o] += seenInput * Math.abs(numbers(w)[row + o]);
          }
        },
      );
    });
  });
  return sums;
}

/** |ŷ − y| ≤ K·u / (1 − K·u) · |A|ᵀ(|G||w| ⊙ |B||x|), y in f64. Gives the largest share of the bound that an output takes up. */
async function errorShare(layer: WinogradLayer, executor: Executor): Promise<number> {
  const given = caseOf(layer);
  const { graph, x, w, tiles } = given;
  const { shape } = graph.outputs[0].value.type;
  const found = (await executor.run(graph, { x }, { winograd: layer.size })).get("y") as Tensor;
  const ones = layer.padding.map(() => 1);
  const windows = { strides: ones, dilations: ones, padding: layer.padding, groups: 1 };
  const [wideX, wideW] = [x, w].map(({ shape: size, data }) =>
    tensor("f64", size, Float64Array.from(data as Float32Array)),
  );
  const exact = numbers(convOracle(wideX, wideW, windows, shape));
  const paths = pathSums(given, layer.padding, shape);
  const steps = roundings(tiles, w.shape.at(-2) ?? 1) * unitRoundoff;
  const allowed = steps / (1 - steps);
  let most = 0;
  numbers(found).forEach((value, i) => {
    const error = Math.abs(value - exact[i]);
    if (error > 0) most = Math.max(most, error / (allowed * paths[i]));
  });
  return most;
}

/** Every output within the bound, on so many layers. */
export async function staysWithinBound(executor: Executor, numRuns: number): Promise<void> {
  let largest = 0;
  const property = fc.asyncProperty(winogradLayer, async (layer) => {
    const share = await errorShare(layer, executor);
    largest = Math.max(largest, share);
    expect(share).toBeLessThanOrEqual(1);
  });
  await fc.assert(property, { numRuns });
  // Something was rounded, or nothing was tried.
  expect(largest).toBeGreaterThan(1e-3);
}

/** With tiles of two all factors are halves, so that sums of whole numbers are exact: conv = definition, whatever the blocks. */
export async function isExactInTwos(executor: Executor, numRuns: number): Promise<void> {
  const block = fc.record({ images: fc.integer({ min: 1, max: 2 }), rows: fc.integer({ min: 1, max: 4 }) });
  const property = fc.asyncProperty(winogradLayer, block, async (layer, size) => {
    const { graph, x, w, tiles } = caseOf({ ...layer, size: "f2" }, integerTensor);
    const { shape } = graph.outputs[0].value.type;
    const ones = layer.padding.map(() => 1);
    const windows = { strides: ones, dilations: ones, padding: layer.padding, groups: 1 };
    const blocks = loweredInBlocks(graph, w, { tiles, block: size });
    for (const each of [graph, blocks]) {
      const found = (await executor.run(each, { x }, { winograd: "f2" })).get("y") as Tensor;
      expectClose("y", found, convOracle(x, w, windows, shape));
    }
  });
  await fc.assert(property, { numRuns });
}

function loweredInBlocks({ nodes, inputs }: Graph, filter: Tensor, plan: WinogradPlan): Graph {
  const builder = new GraphBuilder("blocks");
  const x = builder.input("x", inputs[0].value.type);
  const node = nodes.find((each) => isOp(each, conv)) as Node<ConvAttributes>;
  builder.output("y", lowerByWinograd(builder, { ...node, operands: [x, node.operands[1]] }, filter, plan));
  return builder.finish();
}
