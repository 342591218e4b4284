/** Images at other sizes. */
import { resize } from "../../../../ir/ops/resize.js";
import { formatShape, isValidShape } from "../../../../ir/types/shape.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { flag } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { asFloat } from "./elementwise.js";

const attributes = { align_corners: flag(false), half_pixel_centers: flag(false) };

interface Corners {
  readonly align_corners: boolean;
  readonly half_pixel_centers: boolean;
}

export const imageOperators: readonly GraphOperatorRow[] = [
  graphOperator("ResizeBilinear", { operands: [2, 2], attributes }, (context, corners) =>
    resized(context, asFloat(context.tensors, operand(context, 0)), "linear", corners),
  ),
  graphOperator("ResizeNearestNeighbor", { operands: [2, 2], attributes }, (context, corners) =>
    resized(context, operand(context, 0), "nearest", corners),
  ),
];

/** Of two equally near elements the later one where corners are aligned. */
function resized(context: GraphContext, x: Operand, mode: "linear" | "nearest", corners: Corners): Operand {
  const size = numbersOf(context, 1, "the size");
  if (x.shape.length !== 4 || size.length !== 2)
    refuse(context, "import/operand", {
      expected: "images [N,H,W,C] and two sizes",
      found: `${formatTensorType(x)}, ${formatShape(size)}`,
    });
  const sizes = [x.shape[0], ...size, x.shape[3]];
  if (!isValidShape(sizes) || size.includes(0)) refuse(context, "import/shape", { found: formatShape(sizes) });
  const { align_corners: aligned, half_pixel_centers: centred } = corners;
  if (aligned && centred)
    refuse(context, "import/attribute", { expected: "align_corners or half_pixel_centers", found: "both" });
  const halfPixel = mode === "linear" ? "half_pixel" : "tf_half_pixel_for_nn";
  const coordinates = aligned ? "align_corners" : centred ? halfPixel : "asymmetric";
  const rounding = aligned && mode === "nearest" ? "round_prefer_ceil" : "floor";
  return context.tensors.apply(resize, [x], { mode, sizes, coordinates, rounding });
}
