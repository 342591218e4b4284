/** Random resizes along one to three dimensions, by any mode. */
import fc from "fast-check";

const dimension = fc.record({
  input: fc.integer({ min: 1, max: 6 }),
  output: fc.integer({ min: 1, max: 13 }),
  resized: fc.oneof(
    fc.constant("stays" as const),
    fc.constant("free" as const),
    fc.constant("doubled" as const),
    fc.constant("tripled" as const),
    fc.constant("halved" as const),
  ),
});

const coordinates = fc.constantFrom(
  "half_pixel" as const,
  "half_pixel_symmetric" as const,
  "pytorch_half_pixel" as const,
  "align_corners" as const,
  "asymmetric" as const,
  "tf_half_pixel_for_nn" as const,
);

const rounding = fc.constantFrom(
  "round_prefer_floor" as const,
  "round_prefer_ceil" as const,
  "floor" as const,
  "ceil" as const,
);

function sizesOf({ input, output, resized }: { input: number; output: number; resized: string }): [number, number] {
  if (resized === "stays") return [input, input];
  if (resized === "doubled") return [input, 2 * input];
  if (resized === "tripled") return [input, 3 * input];
  return resized === "halved" ? [2 * input, input] : [input, output];
}

/** `explicit` says that scales are given, a little off output / input as ONNX's are when sizes were rounded down. */
export const arbitraryResize = fc
  .record({
    dimensions: fc.array(dimension, { minLength: 1, maxLength: 3 }),
    mode: fc.constantFrom("nearest" as const, "linear" as const),
    coordinates,
    rounding,
    explicit: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ dimensions, explicit, seed, ...attributes }) => {
    const pairs = dimensions.map(sizesOf);
    const scales = explicit ? pairs.map(([input, output]) => Math.fround((output + 0.25 * (output % 2)) / input)) : [];
    const [shape, sizes] = [pairs.map(([input]) => input), pairs.map(([, output]) => output)];
    return { shape, attributes: { ...attributes, sizes, scales }, seed };
  });
