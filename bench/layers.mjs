/**
 * The layers. Data `[N, spatial…, C]`; filters `[kernel…, C_in, C_out]`, of depthwise convolutions `[kernel…, C, 1]`, of transposed ones
 * `[kernel…, C_out, C_in]`, of depthwise transposed ones `[kernel…, 1, C]`; padding as TensorFlow defines it.
 */
const layer = (name, op, input, filter, stride, padding) => ({
  name,
  op,
  input,
  filter,
  strides: input.slice(1, -1).map(() => stride),
  padding,
});

export const layers = [
  layer("conv 3×3, 56×56×64→64", "conv2d", [1, 56, 56, 64], [3, 3, 64, 64], 1, "SAME"),
  layer("conv 3×3, 14×14×256→256", "conv2d", [1, 14, 14, 256], [3, 3, 256, 256], 1, "SAME"),
  layer("conv 1×1, 56×56×64→256", "conv2d", [1, 56, 56, 64], [1, 1, 64, 256], 1, "SAME"),
  layer("conv 7×7 s2, 224×224×3→64", "conv2d", [1, 224, 224, 3], [7, 7, 3, 64], 2, "SAME"),
  layer("depthwise 3×3, 112×112×32", "depthwise_conv2d", [1, 112, 112, 32], [3, 3, 32, 1], 1, "SAME"),
  layer("conv_transpose 4×4 s2, 16×16×256→128", "conv2d_transpose", [1, 16, 16, 256], [4, 4, 128, 256], 2, "SAME"),
  layer("conv_transpose 2×2 s2, 64×64×128→64", "conv2d_transpose", [1, 64, 64, 128], [2, 2, 64, 128], 2, "SAME"),
  layer("conv_transpose 3×3 s2, 7×7×128→64", "conv2d_transpose", [1, 7, 7, 128], [3, 3, 64, 128], 2, "SAME"),
  layer("conv_transpose 6×6 s2 valid, 5×16×16×32→16", "conv2d_transpose", [5, 16, 16, 32], [6, 6, 16, 32], 2, "VALID"),
  layer("conv_transpose 9×9 s3, 32×32×56→1", "conv2d_transpose", [1, 32, 32, 56], [9, 9, 1, 56], 3, "SAME"),
  layer("conv 3×3×3, 16×16×16×8→8", "conv3d", [1, 16, 16, 16, 8], [3, 3, 3, 8, 8], 1, "SAME"),
  layer("conv_transpose 4×4×4 s2, 8×8×8×16→8", "conv3d_transpose", [1, 8, 8, 8, 16], [4, 4, 4, 8, 16], 2, "SAME"),
  layer(
    "depthwise conv_transpose 4×4 s2, 32×32×32",
    "depthwise_conv2d_transpose",
    [1, 32, 32, 32],
    [4, 4, 1, 32],
    2,
    "SAME",
  ),
];

export function isTransposed({ op }) {
  return op.endsWith("_transpose");
}

export function isDepthwise({ op }) {
  return op.startsWith("depthwise_");
}

/** The output's shape, channels last. */
export function outputShape(layer) {
  const { input, filter, strides, padding } = layer;
  const extent = isTransposed(layer) ? transposedExtent : convolvedExtent;
  const spatial = strides.map((stride, at) => extent(input[at + 1], filter[at], stride, padding));
  return [input[0], ...spatial, outputChannels(layer)];
}

function convolvedExtent(size, kernel, stride, padding) {
  return Math.ceil((padding === "SAME" ? size : size - kernel + 1) / stride);
}

function transposedExtent(size, kernel, stride, padding) {
  return padding === "SAME" ? size * stride : size * stride + Math.max(kernel - stride, 0);
}

/** Padding of each spatial dimension in numbers, zero for VALID; an odd one goes to the end. */
export function explicitPadding(layer) {
  const { input, filter, strides } = layer;
  const output = outputShape(layer);
  const [wide, narrow] = isTransposed(layer) ? [output, input] : [input, output];
  const totals = strides.map((stride, at) => Math.max((narrow[at + 1] - 1) * stride + filter[at] - wide[at + 1], 0));
  return { low: totals.map((total) => Math.floor(total / 2)), high: totals.map((total) => Math.ceil(total / 2)) };
}

function outputChannels(layer) {
  const [third, fourth] = layer.filter.slice(-2);
  if (isDepthwise(layer)) return third * fourth;
  return isTransposed(layer) ? third : fourth;
}

/** Floating-point operations, two a multiply-add, taps on the padding included. */
export function operations(layer) {
  const sites = isTransposed(layer) ? layer.input : outputShape(layer);
  return 2 * elements(sites.slice(0, -1)) * elements(layer.filter);
}

export function elements(shape) {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Numbers in [−1, 1), the same on every run. */
export function exampleData(length, seed) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}
