/** The register tiles worth weighing for a reduction. */
import { dependsOn, type Read } from "./reads.js";
import { spelledFunctions, type TiledAxis, type TileProblem, type TileShape } from "./tile-cost.js";

/** Updates one block may spell out: beyond this, code grows and speed does not. */
const largestBlock = 512;
/** The same where all sums are spelt out: every value of the window is alive at once. */
const largestWindow = 300;
/** A streamed axis shorter than this takes a second one along. */
const shortAxis = 12;
const mostStreamed = 28;
const heldFactors = [2, 3, 4, 5, 6, 8];
const windowFactors = [1, 2, 3, 4, 5, 6, 7, 8];

/** All tiles within `budget` spelt-out functions; never empty. */
export function tileCandidates(problem: TileProblem, budget: number): readonly TileShape[] {
  const found = [...rolledTiles(problem), ...windowTiles(problem)];
  const fits = (shape: TileShape): boolean => spelledFunctions(problem, shape) <= budget;
  const plain: TileShape = { streamed: [], held: undefined, steps: 1 };
  return [plain, ...found.filter(fits)];
}

/** Tiles inside rolled sum loops. */
function rolledTiles(problem: TileProblem): readonly TileShape[] {
  const length = problem.sums.at(-1)?.extent ?? 0;
  const steps = [1, 2, 3, 4].filter((count) => count <= Math.max(length, 1));
  return streamedChoices(problem).flatMap((streamed) =>
    heldChoices(problem, streamed).flatMap((held) =>
      steps.flatMap((count): readonly TileShape[] => {
        const size = streamed.reduce((total, { factor }) => total * factor, 1) * (held?.factor ?? 1) * count;
        return size <= largestBlock ? [{ streamed, held, steps: count }] : [];
      }),
    ),
  );
}

/** One axis by any good factor; or two of which the inner one is short and taken whole. */
function streamedChoices({ axes }: TileProblem): readonly (readonly TiledAxis[])[] {
  const single = axes.flatMap(({ extent }, axis) => factorsOf(extent).map((factor) => [{ axis, factor }]));
  const double = axes.flatMap(({ extent }, inner) => {
    if (extent > shortAxis) return [];
    return axes.flatMap((outer, axis) => {
      if (axis >= inner) return [];
      const factors = windowFactors.filter(
        (factor) => factor > 1 && factor <= outer.extent && factor * extent <= mostStreamed,
      );
      return factors.map((factor) => [
        { axis, factor },
        { axis: inner, factor: extent },
      ]);
    });
  });
  return [[], ...single, ...double];
}

/** Divisors and round numbers up to `mostStreamed`. */
function factorsOf(extent: number): readonly number[] {
  const most = Math.min(extent, mostStreamed);
  const all = Array.from({ length: most }, (_, i) => i + 1);
  return all.filter(
    (factor) => factor > 1 && (extent % factor === 0 || [4, 8, 12, 14, 16, 20, 24, 28].includes(factor)),
  );
}

/** Axes that some streamed read does not depend on: holding them shares its loads. */
function heldChoices({ axes, reads }: TileProblem, streamed: readonly TiledAxis[]): readonly (TiledAxis | undefined)[] {
  const isStreamed = (read: Read): boolean => streamed.some(({ axis }) => dependsOn(read, axis));
  const shares = (axis: number): boolean => reads.some((read) => isStreamed(read) && !dependsOn(read, axis));
  const choices = axes.flatMap(({ extent }, axis): readonly TiledAxis[] => {
    if (streamed.some((tile) => tile.axis === axis) || !shares(axis)) return [];
    return heldFactors.filter((factor) => factor <= extent).map((factor) => ({ axis, factor }));
  });
  return [undefined, ...choices];
}

/** Tiles whose sums are all spelt out: windows of neighbouring points overlap and share their loads. */
function windowTiles(problem: TileProblem): readonly TileShape[] {
  const { axes, sums } = problem;
  const window = sums.reduce((total, { extent }) => total * extent, 1);
  if (window > largestWindow / 4) return [];
  const factors = (axis: number): readonly number[] =>
    [...windowFactors, 12, 14, 16].filter((factor) => factor <= (axes[axis]?.extent ?? 1));
  const shapes = axes.flatMap((_, outer) => {
    const pairs = axes.flatMap((__, inner) => {
      if (inner <= outer) return [];
      return factors(outer).flatMap((a) =>
        factors(inner).map((b) => [
          { axis: outer, factor: a },
          { axis: inner, factor: b },
        ]),
      );
    });
    return [...factors(outer).map((factor) => [{ axis: outer, factor }]), ...pairs];
  });
  const small = [[], ...shapes].filter(
    (streamed) => streamed.reduce((total, { factor }) => total * factor, window) <= largestWindow,
  );
  return small.map((streamed): TileShape => {
    return { streamed: streamed.filter(({ factor }) => factor > 1), held: undefined, steps: "all" };
  });
}
