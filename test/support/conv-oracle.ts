/**
 * Convolutions written from their definitions in scatter form, over nested arrays of positions: independent of the
 * product's references, which gather.
 *
 *     conv            out[y] += x[s·y + d·k − low] · w[k]
 *     conv_transpose  out[s·i + d·k − low] += x[i] · w[k]
 */
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import { numbers, tensor, type Tensor } from "../../src/ir/types/tensor.js";

export interface Windows {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly groups: number;
}

/** All index tuples of a shape. */
function tuples(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (prefixes, size) => prefixes.flatMap((prefix) => Array.from({ length: size }, (_, i) => [...prefix, i])),
    [[]],
  );
}

function offset(position: readonly number[], shape: Shape): number {
  let flat = 0;
  position.forEach((at, d) => {
    if (at < 0 || at >= shape[d]) flat = NaN;
    flat = flat * shape[d] + at;
  });
  return flat;
}

/** Visits every product of the definition: large position (of the strided side), small position and tap. */
function eachPair(
  large: Shape,
  small: Shape,
  kernel: Shape,
  { strides, dilations, padding }: Windows,
  see: (largeOffset: number, smallOffset: number, tapOffset: number) => void,
): void {
  for (const position of tuples(small)) {
    for (const tap of tuples(kernel)) {
      const reached = position.map((at, d) => strides[d] * at + dilations[d] * tap[d] - padding[d][0]);
      const at = offset(reached, large);
      if (!Number.isNaN(at)) see(at, offset(position, small), offset(tap, kernel));
    }
  }
}

/** conv of [N, spatial…, C] with [k…, C/groups, O] to `outputShape`. */
export function convOracle(x: Tensor, w: Tensor, windows: Windows, outputShape: Shape): Tensor {
  const [large, small] = [x.shape.slice(1, -1), outputShape.slice(1, -1)];
  const kernel = w.shape.slice(0, -2);
  const [perGroup, out] = w.shape.slice(-2);
  const channels = perGroup * windows.groups;
  const sums = new Float64Array(elementCount(outputShape));
  for (let n = 0; n < x.shape[0]; n++) {
    eachPair(large, small, kernel, windows, (from, to, tap) => {
      for (let c = 0; c < channels; c++) {
        for (let o = 0; o < out; o++) {
          if (Math.floor(c / perGroup) !== Math.floor(o / (out / windows.groups))) continue;
          const value = numbers(x)[(n * elementCount(large) + from) * channels + c];
          const weight = numbers(w)[(tap * perGroup + (c % perGroup)) * out + o];
          sums[(n * elementCount(small) + to) * out + o] += value * weight;
        }
      }
    });
  }
  return tensor(x.elementType, outputShape, sums);
}

/** conv_transpose of [N, spatial…, C] with [k…, O/groups, C] to `outputShape`. */
export function convTransposeOracle(x: Tensor, w: Tensor, windows: Windows, outputShape: Shape): Tensor {
  const [small, large] = [x.shape.slice(1, -1), outputShape.slice(1, -1)];
  const kernel = w.shape.slice(0, -2);
  const [perGroup, channels] = w.shape.slice(-2);
  const out = perGroup * windows.groups;
  const sums = new Float64Array(elementCount(outputShape));
  for (let n = 0; n < x.shape[0]; n++) {
    eachPair(large, small, kernel, windows, (to, from, tap) => {
      for (let c = 0; c < channels; c++) {
        const group = Math.floor(c / (channels / windows.groups));
        const value = numbers(x)[(n * elementCount(small) + from) * channels + c];
        for (let j = 0; j < perGroup; j++) {
          const weight = numbers(w)[(tap * perGroup + j) * channels + c];
          sums[(n * elementCount(large) + to) * out + group * perGroup + j] += value * weight;
        }
      }
    });
  }
  return tensor(x.elementType, outputShape, sums);
}

/** Gradient of conv in its filter: w̄[k, c, o] += x[s·y + d·k − low, c] · dy[y, o], for x [N, spatial…, C] and dy [N, spatial…, O]. */
export function convFilterGradientOracle(x: Tensor, dy: Tensor, windows: Windows, filterShape: Shape): Tensor {
  const [large, small, kernel] = [x.shape.slice(1, -1), dy.shape.slice(1, -1), filterShape.slice(0, -2)];
  const [perGroup, out] = filterShape.slice(-2);
  const channels = perGroup * windows.groups;
  const sums = new Float64Array(elementCount(filterShape));
  for (let n = 0; n < x.shape[0]; n++) {
    eachPair(large, small, kernel, windows, (from, to, tap) => {
      for (let o = 0; o < out; o++) {
        const first = Math.floor(o / (out / windows.groups)) * perGroup;
        for (let c = 0; c < perGroup; c++) {
          const value = numbers(x)[(n * elementCount(large) + from) * channels + first + c];
          sums[(tap * perGroup + c) * out + o] += value * numbers(dy)[(n * elementCount(small) + to) * out + o];
        }
      }
    });
  }
  return tensor(x.elementType, filterShape, sums);
}
