/** Operators as operator sets 1 to 6 have them: attributes that became operands later, and names for element types. */
import { isElementType } from "../../../../ir/types/element-type.js";
import { resize } from "../../../../ir/ops/resize.js";
import { pad } from "../../../../ir/ops/pad.js";
import { prelu } from "../../../../ir/ops/binary.js";
import { elementCount, formatShape } from "../../../../ir/types/shape.js";
import { channelsFirst, channelsLast, convert, reshaped } from "../../../importing/compose.js";
import { repeated } from "../../../importing/repeat.js";
import { axisOf, numberOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { choice, flag, float, integer, integers, required, text } from "../../importing/attribute-kinds.js";
import { wants, type NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";
import { onnxElementTypeOfName } from "../../proto/element-type.js";
import { importBatchNormalization } from "../batch-normalization.js";
import { importDropout } from "../constants.js";
import { importGemm } from "../matrix.js";
import { importConcat, importSplit } from "../movement.js";
import { importReshape } from "../shapes.js";

const gemm = { alpha: float(1), beta: float(1), broadcast: flag(false), transA: flag(false), transB: flag(false) };
const statistics = { epsilon: float(1e-5), is_test: flag(false), momentum: float(0.9), spatial: flag(true) };

export const earlyFormOperators: readonly OperatorRow[] = [
  operator("Gemm", { operands: [3, 3], attributes: gemm }, importGemm),
  operator("BatchNormalization", { operands: [5, 5], attributes: statistics }, (context, given) => {
    if (!given.is_test && [1, 2, 3, 4].some((output) => wants(context, output)))
      refuse(context, "import/unsupported-form", { expected: "statistics of training", found: "is_test 0" });
    return importBatchNormalization(context, given.epsilon, given.spatial);
  }),
  operator("Dropout", { operands: [1, 1], attributes: { is_test: flag(false), ratio: float(0.5) } }, importDropout),
  operator("Reshape", { operands: [1, 1], attributes: { shape: required(integers) } }, (context, { shape = [] }) =>
    importReshape(context, shape, false),
  ),
  operator(
    "Pad",
    {
      operands: [1, 1],
      attributes: { mode: choice("constant", "reflect", "edge"), paddings: required(integers), value: float(0) },
    },
    importPad,
  ),
  operator("Split", { operands: [1, 1], attributes: { axis: integer(0), split: integers } }, (context, given) =>
    importSplit(context, given.axis, given.split),
  ),
  operator("Concat", { operands: [1, Infinity], attributes: { axis: integer(1) } }, importConcat),
  operator("Cast", { operands: [1, 1], attributes: { to: required(text("")) } }, (context, { to }) => {
    const elementType = onnxElementTypeOfName(to);
    if (elementType !== undefined && isElementType(elementType))
      return convert(context.tensors, operand(context, 0), elementType);
    return refuse(context, "import/unsupported-form", { expected: "an element type that unstride stores", found: to });
  }),
  operator("Tile", { operands: [3, 3] }, (context) => {
    const x = operand(context, 0);
    const { shape } = x;
    const axis = axisOf(context, numberOf(context, 2, "the axis"), shape.length);
    return repeated(
      context,
      x,
      shape.map((_, d) => (d === axis ? numberOf(context, 1, "tiles") : 1)),
    );
  }),
  operator("PRelu", { operands: [2, 2] }, importPrelu),
  operator(
    "Upsample",
    {
      until: 6,
      operands: [1, 1],
      attributes: {
        height_scale: required(float(1)),
        mode: choice("nearest", "bilinear"),
        width_scale: required(float(1)),
      },
    },
    importUpsample,
  ),
];

function importPad(
  context: NodeContext,
  {
    mode,
    paddings = [],
    value,
  }: { mode: "constant" | "reflect" | "edge"; paddings: readonly number[] | undefined; value: number },
): Operand {
  const x = operand(context, 0);
  const rank = x.shape.length;
  if (paddings.length !== 2 * rank)
    refuse(context, "import/operand", { expected: `${2 * rank} paddings`, found: formatShape(paddings) });
  const padding = x.shape.map((_, d): readonly [number, number] => [paddings[d], paddings[rank + d]]);
  return context.tensors.apply(pad, [x], { padding, mode, value });
}

/** One slope for all, or one for each channel. */
function importPrelu(context: NodeContext): Operand {
  const { tensors } = context;
  const [x, slope] = [operand(context, 0), operand(context, 1)];
  const isPerChannel = slope.shape.length === 1 && x.shape.length > 1 && slope.shape[0] === x.shape[1];
  const fits = isPerChannel
    ? reshaped(tensors, slope, [elementCount(slope.shape), ...x.shape.slice(2).map(() => 1)])
    : slope;
  return tensors.wrapped(tensors.apply(prelu, [x, fits], {}));
}

function importUpsample(
  context: NodeContext,
  { height_scale, mode, width_scale }: { height_scale: number; mode: "nearest" | "bilinear"; width_scale: number },
): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  if (x.shape.length !== 4)
    refuse(context, "import/operand", { expected: "[N, C, H, W]", found: formatShape(x.shape) });
  const scales = [1, height_scale, width_scale, 1];
  const last = channelsLast(tensors, x);
  const result = tensors.apply(resize, [last], {
    mode: mode === "nearest" ? "nearest" : "linear",
    coordinates: "asymmetric",
    rounding: "floor",
    sizes: last.shape.map((size, d) => Math.floor(size * scales[d])),
    scales,
  });
  return channelsFirst(tensors, result);
}
