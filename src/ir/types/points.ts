/** Points of a shape, for references and interpreters: plain nested loops of any rank. */
import type { Shape } from "./shape.js";

/** Visits every point in row-major order with its row-major number. The array is reused: copy what is kept. */
export function eachPoint(shape: Shape, visit: (point: readonly number[], number: number) => void): void {
  const point = shape.map(() => 0);
  const count = shape.reduce((product, size) => product * size, 1);
  for (let number = 0; number < count; number++) {
    visit(point, number);
    advance(point, shape);
  }
}

function advance(point: number[], shape: Shape): void {
  for (let d = shape.length - 1; d >= 0; d--) {
    const next = (point[d] ?? 0) + 1;
    point[d] = next === shape[d] ? 0 : next;
    if (next !== shape[d]) return;
  }
}

/** Σ point · strides. */
export function offsetAt(point: readonly number[], strides: readonly number[]): number {
  return point.reduce((sum, index, d) => sum + index * (strides[d] ?? 0), 0);
}
