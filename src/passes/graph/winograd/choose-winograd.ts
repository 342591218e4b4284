/**
 * Which convolutions go by Winograd's algorithm, and with tiles of which size: those predicted to be soonest done.
 * Costs are counted in multiply-adds of a matrix product.
 */
import type { Node } from "../../../ir/graph/graph.js";
import type { ConvAttributes } from "../../../ir/ops/conv.js";
import { spatialSizes } from "../../../ir/ops/window/windows.js";
import type { WinogradPlan } from "../../../ir/ops/winograd/by-winograd.js";
import { boundOverDirect } from "../../../ir/ops/winograd/error-bound.js";
import { hasWinograd, type WinogradTile } from "../../../ir/ops/winograd/matrices.js";
import type { Target } from "../../../ir/target.js";
import { elementCount } from "../../../ir/types/shape.js";
import { blockOf } from "./block.js";
import { directCost, winogradCost } from "./cost.js";

/**
 * `off`: none. `f2`, `f4`: all that can be, tiles of two or four outputs per dimension. `auto`: where it is predicted to
 * pay, the tile that costs least of those whose error bound allows it.
 */
export type WinogradChoice = "off" | "f2" | "f4" | "auto";

export interface Choice {
  /** Absent: directly. */
  readonly plan?: WinogradPlan;
  /** `by …: …`, for `explain`. */
  readonly reason: string;
}

/** `auto` takes tiles whose error bound is at most so many times that of a direct convolution: five bits of f32's 24. */
const largestBound = 32;
/** What is predicted to take more than this share of the direct convolution is not worth its memory and code. */
const largestShare = 0.85;

/** Undefined where Winograd's algorithm has nothing to say about the node. */
export function chooseWinograd(node: Node<ConvAttributes>, wanted: WinogradChoice, target: Target): Choice | undefined {
  const taps = node.operands[1].type.shape.slice(0, -2);
  if (wanted === "off" || !isCandidate(node, taps)) return undefined;
  if (wanted === "auto") return cheapest(node, taps, target);
  const tiles = taps.map((count): WinogradTile => ({ tile: count === 1 ? 1 : wanted === "f2" ? 2 : 4, taps: count }));
  return { plan: { tiles, block: blockOf(node, tiles) }, reason: `by winograd ${named(tiles)}: asked for` };
}

/** Stride one, no dilation, one group, at most three dimensions, of two or three taps where they have more than one. */
function isCandidate({ operands, attributes, results }: Node<ConvAttributes>, taps: readonly number[]): boolean {
  const { strides, dilations, groups } = attributes;
  const [{ type }] = results;
  const plain = groups === 1 && [...strides, ...dilations].every((step) => step === 1);
  const fits = taps.some((count) => count > 1) && taps.every((count) => count <= 3) && taps.length <= 3;
  return (
    plain && fits && type.elementType === "f32" && elementCount(operands[0].type.shape) * elementCount(type.shape) > 0
  );
}

function cheapest(node: Node<ConvAttributes>, taps: readonly number[], target: Target): Choice {
  const direct = directCost(node);
  const channels = node.operands[1].type.shape.at(-2) ?? 1;
  const sizes = spatialSizes(node.results[0].type.shape);
  const allowed = tilings(taps, sizes).filter((tiles) => boundOverDirect(tiles, channels) <= largestBound);
  const costs = allowed.map((tiles) => ({ tiles, cost: winogradCost(node, tiles, target) }));
  const [best] = costs.sort((a, b) => a.cost - b.cost);
  if (best === undefined) return { reason: "directly: winograd's error bound is too large for so few channels" };
  const predicted = `predicted multiply-adds: winograd ${named(best.tiles)} ${best.cost}, direct ${direct}`;
  if (best.cost > largestShare * direct) return { reason: `directly: ${predicted}` };
  return { plan: { tiles: best.tiles, block: blockOf(node, best.tiles) }, reason: `by winograd: ${predicted}` };
}

/** Every choice of tiles of two to four outputs, no larger than a dimension needs. */
function tilings(taps: readonly number[], sizes: readonly number[]): readonly (readonly WinogradTile[])[] {
  return taps.reduce<readonly (readonly WinogradTile[])[]>(
    (some, count, d) =>
      some.flatMap((tiles) => tilesFor(count, sizes[d]).map((tile) => [...tiles, { tile, taps: count }])),
    [[]],
  );
}

function tilesFor(taps: number, size: number): readonly number[] {
  if (taps === 1) return [1];
  return [2, 3, 4].filter((tile) => hasWinograd(tile, taps) && (tile === 2 || tile < size + 2));
}

/** `F(4x4, 3x3)` */
function named(tiles: readonly WinogradTile[]): string {
  return `F(${tiles.map(({ tile }) => tile).join("x")}, ${tiles.map(({ taps }) => taps).join("x")})`;
}
