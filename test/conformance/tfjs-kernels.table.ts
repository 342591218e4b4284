/** Cases of TensorFlow.js' specs that give something else here, by their number in the file, and why. */

const ignoresNaN =
  "its CPU kernel passes over NaN, which never compares greater; ours keeps it, as PyTorch, NumPy and ONNX do";
const identity =
  "it returns its input where a window of 1 gives the same shape, though with padding 1 and stride 2 the first windows lie in the padding";
const divides =
  "it divides 0 by 0 for windows that dimRoundingMode puts outside the input; ours gives 0, as an average of nothing";

/** Windows, resizing and products. */
export const excludedWindows: Readonly<Record<string, string>> = {
  "MaxPool 3": ignoresNaN,
  "MaxPool3D 1": ignoresNaN,
  "MaxPoolWithArgmax 4": ignoresNaN,
  "MaxPool 7": identity,
  "MaxPool 24": identity,
  "AvgPool 6": identity,
  "AvgPool 17": identity,
  "AvgPool 7": divides,
  "AvgPool 16": divides,
  "AvgPool3D 6":
    "it gives a tensor without elements where the window does not fit; ours refuses, with what would fit (geometry/window)",
};

const signOfNaN = "its sign of NaN is 0; ours is NaN, as NumPy's and ONNX'";
const batchDims = "gather has no batch dimensions here";

/** Elementwise kernels, reductions and movement. */
export const excludedOthers: Readonly<Record<string, string>> = {
  "Sign 0": signOfNaN,
  "Sign 1": signOfNaN,
  "GatherV2 11": batchDims,
  "GatherV2 13": batchDims,
  "GatherV2 21": batchDims,
};
