/** The two operators between blocks of pixels and channels. */
import { formatTensorType } from "../../../ir/types/tensor.js";
import { choice, integer, required } from "../importing/attribute-kinds.js";
import { operand, refuse } from "../../importing/node-questions.js";
import type { NodeContext } from "../importing/node-context.js";
import type { Operand } from "../../importing/operand.js";
import { operator, type OperatorRow } from "../importing/operator.js";
import { reshaped, transposed } from "../../importing/compose.js";

export const blockOperators: readonly OperatorRow[] = [
  operator(
    "DepthToSpace",
    { operands: [1, 1], attributes: { blocksize: required(integer(1)) } },
    (context, { blocksize }) => depthToSpace(context, blocksize, "DCR"),
  ),
  operator(
    "DepthToSpace",
    { since: 11, operands: [1, 1], attributes: { blocksize: required(integer(1)), mode: choice("DCR", "CRD") } },
    (context, { blocksize, mode }) => depthToSpace(context, blocksize, mode),
  ),
  operator(
    "SpaceToDepth",
    { operands: [1, 1], attributes: { blocksize: required(integer(1)) } },
    (context, { blocksize }) => spaceToDepth(context, blocksize),
  ),
];

function imageOf(context: NodeContext): Operand {
  const x = operand(context, 0);
  if (x.shape.length === 4) return x;
  return refuse(context, "import/operand", { expected: "input [N,C,H,W]", found: formatTensorType(x) });
}

/** Channels become blocks of pixels: DCR has the block's position before the channel, CRD after it. */
function depthToSpace(context: NodeContext, block: number, mode: "DCR" | "CRD"): Operand {
  const { tensors } = context;
  const x = imageOf(context);
  const [n, c, h, w] = x.shape;
  const channels = c / block ** 2;
  if (block < 1 || !Number.isInteger(channels))
    refuse(context, "import/shape", { expected: `channels that are a multiple of ${block}²`, found: `${c}` });
  const isDepthFirst = mode === "DCR";
  const apart = reshaped(
    tensors,
    x,
    isDepthFirst ? [n, block, block, channels, h, w] : [n, channels, block, block, h, w],
  );
  const ordered = transposed(tensors, apart, isDepthFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
  return reshaped(tensors, ordered, [n, channels, h * block, w * block]);
}

function spaceToDepth(context: NodeContext, block: number): Operand {
  const { tensors } = context;
  const x = imageOf(context);
  const [n, c, h, w] = x.shape;
  if (block < 1 || h % block !== 0 || w % block !== 0)
    refuse(context, "import/shape", {
      expected: `height and width that are multiples of ${block}`,
      found: `${h}, ${w}`,
    });
  const apart = reshaped(tensors, x, [n, c, h / block, block, w / block, block]);
  return reshaped(tensors, transposed(tensors, apart, [0, 3, 5, 1, 2, 4]), [n, c * block ** 2, h / block, w / block]);
}
