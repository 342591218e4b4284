/** The filter of a convolution as the points of Winograd's algorithm see it: U[p, c, o] = Σ over taps k: G[p][k] · w[k, c, o]. */
import { numbers, tensor, type Tensor } from "../../types/tensor.js";
import { elementCount } from "../../types/shape.js";
import { winogradMatrices, type WinogradTile } from "./matrices.js";

/**
 * `filter` [kernel…, C, O] with each dimension of the kernel replaced by points, the last one's first: [points…, C, O] as [Πpoints, C, O].
 * In f64, rounded once.
 */
export function transformFilter(filter: Tensor, tiles: readonly WinogradTile[]): Tensor {
  const [channels, outputs] = filter.shape.slice(-2);
  let data = Float64Array.from(numbers(filter));
  let left = elementCount(filter.shape);
  let points = 1;
  for (const { tile, taps } of tiles) {
    left /= taps;
    if (tile > 1) {
      data = transformDimension(data, { before: points, taps, after: left }, tile);
      points *= tile + taps - 1;
    }
  }
  return { ...tensor(filter.elementType, [points, channels, outputs], data), madeOf: { filter, tiles } };
}

/** [before, taps, after] → [points, before, after]. */
function transformDimension(
  data: Float64Array,
  { before, taps, after }: { readonly before: number; readonly taps: number; readonly after: number },
  tile: number,
): Float64Array<ArrayBuffer> {
  const { filter, divisors } = winogradMatrices(tile, taps);
  const result = new Float64Array(filter.length * before * after);
  let next = 0;
  filter.forEach((row, p) => {
    for (let b = 0; b < before; b++) {
      for (let a = 0; a < after; a++) {
        let sum = 0;
        for (let k = 0; k < taps; k++) sum += row[k] * data[(b * taps + k) * after + a];
        result[next++] = sum / divisors[p];
      }
    }
  });
  return result;
}
