/**
 * Which convolutions go by Winograd's algorithm, and with tiles of which size: those predicted to be soonest done.
 * Costs are counted in multiply-adds of a matrix product.
 */
import type { Node } from "../../../ir/graph/graph.js";
import type { ConvAttributes } from "../../../ir/ops/conv.js";
import { spatialSizes } from "../../../ir/ops/window/windows.js";
import type { WinogradPlan } from "../../../ir/ops/winograd/by-winograd.js";
import { hasWinograd, type WinogradTile } from "../../../ir/ops/winograd/matrices.js";
import { blockOf } from "./block.js";

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

/** Undefined where Winograd's algorithm has nothing to say about the node. */
export function chooseWinograd(node: Node<ConvAttributes>, wanted: WinogradChoice): Choice | undefined {
  const taps = node.operands[1].type.shape.slice(0, -2);
  if (!isCandidate(node, taps)) return undefined;
  if (wanted === "off" || wanted === "auto") return undefined;
  const size = wanted === "f2" ? 2 : 4;
  const tiles = taps.map((each): WinogradTile => ({ tile: each === 1 ? 1 : size, taps: each }));
  if (!tiles.every(({ tile, taps: each }) => each === 1 || hasWinograd(tile, each))) return undefined;
  return { plan: { tiles, block: blockOf(node, tiles) }, reason: "by winograd: asked for" };
}

function isCandidate({ operands, attributes, results }: Node<ConvAttributes>, taps: readonly number[]): boolean {
  const { strides, dilations, groups } = attributes;
  const plain = groups === 1 && [...strides, ...dilations].every((step) => step === 1);
  const [{ type }] = results;
  const fits = taps.some((each) => each > 1) && taps.every((each) => each <= 3);
  return (
    plain &&
    fits &&
    operands[0].type.elementType === "f32" &&
    !type.shape.includes(0) &&
    spatialSizes(type.shape).length <= 3
  );
}
