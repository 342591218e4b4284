/** Padding, and what moves blocks of pixels between space, batch and channels. */
import { concat } from "../../../../ir/ops/concat.js";
import { pad } from "../../../../ir/ops/pad.js";
import type { Padding } from "../../../../ir/geometry/window.js";
import { formatShape, isValidShape } from "../../../../ir/types/shape.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { reshaped, sliced, transposed } from "../../../importing/compose.js";
import { numberOf, numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import { choice, integer } from "../importing/attribute-kinds.js";
import type { GraphContext } from "../importing/node-context.js";
import { graphOperator, type GraphOperatorRow } from "../importing/operator.js";
import { fromFormat, toFormat } from "./windows.js";

const blockAttributes = { block_size: integer(1), data_format: choice("NHWC", "NCHW") };

interface BlockAttributes {
  readonly block_size: number;
  readonly data_format: "NHWC" | "NCHW";
}

export const paddingOperators: readonly GraphOperatorRow[] = [
  graphOperator("Pad", { operands: [2, 2] }, (context) => padded(context, 0)),
  graphOperator("PadV2", { operands: [3, 3] }, (context) => padded(context, numberOf(context, 2, "the value"))),
  graphOperator(
    "MirrorPad",
    { operands: [2, 2], attributes: { mode: choice("REFLECT", "SYMMETRIC") } },
    importMirrorPad,
  ),
  graphOperator("SpaceToBatchND", { operands: [3, 3] }, importSpaceToBatch),
  graphOperator("BatchToSpaceND", { operands: [3, 3] }, importBatchToSpace),
  graphOperator("DepthToSpace", { operands: [1, 1], attributes: blockAttributes }, importDepthToSpace),
  graphOperator("SpaceToDepth", { operands: [1, 1], attributes: blockAttributes }, importSpaceToDepth),
];

/** Pairs for each dimension of `rank`, from 0. */
function pairsOf(context: GraphContext, index: number, what: string, rank: number): readonly Padding[] {
  const flat = numbersOf(context, index, what);
  if (flat.length !== 2 * rank || flat.some((size) => size < 0))
    refuse(context, "import/shape", { expected: `${what}: ${rank} pairs from 0`, found: formatShape(flat) });
  return Array.from({ length: rank }, (_, d): Padding => [flat[2 * d], flat[2 * d + 1]]);
}

function padded(context: GraphContext, value: number): Operand {
  const x = operand(context, 0);
  const padding = pairsOf(context, 1, "paddings", x.shape.length);
  checkSizes(context, x, padding);
  return context.tensors.apply(pad, [x], { padding, value });
}

function checkSizes(context: GraphContext, x: Operand, padding: readonly Padding[]): void {
  const shape = x.shape.map((size, d) => size + padding[d][0] + padding[d][1]);
  if (!isValidShape(shape)) refuse(context, "import/shape", { found: formatShape(shape) });
}

/** REFLECT leaves the first and last element out of the mirror image, SYMMETRIC repeats them. */
function importMirrorPad(context: GraphContext, { mode }: { readonly mode: "REFLECT" | "SYMMETRIC" }): Operand {
  const x = operand(context, 0);
  const padding = pairsOf(context, 1, "paddings", x.shape.length);
  checkSizes(context, x, padding);
  const most = (size: number): number => (mode === "REFLECT" ? Math.max(size - 1, 0) : size);
  if (x.shape.some((size, d) => Math.max(...padding[d]) > most(size)))
    refuse(context, "import/shape", {
      expected: "no more padding than there is to mirror",
      found: formatShape(padding.flat()),
    });
  if (mode === "REFLECT") return context.tensors.apply(pad, [x], { padding, mode: "reflect" });
  return padding.reduce((value, pair, axis) => symmetric(context, value, axis, pair), x);
}

function symmetric({ tensors }: GraphContext, x: Operand, axis: number, [low, high]: Padding): Operand {
  const size = x.shape[axis];
  const parts = [
    ...(low > 0 ? [sliced(tensors, x, axis, low - 1, low, low > 1 ? -1 : 1)] : []),
    x,
    ...(high > 0 ? [sliced(tensors, x, axis, size - 1, high, high > 1 ? -1 : 1)] : []),
  ];
  return parts.length === 1 ? x : tensors.apply(concat, parts, { axis });
}

function blocksOf(context: GraphContext, x: Operand): readonly number[] {
  const blocks = numbersOf(context, 1, "the block");
  if (blocks.length < x.shape.length && blocks.every((size) => size >= 1)) return blocks;
  const expected = `at most ${x.shape.length - 1} sizes from 1`;
  return refuse(context, "import/shape", { expected, found: formatShape(blocks) });
}

/** [N, b₁, s₁, …] ← [N, s₁ · b₁, …]: the place within the block becomes part of the batch. */
function importSpaceToBatch(context: GraphContext): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const blocks = blocksOf(context, x);
  const count = blocks.length;
  const pairs = pairsOf(context, 2, "paddings", count);
  const padding = x.shape.map((_, d): Padding => (d >= 1 && d <= count ? pairs[d - 1] : [0, 0]));
  checkSizes(context, x, padding);
  const grown = tensors.apply(pad, [x], { padding });
  const rest = grown.shape.slice(count + 1);
  const outer = blocks.map((block, i) => grown.shape[i + 1] / block);
  if (!outer.every(Number.isInteger))
    refuse(context, "import/shape", {
      expected: `sizes that ${formatShape(blocks)} divides`,
      found: formatShape(grown.shape),
    });
  const apart = reshaped(tensors, grown, [grown.shape[0], ...outer.flatMap((size, i) => [size, blocks[i]]), ...rest]);
  const order = [
    ...blocks.map((_, i) => 2 * i + 2),
    0,
    ...blocks.map((_, i) => 2 * i + 1),
    ...rest.map((_, i) => 2 * count + 1 + i),
  ];
  const batch = blocks.reduce((product, block) => product * block, grown.shape[0]);
  return reshaped(tensors, transposed(tensors, apart, order), [batch, ...outer, ...rest]);
}

function importBatchToSpace(context: GraphContext): Operand {
  const { tensors } = context;
  const x = operand(context, 0);
  const blocks = blocksOf(context, x);
  const count = blocks.length;
  const crops = pairsOf(context, 2, "crops", count);
  const [spatial, rest] = [x.shape.slice(1, count + 1), x.shape.slice(count + 1)];
  const batch = x.shape[0] / blocks.reduce((product, block) => product * block, 1);
  if (!Number.isInteger(batch))
    refuse(context, "import/shape", {
      expected: `a batch that ${formatShape(blocks)} divides`,
      found: `${x.shape[0]}`,
    });
  const apart = reshaped(tensors, x, [...blocks, batch, ...spatial, ...rest]);
  const order = [count, ...blocks.flatMap((_, i) => [count + 1 + i, i]), ...rest.map((_, i) => 2 * count + 1 + i)];
  const whole = spatial.map((size, i) => size * blocks[i]);
  const joined = reshaped(tensors, transposed(tensors, apart, order), [batch, ...whole, ...rest]);
  if (crops.some(([low, high], i) => low + high > whole[i]))
    refuse(context, "import/shape", {
      expected: `crops within ${formatShape(whole)}`,
      found: formatShape(crops.flat()),
    });
  return crops.reduce((value, [low, high], i) => sliced(tensors, value, i + 1, low, whole[i] - low - high), joined);
}

function checkBlock(context: GraphContext, isRight: boolean, x: Operand, block: number): void {
  if (isRight && block >= 1) return;
  refuse(context, "import/shape", { expected: `data that blocks of ${block} make up`, found: formatTensorType(x) });
}

/** Channels become blocks of pixels; the place in the block is the channel's first digits. */
function importDepthToSpace(context: GraphContext, given: BlockAttributes): Operand {
  const { tensors } = context;
  const block = given.block_size;
  const x = fromFormat(context, operand(context, 0), 4, given);
  const [n, h, w, c] = x.shape;
  const channels = c / block ** 2;
  checkBlock(context, Number.isInteger(channels), x, block);
  const apart = reshaped(tensors, x, [n, h, w, block, block, channels]);
  const ordered = transposed(tensors, apart, [0, 1, 3, 2, 4, 5]);
  return toFormat(context, reshaped(tensors, ordered, [n, h * block, w * block, channels]), given);
}

function importSpaceToDepth(context: GraphContext, given: BlockAttributes): Operand {
  const { tensors } = context;
  const block = given.block_size;
  const x = fromFormat(context, operand(context, 0), 4, given);
  const [n, h, w, c] = x.shape;
  checkBlock(context, h % block === 0 && w % block === 0, x, block);
  const apart = reshaped(tensors, x, [n, h / block, block, w / block, block, c]);
  const ordered = transposed(tensors, apart, [0, 1, 3, 2, 4, 5]);
  return toFormat(context, reshaped(tensors, ordered, [n, h / block, w / block, c * block ** 2]), given);
}
