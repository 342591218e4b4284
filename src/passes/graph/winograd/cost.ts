/** What a convolution is predicted to take, directly and by Winograd's algorithm, in multiply-adds of a matrix product. */
import type { Node } from "../../../ir/graph/graph.js";
import type { ConvAttributes } from "../../../ir/ops/conv.js";
import { spatialSizes } from "../../../ir/ops/window/windows.js";
import type { WinogradTile } from "../../../ir/ops/winograd/matrices.js";
import type { Target } from "../../../ir/target.js";
import { elementCount } from "../../../ir/types/shape.js";

/**
 * An element that a transform reads or makes: 0.08 to 0.17 ns where a multiply-add takes 0.043 on WebAssembly, and about 1 where it takes 0.21
 * in JavaScript; with what a call takes.
 */
const elementCost: Readonly<Record<Target["name"], number>> = { javascript: 6, wasm: 4 };
/** A weight used fewer times than this takes as long as if it were used so often: it has to come from memory. */
const leastUses = 5;

export function directCost({ operands, results }: Node<ConvAttributes>): number {
  const positions = elementCount(results[0].type.shape.slice(0, -1));
  return elementCount(operands[1].type.shape) * Math.max(positions, leastUses);
}

export function winogradCost(
  { operands, results }: Node<ConvAttributes>,
  tiles: readonly WinogradTile[],
  target: Target,
): number {
  const [channels, outputs] = operands[1].type.shape.slice(-2);
  const sizes = spatialSizes(results[0].type.shape);
  const images = results[0].type.shape[0];
  const points = tiles.map(({ tile, taps }) => tile + taps - 1);
  const counts = sizes.map((size, d) => Math.ceil(size / tiles[d].tile));
  const product = productOf(points) * channels * outputs * Math.max(images * productOf(counts), leastUses);
  let [inputs, made] = [0, 0];
  // Dimensions are transformed first to last, and back last to first: what is still to come has its full size.
  tiles.forEach(({ tile }, d) => {
    if (tile === 1) return;
    const seen = productOf(points.slice(0, d + 1)) * productOf(counts.slice(0, d + 1));
    const rest = tiles.slice(d + 1);
    inputs += seen * productOf(rest.map(({ taps }, i) => sizes[d + 1 + i] + taps - 1));
    made += seen * productOf(rest.map((_, i) => sizes[d + 1 + i]));
  });
  const elements = images * (inputs * lanesOf(channels, target) + made * lanesOf(outputs, target));
  return product + elements * elementCost[target.name];
}

function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

/** Channels, counting those that fill no vector as a vector each. */
function lanesOf(channels: number, { lanes }: Target): number {
  const rest = channels % lanes;
  return channels - rest + rest * lanes;
}
