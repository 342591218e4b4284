/** Affine index arithmetic: constant + Σ coefficient · axis. */
import type { Affine, Axis, Term } from "./computation.js";

/** Builds an affine index; terms of one axis are added up and zero terms dropped. */
export function affine(constant: number, terms: readonly Term[] = []): Affine {
  const byAxis = new Map<number, number>();
  for (const { axis, coefficient } of terms) byAxis.set(axis, (byAxis.get(axis) ?? 0) + coefficient);
  const kept = [...byAxis].filter(([, coefficient]) => coefficient !== 0).sort(([a], [b]) => a - b);
  return { kind: "affine", constant, terms: kept.map(([axis, coefficient]) => ({ axis, coefficient })) };
}

/** The axis itself, times `coefficient`, plus `constant`. */
export function axisIndex(axis: number, coefficient = 1, constant = 0): Affine {
  return affine(constant, [{ axis, coefficient }]);
}

export function addAffine(a: Affine, b: Affine): Affine {
  return affine(a.constant + b.constant, [...a.terms, ...b.terms]);
}

export function scaleAffine(a: Affine, by: number): Affine {
  return affine(
    a.constant * by,
    a.terms.map(({ axis, coefficient }) => ({ axis, coefficient: coefficient * by })),
  );
}

/** Replaces axis i of `outer` by `inner[i]`: the composition outer ∘ inner. */
export function composeAffine(outer: Affine, inner: readonly Affine[]): Affine {
  return outer.terms.reduce<Affine>((sum, { axis, coefficient }) => {
    const replacement = inner[axis];
    if (replacement === undefined) throw new RangeError(`axis ${axis} of ${inner.length}`);
    return addAffine(sum, scaleAffine(replacement, coefficient));
  }, affine(outer.constant));
}

/** Value at a point of the axes. */
export function evaluateAffine(index: Affine, point: ArrayLike<number>): number {
  return index.terms.reduce((sum, { axis, coefficient }) => sum + coefficient * (point[axis] ?? 0), index.constant);
}

/** Least and greatest value over the axes. Empty axes give the constant. */
export function affineRange(index: Affine, axes: readonly Axis[]): readonly [low: number, high: number] {
  let low = index.constant;
  let high = index.constant;
  for (const { axis, coefficient } of index.terms) {
    const reach = coefficient * Math.max((axes[axis]?.extent ?? 1) - 1, 0);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [low, high];
}
