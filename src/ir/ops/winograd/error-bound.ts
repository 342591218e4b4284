/**
 * How far a convolution by Winograd's algorithm may be from the exact one, in f32.
 *
 * Every output is a sum over paths: an input, times an entry of B for each dimension, times the transformed weight, times an entry of A for
 * each dimension. A path is rounded K times, so with u = 2⁻²⁴ and |·| element by element (Higham, "Accuracy and stability of numerical algorithms", 3.1)
 *
 *     |ŷ − y| ≤ K·u / (1 − K·u) · |A|ᵀ( |G||w| ⊙ |B||x| ) summed over channels        ≤ K·u / (1 − K·u) · κ · max|x| · Σ over channels of max over taps |w|
 *
 * K = 2 + C + Σ over dimensions of 2·points: the weight and the product, the sum over channels, and dot products of the transforms.
 * κ = Π over dimensions of the largest Σ over points of |A[p][i]| · ‖G[p]‖₁ · ‖B[p]‖₁: 8 for F(2, 3), 23.75 for F(4, 3); the number of taps, were it computed directly.
 */
import { winogradMatrices, type WinogradTile } from "./matrices.js";

/** u: half the distance from 1 to the next f32. */
export const unitRoundoff = 2 ** -24;

/** K: how often a path from an input to an output is rounded. */
export function roundings(tiles: readonly WinogradTile[], channels: number): number {
  return tiles.reduce((sum, { tile, taps }) => (tile === 1 ? sum : sum + 2 * (tile + taps - 1)), 2 + channels);
}

/** κ: how much larger than its terms what is rounded may be, at most. */
export function amplification(tiles: readonly WinogradTile[]): number {
  return tiles.reduce((product, tile) => product * (tile.tile === 1 ? tile.taps : amplificationOf(tile)), 1);
}

function amplificationOf({ tile, taps }: WinogradTile): number {
  const { output, filter, divisors, input } = winogradMatrices(tile, taps);
  const weights = output.map((_, p) => (size(filter[p] ?? []) / Math.abs(divisors[p] ?? 1)) * size(input[p] ?? []));
  const outputs = Array.from({ length: tile }, (_, i) =>
    output.reduce((sum, row, p) => sum + Math.abs(row[i] ?? 0) * (weights[p] ?? 0), 0),
  );
  return Math.max(...outputs);
}

function size(row: readonly number[]): number {
  return row.reduce((sum, entry) => sum + Math.abs(entry), 0);
}

/** The bound as a multiple of that of a direct f32 convolution, T·C·u · T · max|x| · Σ max|w| for T taps. */
export function boundOverDirect(tiles: readonly WinogradTile[], channels: number): number {
  const taps = tiles.reduce((product, tile) => product * tile.taps, 1);
  return (roundings(tiles, channels) * amplification(tiles)) / ((taps * channels + 1) * taps);
}
