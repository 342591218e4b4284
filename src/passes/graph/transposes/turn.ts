/**
 * A turn: one permutation of dimensions and its inverse, the two transposes that one run of move-transposes is about.
 * Each tensor of its rank can be stored in two layouts: 0, which `there` leads to, and 1, which `back` leads to.
 * Channels last is layout 0 of [0, 2, …, 1], channels first its layout 1.
 */
import { isOp, type Graph, type Node } from "../../../ir/graph/graph.js";
import { transpose } from "../../../ir/ops/transpose.js";
import type { Shape } from "../../../ir/types/shape.js";

export type Layout = 0 | 1;

export interface Turn {
  readonly rank: number;
  /** From layout 1 to layout 0. */
  readonly there: readonly number[];
  /** From layout 0 to layout 1. */
  readonly back: readonly number[];
  /** Whether layout 0 is the one that convolutions read. */
  readonly isChannelsLast: boolean;
}

/** The permutation that leads to a layout from the other one. */
export function turnTo(turn: Turn, layout: Layout): readonly number[] {
  return layout === 0 ? turn.there : turn.back;
}

export function other(layout: Layout): Layout {
  return layout === 0 ? 1 : 0;
}

/** Whether a transpose moves only dimensions of size 1, so that it is a reshape. */
export function isReshape(permutation: readonly number[], shape: Shape): boolean {
  const moved = permutation.filter((d) => shape[d] !== 1);
  return moved.every((d, i) => i === 0 || d > moved[i - 1]);
}

/** The turns that a graph's transposes make: channels last first, then in order of appearance. */
export function turnsOf(graph: Graph): readonly Turn[] {
  const turns = new Map<string, Turn>();
  for (const node of graph.nodes) {
    if (!isOp(node, transpose)) continue;
    const turn = turnOf(node);
    if (turn.there.every((from, to) => from === to)) continue;
    turns.set(turn.there.join(), turn);
  }
  return [...turns.values()].sort((a, b) => Number(b.isChannelsLast) - Number(a.isChannelsLast));
}

/** Which of the two permutations leads there is a convention: that to channels last, or else the lesser as text. */
function turnOf({ attributes: { permutation } }: Node<{ readonly permutation: readonly number[] }>): Turn {
  const inverse = permutation.map((_, d) => permutation.indexOf(d));
  const toLast = permutation.map((_, d) => (d === 0 ? 0 : d === permutation.length - 1 ? 1 : d + 1)).join();
  const rank = permutation.length;
  const isLast = (p: readonly number[]) => rank >= 3 && p.join() === toLast;
  const swap = isLast(inverse) || (!isLast(permutation) && inverse.join() < permutation.join());
  const [there, back] = swap ? [inverse, permutation] : [permutation, inverse];
  return { rank, there, back, isChannelsLast: isLast(there) };
}

/** Whether a node is one of the two transposes of a turn; which layout it leads to, where they differ. */
export function leadsTo(node: Node, turn: Turn): Layout | "either" | undefined {
  if (!isOp(node, transpose)) return undefined;
  const permutation = node.attributes.permutation.join();
  const [there, back] = [turn.there.join(), turn.back.join()];
  if (there === back) return permutation === there ? "either" : undefined;
  if (permutation === there) return 0;
  return permutation === back ? 1 : undefined;
}
