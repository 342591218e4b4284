/**
 * The same computation over as few axes as possible: axes of extent 1 disappear, and neighbours that every access and
 * the store step through as one become one. `x[8a + b], a < 5, b < 8` is `x[i], i < 40`.
 */
import { affine, axisIndex, composeAffine } from "../../ir/computation/affine.js";
import type { Access, Affine, Axis, Computation, Index } from "../../ir/computation/computation.js";
import { accessesOf, numbersOf, rewriteScalar, someScalar } from "../../ir/computation/scalar.js";

/**
 * Output axes of the result are in the order of their store strides, greatest first; sums stay in their order.
 * Axis names are made unique identifiers. For flat computations: one index per access.
 */
export function collapseAxes(computation: Computation): Computation {
  const named = { ...computation, ...uniqueNames(computation) };
  let current = withoutUnitAxes(sortedOutputs(named));
  for (let pair = findMergeable(current); pair !== undefined; pair = findMergeable(current)) {
    current = merge(current, pair);
  }
  return current;
}

function uniqueNames({ axes, sums }: Computation): { axes: readonly Axis[]; sums: readonly Axis[] } {
  const taken = new Set<string>();
  const rename = ({ name, extent }: Axis): Axis => {
    const stem = /^[a-z][A-Za-z0-9]*$/.test(name) ? name : "i";
    let fresh = stem;
    for (let count = 2; taken.has(fresh); count++) fresh = `${stem}${count}`;
    taken.add(fresh);
    return { name: fresh, extent };
  };
  return { axes: axes.map(rename), sums: sums.map(rename) };
}

/** The computation over other axes: old axis i is `replacement[i]` over the new ones, output axes first. */
function overAxes(
  computation: Computation,
  axes: readonly Axis[],
  sums: readonly Axis[],
  replacement: readonly Affine[],
): Computation {
  const keep = (access: Access): Access => access;
  const load = (access: Access) => ({ kind: "load", access }) as const;
  const rewrite = { axes: replacement, load, access: keep };
  return {
    ...computation,
    axes,
    sums,
    store: computation.store.map((index) => composeAffine(index, replacement)),
    body: rewriteScalar(computation.body, rewrite),
    epilogue: rewriteScalar(computation.epilogue, rewrite),
  };
}

function sortedOutputs(computation: Computation): Computation {
  const { axes, sums, store } = computation;
  const stride = (axis: number): number => Math.abs(coefficientOf(store[0], axis));
  const order = axes.map((_, axis) => axis).sort((a, b) => stride(b) - stride(a) || a - b);
  if (order.every((axis, i) => axis === i)) return computation;
  const replacement = axes.map((_, axis) => axisIndex(order.indexOf(axis)));
  const sorted = order.flatMap((axis) => axes[axis] ?? []);
  return overAxes(computation, sorted, sums, [...replacement, ...sums.map((_, i) => axisIndex(axes.length + i))]);
}

function withoutUnitAxes(computation: Computation): Computation {
  const { axes, sums } = computation;
  const all = [...axes, ...sums];
  if (all.every(({ extent }) => extent !== 1)) return computation;
  let next = 0;
  const replacement = all.map(({ extent }) => (extent === 1 ? affine(0) : axisIndex(next++)));
  const keep = ({ extent }: Axis): boolean => extent !== 1;
  const emptied = sums.length > 0 && !sums.some(keep);
  const kept = overAxes(computation, axes.filter(keep), emptied ? sums.slice(0, 1) : sums.filter(keep), replacement);
  return kept;
}

/** Number of an axis that merges with the one after it. */
function findMergeable(computation: Computation): number | undefined {
  const { axes, sums } = computation;
  if (someScalar(computation.body, isIndex) || someScalar(computation.epilogue, isIndex)) return undefined;
  const indices = allIndices(computation);
  if (indices === undefined) return undefined;
  const all = [...axes, ...sums];
  for (let i = 0; i + 1 < all.length; i++) {
    const inner = all[i + 1]?.extent ?? 1;
    if (i + 1 !== axes.length && indices.every((index) => nests(index, i, inner))) return i;
  }
  return undefined;
}

const isIndex = ({ kind }: { readonly kind: string }): boolean => kind === "index";

/** Every index of the computation, or undefined where one is not affine. */
function allIndices({ body, epilogue, store }: Computation): readonly Affine[] | undefined {
  const accesses = [...accessesOf(body), ...accessesOf(epilogue)];
  const indices: readonly Index[] = [
    ...accesses.flatMap((access) => access.indices),
    ...numbersOf(body),
    ...numbersOf(epilogue),
  ];
  const affineOnes = indices.filter((index): index is Affine => index.kind === "affine");
  return affineOnes.length === indices.length ? [...affineOnes, ...store] : undefined;
}

function nests(index: Affine, outer: number, innerExtent: number): boolean {
  return coefficientOf(index, outer) === coefficientOf(index, outer + 1) * innerExtent;
}

/** The factor of an axis in an index; 0 where it does not occur. */
export function coefficientOf(index: Affine | undefined, axis: number): number {
  return index?.terms.find((term) => term.axis === axis)?.coefficient ?? 0;
}

/** Axes `at` and `at + 1` as one, of which only multiples of the inner coefficient are seen. */
function merge(computation: Computation, at: number): Computation {
  const { axes, sums } = computation;
  const all = [...axes, ...sums];
  const [outer, inner] = [all[at], all[at + 1]];
  if (outer === undefined || inner === undefined) return computation;
  const joined = { name: inner.name, extent: outer.extent * inner.extent };
  const merged = [...all.slice(0, at), joined, ...all.slice(at + 2)];
  const outputs = at < axes.length ? axes.length - 1 : axes.length;
  // outer·inner + inner ↦ joined: the outer axis contributes nothing of its own, its coefficient being nested in the inner's.
  const replacement = all.map((_, i) => (i < at ? axisIndex(i) : i === at ? affine(0) : axisIndex(i - 1)));
  return overAxes(computation, merged.slice(0, outputs), merged.slice(outputs), replacement);
}
