/** Which of onnxruntime-web's op tests are not passed, and why. */
export const excludedCases: Readonly<Record<string, string>> = {
  "batch-norm: BatchNormalization with no attributes: T[64]": "has no dimension of channels",
  "dequantize-linear-int4: DequantizeLinear int4: T[2,3]": "4-bit and smaller integers",
  "dequantize-linear-int4: DequantizeLinear uint4: T[2,3]": "4-bit and smaller integers",
  "image-scaler: abs with no attributes: T[1,2,3,4]": "has three biases for two channels",
  "resize: Resize - 5D Trilinear: X":
    "expects the first two dimensions whole, whose region of interest reaches beyond the input: ONNX's reference extrapolates there",
  "shape: Shape op test: T[0]": "expects i32 where ONNX says i64",
};
