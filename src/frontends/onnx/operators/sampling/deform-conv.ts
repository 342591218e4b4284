/** DeformConv: a convolution whose taps are moved by offsets that are known at run time; between pixels it interpolates. */
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import { channelsFirst, channelsLast, iota, reshaped, sliced, transposed } from "../../../importing/compose.js";
import { operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";
import { integer, integers, type ValuesOf } from "../../importing/attribute-kinds.js";
import type { NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";
import { interpolated, linearTaps, zeroOutside } from "../../../importing/interpolation.js";

const attributes = {
  dilations: integers,
  group: integer(1),
  kernel_shape: integers,
  offset_group: integer(1),
  pads: integers,
  strides: integers,
};

export const deformConvOperators: readonly OperatorRow[] = [
  operator("DeformConv", { since: 19, operands: [3, 5], attributes }, importDeformConv),
];

/** Of a convolution over [N, C, H, W]; lists are for H and W. */
interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly low: readonly number[];
  readonly output: readonly number[];
  readonly group: number;
  readonly offsetGroup: number;
}

/** Results: [N, M, OH, OW]: sampled pixels as rows, times the filters as a matrix, for each group. */
function importDeformConv(context: NodeContext, given: ValuesOf<typeof attributes>): Operand {
  const { tensors, operands } = context;
  const { plus, joined } = algebra(tensors);
  const [x, weight] = [operand(context, 0), operand(context, 1)];
  const windows = windowsOf(context, given);
  const last = channelsLast(tensors, x);
  const width = x.shape[1] / windows.offsetGroup;
  const parts = Array.from({ length: windows.offsetGroup }, (_, g) =>
    sampledGroup(context, sliced(tensors, last, 3, g * width, width), windows, g),
  );
  const columns = joined(parts, 4);
  const products = Array.from({ length: windows.group }, (_, g) => groupProduct(tensors, columns, weight, windows, g));
  const result = channelsFirst(tensors, joined(products, 3));
  const bias = operands[3];
  return bias === undefined ? result : plus(result, reshaped(tensors, bias, [weight.shape[0], 1, 1]));
}

function windowsOf(context: NodeContext, given: ValuesOf<typeof attributes>): Windows {
  const [x, weight, offset] = [0, 1, 2].map((i) => operand(context, i));
  const { group, offset_group: offsetGroup, strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0] } = given;
  const kernel = weight.shape.slice(2);
  const output = offset.shape.slice(2);
  const isImage = [x, weight, offset].every(({ shape }) => shape.length === 4);
  const lists = [strides, dilations].every(({ length }) => length === 2) && pads.length === 4;
  const counts = group > 0 && offsetGroup > 0 && x.shape[1] % offsetGroup === 0 && weight.shape[0] % group === 0;
  const taps = kernel.reduce((product, size) => product * size, 1);
  if (
    !isImage ||
    !lists ||
    !counts ||
    weight.shape[1] * group !== x.shape[1] ||
    offset.shape[1] !== 2 * offsetGroup * taps
  )
    refuse(context, "import/operand", {
      expected: "an image [N, C, H, W], filters [M, C / group, h, w] and two offsets for each tap",
      found: [x, weight, offset].map(formatTensorType).join(", "),
    });
  return { kernel, strides, dilations, low: pads.slice(0, 2), output, group, offsetGroup };
}

/** Pixels of some channels under every tap: [N, OH, OW, taps, channels]. */
function sampledGroup(context: NodeContext, pixels: Operand, windows: Windows, group: number): Operand {
  const { tensors, operands } = context;
  const { plus, times } = algebra(tensors);
  const [height, width] = windows.kernel;
  const taps = height * width;
  const [offset, mask] = [operand(context, 2), operands[4]];
  const [batch] = offset.shape;
  const perTap = (x: Operand, parts: number) =>
    transposed(
      tensors,
      reshaped(tensors, sliced(tensors, x, 1, group * taps * parts, taps * parts), [
        batch,
        taps,
        parts,
        ...windows.output,
      ]),
      [0, 3, 4, 1, 2],
    );
  const offsets = perTap(offset, 2);
  const places = offsets.shape.slice(0, 4);
  const along = [0, 1].map((d) => {
    const moved = reshaped(tensors, sliced(tensors, offsets, 4, d, 1), places);
    const coordinate = plus(moved, startsOf(tensors, windows, d, moved.elementType));
    return zeroOutside(tensors, linearTaps(tensors, coordinate), pixels.shape[d + 1]);
  });
  const image = batch === 1 ? undefined : iota(tensors, batch, 4, 0);
  const sampled = interpolated(tensors, { pixels, batch: image }, along);
  return mask === undefined ? sampled : times(sampled, perTap(mask, 1));
}

/** Where each tap of each window lies before it is moved: [1, OH or 1, OW or 1, taps]. */
function startsOf(tensors: TensorBuilder, windows: Windows, d: number, elementType: Operand["elementType"]): Operand {
  const { kernel, strides, dilations, low, output } = windows;
  const taps = kernel[0] * kernel[1];
  tensors.reserve(output[d] * taps);
  const values = Array.from({ length: output[d] * taps }, (_, i) => {
    const tap = i % taps;
    const step = d === 0 ? Math.floor(tap / kernel[1]) : tap % kernel[1];
    return Math.floor(i / taps) * strides[d] - low[d] + step * dilations[d];
  });
  return tensors.known(elementType, d === 0 ? [1, output[0], 1, taps] : [1, 1, output[1], taps], values);
}

/** [N, OH, OW, M / group] */
function groupProduct(
  tensors: TensorBuilder,
  columns: Operand,
  weight: Operand,
  windows: Windows,
  group: number,
): Operand {
  const { product } = algebra(tensors);
  const [batch, height, width, taps] = columns.shape;
  const [depth, count] = [weight.shape[1], weight.shape[0] / windows.group];
  const rows = reshaped(tensors, sliced(tensors, columns, 4, group * depth, depth), [
    batch,
    height,
    width,
    taps * depth,
  ]);
  const filters = transposed(tensors, sliced(tensors, weight, 0, group * count, count), [2, 3, 1, 0]);
  return product(rows, reshaped(tensors, filters, [taps * depth, count]));
}
