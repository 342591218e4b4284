/** Static shapes: sizes per dimension, outermost first. A scalar has the empty shape. */

export type Shape = readonly number[];

/** More elements than this are refused everywhere, before memory is taken: offsets stay exact 31-bit integers. */
export const maximumElements = 2 ** 29;

/** More dimensions than this are refused everywhere: work per node grows with the square of its rank. */
export const maximumRank = 64;

/** Number of elements. */
export function elementCount(shape: Shape): number {
  return shape.reduce((count, size) => count * size, 1);
}

/**
 * Whether there are at most `maximumRank` sizes, each a whole number from 0, and their product stays within `maximumElements`,
 * empty dimensions counted as 1: strides of empty tensors are exact too.
 */
export function isValidShape(shape: Shape): boolean {
  const sizesAreWhole = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  return (
    shape.length <= maximumRank && sizesAreWhole && elementCount(shape.map((size) => size || 1)) <= maximumElements
  );
}

export function equalShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, dimension) => size === b[dimension]);
}

/** `[1,8,8,48]` */
export function formatShape(shape: Shape): string {
  return `[${shape.join(",")}]`;
}

/** What belongs to each dimension after a transposition: element d is that of dimension permutation[d]. */
export function permute<T>(list: readonly T[], permutation: readonly number[]): T[] {
  return permutation.map((d) => list[d]);
}

/** Row-major strides in elements. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  return strides;
}

/** The shape both broadcast to by NumPy's rule (align last dimensions; 1 stretches), or undefined where they do not. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const sizes: number[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    sizes.push(left === 1 ? right : left);
  }
  return sizes;
}
