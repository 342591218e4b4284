/**
 * What of the ONNX backend suite is not done, and why. `refusals` are reasons that the import itself gives, by what is refused;
 * `excludedCases` are single cases.
 */

const because = (reason: string, ...things: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(things.map((thing) => [thing, reason]));

const operators = (reason: string, ...names: readonly string[]): Readonly<Record<string, string>> =>
  because(reason, ...names.map((name) => `operator ${name}`));

export const refusals: Readonly<Record<string, string>> = {
  ...because("unstride computes numbers, not text", "element type STRING"),
  ...because("values are tensors", "element type a sequence", "element type a optional"),
  ...because(
    "these element types are not stored",
    "element type FLOAT8E4M3FN",
    "element type FLOAT8E4M3FNUZ",
    "element type FLOAT8E5M2",
    "element type FLOAT8E5M2FNUZ",
    "element type FLOAT8E8M0",
    "element type FLOAT4E2M1",
    "element type UINT4",
    "element type INT4",
    "element type UINT2",
    "element type INT2",
  ),
  ...operators(
    "values are tensors",
    "SequenceAt",
    "SequenceConstruct",
    "SequenceEmpty",
    "SequenceErase",
    "SequenceInsert",
    "SequenceLength",
    "SequenceMap",
    "SplitToSequence",
    "ConcatFromSequence",
    "Optional",
    "OptionalGetElement",
    "OptionalHasElement",
  ),
  ...operators("unstride computes numbers, not text", "TfIdfVectorizer"),
  ...operators("modules have no randomness", "Bernoulli", "RandomUniformLike"),
  ...operators("the shape of the result depends on values", "Compress", "NonMaxSuppression", "NonZero", "Unique"),
  ...operators("the shape of the result depends on values", "ImageDecoder"),
  ...operators(
    "steps of training are not imported",
    "ai.onnx.preview.training.Adagrad",
    "ai.onnx.preview.training.Adam",
    "ai.onnx.preview.training.Gradient",
    "ai.onnx.preview.training.Momentum",
  ),
  ...operators("classical machine learning is not imported", "ai.onnx.ml.TreeEnsemble"),
  ...operators("rare in trained networks, and not there yet", "BitCast"),
  ...because(
    "resizing is nearest or linear, without antialias",
    ...["cubic, half_pixel", "cubic, asymmetric"].map(form),
  ),
  ...because(
    "resizing is nearest or linear, without antialias",
    ...["cubic, align_corners", "cubic, half_pixel, antialias", "linear, half_pixel, antialias"].map(form),
  ),
  ...because("resizing takes the whole input", form("linear, tf_crop_and_resize")),
  ...because("modules are for inference", form("true")),
};

function form(found: string): string {
  return `import/unsupported-form ${found}`;
}

export const excludedCases: Readonly<Record<string, string>> = {
  test_resize_downsample_scales_linear_align_corners:
    "expects 2.4 for the resized length, which is 2: onnxruntime and PyTorch take 2, as we do",
};
