/** How each framework orders the axes of a filter, as a list of roles; the same list reads a shape and writes one. */
import type { Convention, Operation } from "./problem.js";

/** What an axis of a filter counts: a spatial dimension's taps, input channels or output channels. */
export type FilterRole = "in" | "out" | number;

export interface FilterLayout {
  /** Who writes filters so. */
  readonly name: string;
  readonly roles: readonly FilterRole[];
  /** The channels that are counted for one group only. */
  readonly grouped: "in" | "out";
}

/** The layout of a convention's filters. Channels last conventions put spatial axes first, the others last. */
export function filterLayout(convention: Convention, operation: Operation, rank: number): FilterLayout {
  const spatial = Array.from({ length: rank }, (_, i) => i);
  const transposed = operation === "conv_transpose";
  const grouped = transposed ? "out" : "in";
  switch (convention) {
    case "tensorflow":
    case "keras":
      return { name: `TensorFlow's ${operation}`, roles: [...spatial, ...(transposed ? outIn : inOut)], grouped };
    case "jax":
      return { name: `JAX's ${operation}`, roles: [...spatial, ...inOut], grouped: "in" };
    case "pytorch":
    case "onnx":
      return {
        name: `PyTorch's and ONNX's ${operation}`,
        roles: [...(transposed ? inOut : outIn), ...spatial],
        grouped,
      };
  }
}

/** All layouts that a filter of this rank may have come from, TensorFlow Lite's included. */
export function knownLayouts(rank: number): readonly FilterLayout[] {
  const spatial = Array.from({ length: rank }, (_, i) => i);
  return [
    filterLayout("tensorflow", "conv", rank),
    filterLayout("tensorflow", "conv_transpose", rank),
    filterLayout("pytorch", "conv", rank),
    filterLayout("pytorch", "conv_transpose", rank),
    { name: "TensorFlow Lite's", roles: ["out", ...spatial, "in"], grouped: "in" },
  ];
}

/** The permutation that turns a filter of layout `from` into layout `to`: axis i of the result is axis `result[i]`. */
export function layoutPermutation(from: FilterLayout, to: FilterLayout): readonly number[] {
  return to.roles.map((role) => from.roles.indexOf(role));
}

/** Names of the axes, such as `kh, kw, out, in / groups`. */
export function axisNames(layout: FilterLayout, groups: number | "depthwise"): readonly string[] {
  const spatial = kernelNames(layout.roles.length - 2);
  return layout.roles.map((role) => {
    if (typeof role === "number") return spatial[role] ?? "k";
    if (groups === "depthwise") return depthwiseName(layout, role);
    return groups > 1 && role === layout.grouped ? `${role} / groups` : role;
  });
}

/** Whether a depthwise filter of this layout counts `[…, in, multiplier]` (channels last) instead of `[out, 1, …]`. */
export function countsMultiplier(layout: FilterLayout): boolean {
  return layout.roles.at(-1) === "out";
}

function depthwiseName(layout: FilterLayout, role: "in" | "out"): string {
  if (countsMultiplier(layout)) return role === "out" ? "multiplier" : role;
  return role === layout.grouped ? "1" : role;
}

/** `kh, kw` and the like, for n spatial dimensions. */
export function kernelNames(rank: number): readonly string[] {
  if (rank <= 3) return ["kd", "kh", "kw"].slice(3 - rank);
  return Array.from({ length: rank }, (_, i) => `k${i}`);
}

const inOut: readonly FilterRole[] = ["in", "out"];
const outIn: readonly FilterRole[] = ["out", "in"];
