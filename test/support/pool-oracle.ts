/** Poolings from their definition: every window as a plain list of the elements inside the input. */
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import { numbers, type Tensor } from "../../src/ir/types/tensor.js";
import type { PoolCase } from "./arbitrary-windows.js";

/** An element of a window and where it is: [n, spatial…, c]. */
export interface Found {
  readonly value: number;
  readonly at: readonly number[];
}

/** The elements of each window, windows in row-major order of the result [N, spatial…, C]. */
export function windowsOf(x: Tensor, attributes: PoolCase["attributes"], result: Shape): readonly (readonly Found[])[] {
  return Array.from({ length: elementCount(result) }, (_, number) => {
    const point = unflatten(number, result);
    const taps = Array.from({ length: elementCount(attributes.kernel) }, (_, tap) => unflatten(tap, attributes.kernel));
    return taps.flatMap((tap) => elementAt(x, point, tap, attributes));
  });
}

function elementAt(
  x: Tensor,
  point: readonly number[],
  tap: readonly number[],
  attributes: PoolCase["attributes"],
): Found[] {
  const { strides, dilations, padding } = attributes;
  const at = point.map((p, i) => {
    const d = i - 1;
    return d < 0 || d >= tap.length ? p : p * strides[d] + tap[d] * dilations[d] - padding[d][0];
  });
  if (at.some((p, i) => p < 0 || p >= x.shape[i])) return [];
  const flat = at.reduce((offset, p, i) => offset * x.shape[i] + p, 0);
  return [{ value: numbers(x)[flat], at }];
}

function unflatten(number: number, shape: Shape): number[] {
  const point: number[] = [];
  let rest = number;
  for (const size of [...shape].reverse()) {
    point.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return point;
}
