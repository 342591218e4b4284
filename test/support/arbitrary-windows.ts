/** Random convolutions, transposed convolutions and poolings that verify, small enough to be computed by definition. */
import fc from "fast-check";
import type { Shape } from "../../src/ir/types/shape.js";

interface Dimension {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: readonly [number, number];
  readonly extra: number;
}

/** Sizes shrink with the rank, so that a case in three dimensions costs about as much as one in one. */
const dimensionOf = (rank: number) =>
  fc
    .record({
      input: fc.integer({ min: 1, max: [8, 5, 3][rank - 1] }),
      kernel: fc.integer({ min: 1, max: [6, 4, 3][rank - 1] }),
      stride: fc.integer({ min: 1, max: [5, 3, 2][rank - 1] }),
      dilation: fc.integer({ min: 1, max: 3 }),
      low: fc.integer({ min: -2, max: 4 }),
      high: fc.integer({ min: -2, max: 4 }),
      extra: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ low, high, ...rest }): Dimension => ({ ...rest, padding: [low, high] }));

export interface Channels {
  readonly groups: number;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
}

const upTo = (max: number) => fc.integer({ min: 1, max });

/** Few, or in one group or two what fills vectors and leaves every remainder. */
const channels: fc.Arbitrary<Channels> = fc.oneof(
  fc.record({ groups: upTo(3), inPerGroup: upTo(3), outPerGroup: upTo(3) }),
  fc.record({ groups: upTo(2), inPerGroup: upTo(9), outPerGroup: upTo(19) }),
);

export interface ConvCase {
  readonly input: Shape;
  readonly filter: Shape;
  readonly attributes: {
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly padding: readonly (readonly [number, number])[];
    readonly groups: number;
  };
  readonly seed: number;
}

export interface ConvTransposeCase extends ConvCase {
  readonly attributes: ConvCase["attributes"] & { readonly output_padding: readonly number[] };
}

/** `highest` spatial dimensions at most, and one or two images. */
function cases(highest: number) {
  const lists = [1, 2, 3]
    .slice(0, highest)
    .map((rank) => fc.array(dimensionOf(rank), { minLength: rank, maxLength: rank }));
  return fc.record({
    dimensions: fc.oneof(...lists),
    channels,
    batch: fc.integer({ min: 1, max: 2 }),
    seed: fc.integer(),
  });
}

function attributesOf(dimensions: readonly Dimension[], groups: number): ConvCase["attributes"] {
  return {
    strides: dimensions.map(({ stride }) => stride),
    dilations: dimensions.map(({ dilation }) => dilation),
    padding: dimensions.map(({ padding }) => padding),
    groups,
  };
}

const reach = ({ kernel, dilation }: Dimension): number => dilation * (kernel - 1) + 1;

/** Convolutions whose windows fit. */
export function arbitraryConv(rank = 3): fc.Arbitrary<ConvCase> {
  return cases(rank)
    .filter(({ dimensions }) => dimensions.every((d) => d.input + d.padding[0] + d.padding[1] >= reach(d)))
    .map(({ dimensions, channels: { groups, inPerGroup, outPerGroup }, batch, seed }) => ({
      input: [batch, ...dimensions.map(({ input }) => input), groups * inPerGroup],
      filter: [...dimensions.map(({ kernel }) => kernel), inPerGroup, groups * outPerGroup],
      attributes: attributesOf(dimensions, groups),
      seed,
    }));
}

/** Transposed convolutions with something left after cropping and output padding below max(stride, dilation). */
export function arbitraryConvTranspose(rank = 3): fc.Arbitrary<ConvTransposeCase> {
  return cases(rank)
    .filter(({ dimensions }) => dimensions.every((d) => transposedSize(d) >= 1))
    .map(({ dimensions, channels: { groups, inPerGroup, outPerGroup }, batch, seed }) => ({
      input: [batch, ...dimensions.map(({ input }) => input), groups * inPerGroup],
      filter: [...dimensions.map(({ kernel }) => kernel), outPerGroup, groups * inPerGroup],
      attributes: { ...attributesOf(dimensions, groups), output_padding: dimensions.map(outputPadding) },
      seed,
    }));
}

function outputPadding({ extra, stride, dilation }: Dimension): number {
  return extra % Math.max(stride, dilation);
}

function transposedSize(d: Dimension): number {
  return (d.input - 1) * d.stride + reach(d) - d.padding[0] - d.padding[1] + outputPadding(d);
}

export interface PoolCase {
  readonly input: Shape;
  readonly attributes: {
    readonly kernel: readonly number[];
    readonly strides: readonly number[];
    readonly dilations: readonly number[];
    readonly padding: readonly (readonly [number, number])[];
  };
  readonly seed: number;
}

/** Poolings whose windows fit; with `least` padding of 0 none of it is negative. */
export function arbitraryPool(options: { readonly padded: boolean }): fc.Arbitrary<PoolCase> {
  return cases(3)
    .map(({ dimensions, ...rest }) => ({
      ...rest,
      dimensions: options.padded ? dimensions : dimensions.map((d): Dimension => ({ ...d, padding: [0, 0] })),
    }))
    .filter(({ dimensions }) => dimensions.every((d) => d.input + d.padding[0] + d.padding[1] >= reach(d)))
    .map(({ dimensions, channels: { inPerGroup }, batch, seed }) => ({
      input: [batch, ...dimensions.map(({ input }) => input), inPerGroup],
      attributes: {
        kernel: dimensions.map(({ kernel }) => kernel),
        strides: dimensions.map(({ stride }) => stride),
        dilations: dimensions.map(({ dilation }) => dilation),
        padding: dimensions.map(({ padding }) => padding),
      },
      seed,
    }));
}
