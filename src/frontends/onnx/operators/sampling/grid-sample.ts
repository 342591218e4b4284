/** GridSample: an image looked up at coordinates that are −1 and 1 at its ends, and AffineGrid, which makes such coordinates. */
import { absolute, round } from "../../../../ir/ops/unary.js";
import { formatShape, isValidShape } from "../../../../ir/types/shape.js";
import { formatTensorType } from "../../../../ir/types/tensor.js";
import { algebra } from "../../../importing/algebra.js";
import {
  channelsFirst,
  channelsLast,
  convert,
  iota,
  reshaped,
  sliced,
  transposed,
} from "../../../importing/compose.js";
import { numbersOf, operand, refuse } from "../../../importing/node-questions.js";
import type { Operand } from "../../../importing/operand.js";
import type { TensorBuilder } from "../../../importing/tensor-builder.js";
import { choice, flag } from "../../importing/attribute-kinds.js";
import type { NodeContext } from "../../importing/node-context.js";
import { operator, type OperatorRow } from "../../importing/operator.js";
import { cubicTaps, interpolated, linearTaps, zeroOutside, type Tap } from "../../../importing/interpolation.js";

const shared = { align_corners: flag(false), padding_mode: choice("zeros", "border", "reflection") };

export const gridOperators: readonly OperatorRow[] = [
  operator(
    "GridSample",
    { since: 16, operands: [2, 2], attributes: { ...shared, mode: choice("bilinear", "nearest", "bicubic") } },
    (context, { align_corners, mode, padding_mode }) =>
      importGridSample(context, { mode: earlyModes[mode], padding: padding_mode, aligned: align_corners }),
  ),
  operator(
    "GridSample",
    { since: 20, operands: [2, 2], attributes: { ...shared, mode: choice("linear", "nearest", "cubic") } },
    (context, { align_corners, mode, padding_mode }) =>
      importGridSample(context, { mode, padding: padding_mode, aligned: align_corners }),
  ),
  operator("AffineGrid", { since: 20, operands: [2, 2], attributes: { align_corners: flag(false) } }, importAffineGrid),
];

const earlyModes = { bilinear: "linear", nearest: "nearest", bicubic: "cubic" } as const;

interface Sampling {
  readonly mode: "linear" | "nearest" | "cubic";
  readonly padding: "zeros" | "border" | "reflection";
  /** Whether −1 and 1 are the centres of the first and last pixel, not their outer edges. */
  readonly aligned: boolean;
}

/** [N, C, sizes…] at a grid [N, places…, coordinates], the last size's coordinate first. */
function importGridSample(context: NodeContext, sampling: Sampling): Operand {
  const { tensors } = context;
  const [x, grid] = [operand(context, 0), operand(context, 1)];
  const rank = x.shape.length;
  const sizes = x.shape.slice(2);
  const fits = rank > 2 && grid.shape.length === rank && grid.shape[0] === x.shape[0];
  if (!fits || grid.shape[rank - 1] !== rank - 2 || sizes.includes(0))
    refuse(context, "import/operand", {
      expected: "an image [N, C, …] and a grid [N, …, coordinates]",
      found: [x, grid].map(formatTensorType).join(", "),
    });
  const places = grid.shape.slice(0, -1);
  const taps = sizes.map((size, d) => {
    const column = reshaped(tensors, sliced(tensors, grid, rank - 1, sizes.length - 1 - d, 1), places);
    return tapsOf(tensors, pixelCoordinate(tensors, column, size, sampling.aligned), size, sampling);
  });
  const batch = x.shape[0] === 1 ? undefined : iota(tensors, x.shape[0], places.length, 0);
  return channelsFirst(tensors, interpolated(tensors, { pixels: channelsLast(tensors, x), batch }, taps));
}

function pixelCoordinate(tensors: TensorBuilder, x: Operand, size: number, aligned: boolean): Operand {
  const { plus, minus, times, over } = algebra(tensors);
  if (aligned) return times(over(plus(x, 1), 2), size - 1);
  return over(minus(times(plus(x, 1), size), 1), 2);
}

/** Coordinates beyond the ends are brought back first, then the pixels around them. */
function tapsOf(tensors: TensorBuilder, coordinate: Operand, size: number, sampling: Sampling): readonly Tap[] {
  const { of } = algebra(tensors);
  const at = sampling.mode === "nearest" ? of(round, coordinate) : coordinate;
  const inside = broughtBack(tensors, at, size, sampling);
  const taps = tapsAt(tensors, inside, sampling.mode);
  if (sampling.padding === "zeros") return zeroOutside(tensors, taps, size);
  if (sampling.padding === "border") return taps;
  return taps.map((tap) => ({ ...tap, index: mirrored(tensors, tap.index, size, sampling.aligned) }));
}

function tapsAt(tensors: TensorBuilder, coordinate: Operand, mode: Sampling["mode"]): readonly Tap[] {
  if (mode === "nearest") return [{ index: convert(tensors, coordinate, "i32") }];
  return mode === "linear" ? linearTaps(tensors, coordinate) : cubicTaps(tensors, coordinate, -0.75);
}

/** What lies beyond the image's ends: at the border the last pixel, by reflection as far inside. */
function broughtBack(tensors: TensorBuilder, x: Operand, size: number, { padding, aligned }: Sampling): Operand {
  const { plus, minus, min, max, modulo, or, less, greater, where, of } = algebra(tensors);
  if (padding === "zeros") return x;
  const [low, high] = aligned ? [0, size - 1] : [-0.5, size - 0.5];
  const outside = or(less(x, low), greater(x, high));
  if (padding === "border") return where(outside, min(max(x, 0), size - 1), x);
  const span = high - low;
  if (span === 0) return where(outside, low, x);
  const folded = modulo(of(absolute, minus(x, low)), 2 * span);
  return where(outside, plus(min(folded, minus(2 * span, folded)), low), x);
}

/** A whole pixel's number by reflection; at the outer edges the last pixel is repeated. */
function mirrored(tensors: TensorBuilder, index: Operand, size: number, aligned: boolean): Operand {
  const { minus, min, modulo } = algebra(tensors);
  const period = aligned ? 2 * (size - 1) : 2 * size;
  if (period === 0) return index;
  const within = modulo(index, period);
  return min(within, minus(aligned ? period : period - 1, within));
}

/** Points of a regular grid through an affine map [N, 2 or 3, with a shift]: [N, places…, 2 or 3], the last size's coordinate first. */
function importAffineGrid(context: NodeContext, { align_corners }: { readonly align_corners: boolean }): Operand {
  const { tensors } = context;
  const theta = operand(context, 0);
  const size = numbersOf(context, 1, "the size");
  const sizes = size.slice(2);
  const rank = sizes.length;
  const fits = (rank === 2 || rank === 3) && formatShape(theta.shape) === formatShape([size[0], rank, rank + 1]);
  if (!fits || !isValidShape([...size, rank]))
    refuse(context, "import/operand", {
      expected: "maps [N, 2, 3] and a size [N, C, H, W], or [N, 3, 4] and [N, C, D, H, W]",
      found: `${formatTensorType(theta)}, ${formatShape(size)}`,
    });
  const count = sizes.reduce((product, each) => product * each, 1);
  tensors.reserve(count * (rank + 1));
  const points = Array.from({ length: count * (rank + 1) }, (_, i) =>
    pointPart(Math.floor(i / (rank + 1)), i % (rank + 1), sizes, align_corners),
  );
  const grid = tensors.known(theta.elementType, [count, rank + 1], points);
  const mapped = algebra(tensors).product(grid, transposed(tensors, theta, [0, 2, 1]));
  return reshaped(tensors, mapped, [size[0], ...sizes, rank]);
}

/** Coordinate `part` of the point of that number in row-major order, the last size's first; 1 after them. */
function pointPart(number: number, part: number, sizes: readonly number[], aligned: boolean): number {
  const rank = sizes.length;
  if (part === rank) return 1;
  const d = rank - 1 - part;
  const inner = sizes.slice(d + 1).reduce((product, size) => product * size, 1);
  const place = Math.floor(number / inner) % sizes[d];
  if (!aligned) return (2 * place + 1) / sizes[d] - 1;
  return sizes[d] === 1 ? -1 : (2 * place) / (sizes[d] - 1) - 1;
}
