/** What operators share that sample images between their pixels: taps along each axis, and the weighted sum of the pixels they meet at. */
import { gather } from "../../ir/ops/indexing/gather.js";
import { floor } from "../../ir/ops/unary.js";
import { algebra } from "./algebra.js";
import { convert, reshaped } from "./compose.js";
import type { Operand } from "./operand.js";
import type { TensorBuilder } from "./tensor-builder.js";
import { weighted } from "./positions.js";

/** One pixel along an axis, for every sample. */
export interface Tap {
  /** i32; where it lies outside the nearest pixel is taken. */
  readonly index: Operand;
  /** 1 where there is none. */
  readonly weight?: Operand | undefined;
  /** Whether the pixel counts; always where there is none. */
  readonly inside?: Operand | undefined;
}

/** The two pixels around a coordinate. */
export function linearTaps(tensors: TensorBuilder, coordinate: Operand): readonly Tap[] {
  const { plus, minus, of } = algebra(tensors);
  const below = of(floor, coordinate);
  const part = minus(coordinate, below);
  const index = convert(tensors, below, "i32");
  return [
    { index, weight: minus(1, part) },
    { index: plus(index, 1), weight: part },
  ];
}

/** Keys' cubic convolution: the four pixels around a coordinate; `a` is its slope at 1. */
export function cubicTaps(tensors: TensorBuilder, coordinate: Operand, a: number): readonly Tap[] {
  const { plus, minus, times, of } = algebra(tensors);
  const below = of(floor, coordinate);
  const part = minus(coordinate, below);
  const index = convert(tensors, below, "i32");
  const near = (x: Operand) => plus(times(times(minus(times(x, a + 2), a + 3), x), x), 1);
  const far = (x: Operand) => minus(times(plus(times(minus(times(x, a), 5 * a), x), 8 * a), x), 4 * a);
  const rest = minus(1, part);
  const weights = [far(plus(part, 1)), near(part), near(rest), far(plus(rest, 1))];
  return weights.map((weight, i) => ({ index: plus(index, i - 1), weight }));
}

/** Marks pixels outside 0 … size − 1 as not counting. */
export function zeroOutside(tensors: TensorBuilder, taps: readonly Tap[], size: number): readonly Tap[] {
  const { and, greaterEqual, less } = algebra(tensors);
  return taps.map((tap) => ({ ...tap, inside: and(greaterEqual(tap.index, 0), less(tap.index, size)) }));
}

/** Pixels of an image with channels last, [B, sizes…, C], and the number of each sample's image, i32, or none where B is 1. */
export interface Image {
  readonly pixels: Operand;
  readonly batch: Operand | undefined;
}

/**
 * Σ, or the greatest, over all combinations of taps, one of each axis: [samples…, C]. Indices and weights have, or broadcast to, the
 * samples' shape.
 */
export function interpolated(
  tensors: TensorBuilder,
  { pixels, batch }: Image,
  taps: readonly (readonly Tap[])[],
  combine: "plus" | "max" = "plus",
): Operand {
  const sizes = pixels.shape.slice(1, -1);
  const channels = pixels.shape[pixels.shape.length - 1];
  const strides = sizes.map((_, d) => sizes.slice(d + 1).reduce((product, size) => product * size, 1));
  const rows = reshaped(tensors, pixels, [pixels.shape[0] * strides[0] * sizes[0], channels]);
  const clamped = taps.map((along, d) =>
    along.map((tap) => ({ ...tap, index: clampedTo(tensors, tap.index, sizes[d]) })),
  );
  const terms = combinations(clamped).map((corner) => {
    const number = weighted(tensors, [batch, ...corner.map(({ index }) => index)], [strides[0] * sizes[0], ...strides]);
    return weightedPixel(tensors, tensors.apply(gather, [rows, number], { axis: 0 }), corner);
  });
  return terms.reduce(algebra(tensors)[combine]);
}

function clampedTo(tensors: TensorBuilder, index: Operand, size: number): Operand {
  const { min, max } = algebra(tensors);
  return min(max(index, 0), size - 1);
}

function combinations(taps: readonly (readonly Tap[])[]): readonly (readonly Tap[])[] {
  return taps.reduce<readonly (readonly Tap[])[]>(
    (sets, along) => sets.flatMap((set) => along.map((tap) => [...set, tap])),
    [[]],
  );
}

/** The pixel where it counts, times the weights of its taps. */
function weightedPixel(tensors: TensorBuilder, pixel: Operand, corner: readonly Tap[]): Operand {
  const { times, and, where } = algebra(tensors);
  const perPixel = (x: Operand) => reshaped(tensors, x, [...x.shape, 1]);
  const weights = corner.flatMap(({ weight }) => weight ?? []);
  const insides = corner.flatMap(({ inside }) => inside ?? []);
  const counted = insides.length === 0 ? pixel : where(perPixel(insides.reduce(and)), pixel, 0);
  return weights.length === 0 ? counted : times(counted, perPixel(weights.reduce(times)));
}
