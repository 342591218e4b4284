/** Index expressions that need not be affine: substitution, sums and ranges. */
import { addAffine, affine, affineRange, composeAffine, scaleAffine } from "./affine.js";
import type { Access, Affine, Axis, Index } from "./computation.js";

/** left + right, affine where both are. */
export function addIndex(left: Index, right: Index): Index {
  if (left.kind === "affine" && right.kind === "affine") return addAffine(left, right);
  return { kind: "add", left, right };
}

/** of · by, affine where `of` is. */
export function scaleIndex(of: Index, by: number): Index {
  if (of.kind === "affine") return scaleAffine(of, by);
  return by === 1 ? of : { kind: "scale", of, by };
}

/** Replaces axis i by `inner[i]`; accesses inside are mapped by `mapAccess` after their own indices were. */
export function composeIndex(index: Index, inner: readonly Affine[], mapAccess: (access: Access) => Access): Index {
  const compose = (part: Index): Index => composeIndex(part, inner, mapAccess);
  switch (index.kind) {
    case "affine":
      return composeAffine(index, inner);
    case "add":
      return addIndex(compose(index.left), compose(index.right));
    case "scale":
      return scaleIndex(compose(index.of), index.by);
    case "floor_divide":
    case "modulo":
      return { ...index, of: compose(index.of) };
    case "minimum":
    case "maximum":
      return { ...index, left: compose(index.left), right: compose(index.right) };
    case "loaded":
      return { kind: "loaded", access: mapAccess({ ...index.access, indices: index.access.indices.map(compose) }) };
  }
}

/** Least and greatest value over the axes; a loaded index may be anything. */
export function indexRange(index: Index, axes: readonly Axis[]): readonly [low: number, high: number] {
  switch (index.kind) {
    case "affine":
      return affineRange(index, axes);
    case "add": {
      const [a, b] = [indexRange(index.left, axes), indexRange(index.right, axes)];
      return [a[0] + b[0], a[1] + b[1]];
    }
    case "scale": {
      const [low, high] = indexRange(index.of, axes).map((end) => end * index.by);
      return ordered(low ?? 0, high ?? 0);
    }
    case "floor_divide": {
      const [low, high] = indexRange(index.of, axes);
      return [Math.floor(low / index.by), Math.floor(high / index.by)];
    }
    case "modulo":
      return [0, index.by - 1];
    case "minimum":
    case "maximum": {
      const pick = index.kind === "minimum" ? Math.min : Math.max;
      const [a, b] = [indexRange(index.left, axes), indexRange(index.right, axes)];
      return [pick(a[0], b[0]), pick(a[1], b[1])];
    }
    case "loaded":
      return [-Infinity, Infinity];
  }
}

function ordered(a: number, b: number): readonly [number, number] {
  return a <= b ? [a, b] : [b, a];
}

/** The affine identity over `rank` axes. */
export function identityIndices(rank: number): Affine[] {
  return Array.from({ length: rank }, (_, axis) => affine(0, [{ axis, coefficient: 1 }]));
}
