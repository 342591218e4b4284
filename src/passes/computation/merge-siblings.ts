/**
 * merge-siblings: computations that differ only in a constant operand and in where their result begins become one,
 * with an output axis more for each direction the results lie in.
 *
 *     r[3i] = Σ x[i + k] · a[k];   r[3i + 1] = Σ x[i + k] · b[k];   r[3i + 2] = Σ x[i + k] · c[k]
 *       →  r[3i + p] = Σ x[i + k] · abc[3p + k]
 *
 * The phases of a transposed convolution that see the same window are such: each input is then loaded once for several
 * phases, where one phase alone with few output channels has nothing to share it with.
 */
import { invariant } from "../../diagnostics/error.js";
import { addAffine, affine, axisIndex, composeAffine } from "../../ir/computation/affine.js";
import type { Access, Affine, Axis, Computation } from "../../ir/computation/computation.js";
import { addIndex } from "../../ir/computation/index-arithmetic.js";
import type { Piece, PlacedModule, PlacedStep, Root } from "../../ir/computation/placed-module.js";
import { rewriteScalar } from "../../ir/computation/scalar.js";
import { allocate } from "../../ir/types/element-type.js";

type ComputeStep = Extract<PlacedStep, { kind: "compute" }>;

/** Neighbouring results lie `step` elements apart, `extent` of them in a row. */
interface Direction {
  readonly extent: number;
  readonly step: number;
}

export function mergeSiblings(module: PlacedModule): PlacedModule {
  const families = siblingFamilies(module);
  if (families.length === 0) return module;
  const roots = [...module.roots];
  const replaced = new Map<PlacedStep, PlacedStep | undefined>();
  for (const { members, directions } of families) {
    members.forEach((member) => replaced.set(member, undefined));
    const first = module.steps.find((step) => replaced.has(step) && members.some((member) => member === step));
    if (first !== undefined) replaced.set(first, merged(members, directions, roots));
  }
  const steps = module.steps.flatMap((step) => (replaced.has(step) ? (replaced.get(step) ?? []) : [step]));
  return { ...module, roots, steps };
}

interface Family {
  /** In the order of their results. */
  readonly members: readonly ComputeStep[];
  readonly directions: readonly Direction[];
}

function siblingFamilies(module: PlacedModule): readonly Family[] {
  const groups = new Map<string, ComputeStep[]>();
  for (const step of module.steps) {
    if (step.kind !== "compute") continue;
    const key = familyKey(step, module.roots);
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()].flatMap((group): readonly Family[] => {
    const members = group.toSorted((a, b) => a.result.offset - b.result.offset);
    const directions = directionsOf(members.map(({ result }) => result.offset));
    const differ = members.length > 1 && members[0]?.operands.some((_, i) => !isShared(members, i));
    return differ && directions !== undefined ? [{ members, directions }] : [];
  });
}

/** Everything of a step but which constants it reads and where its result begins. */
function familyKey({ computation, operands, result }: ComputeStep, roots: readonly Root[]): string {
  const pieces = operands.map((piece) => (isConstant(piece, roots) ? piece.length : piece));
  return JSON.stringify([computation, pieces, result.root, result.length]);
}

function isConstant({ root }: Piece, roots: readonly Root[]): boolean {
  return roots[root]?.home.kind === "constant";
}

function isShared(members: readonly ComputeStep[], operand: number): boolean {
  const [first] = members;
  return members.every(({ operands }) => {
    const [a, b] = [operands[operand], first?.operands[operand]];
    return a?.root === b?.root && a?.offset === b?.offset;
  });
}

/** Ascending offsets as a grid, its slowest direction first; undefined where they are none or two are equal. */
function directionsOf(offsets: readonly number[]): readonly Direction[] | undefined {
  const [start = 0, next] = offsets;
  if (next === undefined) return [];
  const step = next - start;
  const irregular = offsets.findIndex((offset, i) => offset !== start + i * step);
  const extent = irregular < 0 ? offsets.length : irregular;
  const rows = offsets.filter((_, i) => i % extent === 0);
  const isGrid = offsets.every((offset, i) => offset === (rows[Math.floor(i / extent)] ?? 0) + (i % extent) * step);
  if (step === 0 || !isGrid || offsets.length % extent !== 0) return undefined;
  const outer = directionsOf(rows);
  return outer && [...outer, { extent, step }];
}

function merged(members: readonly ComputeStep[], directions: readonly Direction[], roots: Root[]): ComputeStep {
  const [first] = members;
  invariant(first !== undefined, "merge-siblings", "a family has no members");
  const { computation, result } = first;
  const own = first.operands.map((_, i) => !isShared(members, i));
  const operands = first.operands.map((piece, i) => (own[i] === true ? joinConstants(members, i, roots) : piece));
  const span = directions.reduce((sum, { extent, step }) => sum + (extent - 1) * step, result.length);
  return {
    ...first,
    computation: widened(computation, directions, operands, own, span),
    operands,
    result: { ...result, length: span },
  };
}

/** The members' data one after the other, as a new constant. */
function joinConstants(members: readonly ComputeStep[], operand: number, roots: Root[]): Piece {
  const pieces = members.flatMap(({ operands }) => operands[operand] ?? []);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const [source] = pieces.map(({ root }) => roots[root]);
  invariant(source !== undefined, "merge-siblings", `operand ${operand} has no root`);
  const { elementType, name } = source;
  const data = allocate(elementType, length);
  let next = 0;
  for (const piece of pieces) {
    const home = roots[piece.root]?.home;
    invariant(home?.kind === "constant", "merge-siblings", `root ${piece.root} is not constant`);
    data.set(home.data.data.subarray(piece.offset, piece.offset + piece.length) as never, next);
    next += piece.length;
  }
  const joined = { elementType, shape: [length], data };
  roots.push({ name, elementType, length, home: { kind: "constant", data: joined } });
  return { root: roots.length - 1, offset: 0, length };
}

/** The computation with one output axis more per direction, along which `own` operands and the result step. */
function widened(
  computation: Computation,
  directions: readonly Direction[],
  operands: readonly Piece[],
  own: readonly boolean[],
  span: number,
): Computation {
  const { axes, sums, body, epilogue, store } = computation;
  const count = axes.length;
  const added = directions.map(({ extent }, i): Axis => ({ name: `p${i}`, extent }));
  const shifted = [...axes, ...sums].map((_, i) => axisIndex(i < count ? i : i + added.length));
  const members = directions.map((_, i) => directions.slice(i + 1).reduce((size, { extent }) => size * extent, 1));
  const along = (steps: readonly number[]): Affine =>
    affine(
      0,
      steps.map((coefficient, i) => ({ axis: count + i, coefficient })),
    );
  const moved = (access: Access): Access => {
    const { operand, indices } = access;
    if (own[operand] !== true) return access;
    const length = (computation.operands[operand]?.shape[0] ?? 0) as number;
    return { operand, indices: indices.map((index) => addIndex(index, along(members.map((size) => size * length)))) };
  };
  const rewrite = {
    axes: shifted,
    load: (access: Access) => ({ kind: "load", access: moved(access) }) as const,
    access: moved,
  };
  const step = along(directions.map((direction) => direction.step));
  return {
    ...computation,
    axes: [...axes, ...added],
    operands: computation.operands.map((type, i) => ({ ...type, shape: [operands[i]?.length ?? 0] })),
    result: { ...computation.result, shape: [span] },
    store: store.map((index) => addAffine(composeAffine(index, shifted), step)),
    body: rewriteScalar(body, rewrite),
    epilogue: rewriteScalar(epilogue, rewrite),
  };
}
