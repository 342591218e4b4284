/**
 * A stride-one convolution by Winograd's algorithm, dimension by dimension:
 *
 *     %v = winograd_input(winograd_input(%x))        what the points see of each tile                [points…, N, tiles…, C]
 *     %m = matmul(%v, U)                             one product per point, U being constant         [points…, N, tiles…, O]
 *     %y = winograd_output(winograd_output(%m))      tiles of outputs                                [N, space…, O]
 *
 * Rows of tiles are done in blocks, so that %v and %m of a block stay in the cache; blocks are put together by concat, which costs nothing.
 */
import type { Padding } from "../../geometry/window.js";
import type { Node, NodeBuilder, Value } from "../../graph/graph.js";
import type { Tensor } from "../../types/tensor.js";
import { concat } from "../concat.js";
import type { ConvAttributes } from "../conv.js";
import { matmul } from "../matmul.js";
import { reshape } from "../reshape.js";
import { padOrCrop, pick, wholeDimension } from "../window/rearrange.js";
import { spatialSizes } from "../window/windows.js";
import { transformFilter } from "./filter-transform.js";
import type { WinogradTile } from "./matrices.js";
import { winogradInput } from "./winograd-input.js";
import { winogradOutput } from "./winograd-output.js";

export interface WinogradPlan {
  /** One for each spatial dimension. */
  readonly tiles: readonly WinogradTile[];
  /** Images of a block, and rows of tiles along the first spatial dimension. */
  readonly block: { readonly images: number; readonly rows: number };
}

/** The convolution `node` with the constant `filter`: strides, dilations and groups are 1. */
export function lowerByWinograd(
  builder: NodeBuilder,
  node: Node<ConvAttributes>,
  filter: Tensor,
  { tiles, block }: WinogradPlan,
): Value {
  const { padding } = node.attributes;
  const apart = padding.map(([low, high], d): Padding => {
    return tiles[d].tile === 1 ? [low, high] : [Math.min(low, 0), Math.min(high, 0)];
  });
  const input = padOrCrop(builder, node.operands[0], [[0, 0], ...apart, [0, 0]], 0);
  const problem: Problem = {
    tiles,
    low: padding.map(([low], d) => low - apart[d][0]),
    filter: builder.constant(transformFilter(filter, tiles)),
    sizes: spatialSizes(node.results[0].type.shape),
  };
  const images = ranges(input.type.shape[0], block.images).map((range) => {
    const some = pick(builder, input, [range, ...input.type.shape.slice(1).map(wholeDimension)]);
    const rowTiles = Math.ceil(problem.sizes[0] / tiles[0].tile);
    return together(
      builder,
      ranges(rowTiles, block.rows).map((rows) => lowerBlock(builder, some, rows, problem)),
      1,
    );
  });
  return together(builder, images, 0);
}

interface Problem {
  readonly tiles: readonly WinogradTile[];
  /** Zeros before each spatial dimension; those after it make the last tile whole. */
  readonly low: readonly number[];
  /** [points, C, O] */
  readonly filter: Value;
  /** Outputs of each spatial dimension. */
  readonly sizes: readonly number[];
}

interface Range {
  readonly start: number;
  readonly count: number;
  readonly step: 1;
}

/** 0 to `count` in ranges of at most `most`. */
function ranges(count: number, most: number): readonly Range[] {
  return Array.from({ length: Math.ceil(count / most) }, (_, i) => {
    return { start: i * most, count: Math.min(most, count - i * most), step: 1 };
  });
}

function together(builder: NodeBuilder, parts: readonly Value[], axis: number): Value {
  return parts.length === 1 ? parts[0] : builder.one(concat, parts, { axis });
}

/** The outputs of some rows of tiles, which may see nothing but padding. */
function lowerBlock(builder: NodeBuilder, input: Value, { start, count }: Range, problem: Problem): Value {
  const [{ tile, taps }] = problem.tiles;
  const first = start * tile - problem.low[0];
  const from = Math.max(first, 0);
  const to = Math.min(first + count * tile + taps - 1, input.type.shape[1]);
  const [images, , ...rest] = input.type.shape.map(wholeDimension);
  const isEmpty = to <= from;
  const seen: Range = isEmpty ? { start: 0, count: 0, step: 1 } : { start: from, count: to - from, step: 1 };
  const rows = pick(builder, input, [images, seen, ...rest]);
  const [size, ...sizes] = problem.sizes;
  const made = Math.min(count * tile, size - start * tile);
  return lowerTiles(builder, rows, {
    ...problem,
    low: [isEmpty ? count * tile + taps - 1 : from - first, ...problem.low.slice(1)],
    sizes: [made, ...sizes],
  });
}

function lowerTiles(builder: NodeBuilder, input: Value, { tiles, low, filter, sizes }: Problem): Value {
  const cut = tiles.flatMap((each, d) => (each.tile > 1 ? [{ ...each, d }] : []));
  const seen = cut.reduce((value, { tile, taps, d }, done) => {
    const dimension = done + d + 1;
    const whole = Math.ceil(sizes[d] / tile) * tile + taps - 1;
    const high = whole - low[d] - value.type.shape[dimension];
    return builder.one(winogradInput, [value], { dimension, tile, taps, low: low[d], high });
  }, input);
  const products = multiply(builder, seen, filter);
  return cut.reduceRight((value, { tile, taps, d }, left) => {
    return builder.one(winogradOutput, [value], { dimension: left + d + 1, tile, taps, size: sizes[d] });
  }, products);
}

/** [points…, N, tiles…, C] × [points, C, O] → [points…, N, tiles…, O] */
function multiply(builder: NodeBuilder, seen: Value, filter: Value): Value {
  const [points, channels, outputs] = filter.type.shape;
  const { shape } = seen.type;
  const count = shape.slice(0, -1).reduce((product, size) => product * size, 1) / points;
  const rows = builder.one(reshape, [seen], { shape: [points, count, channels] });
  const products = builder.one(matmul, [rows, filter], {});
  return builder.one(reshape, [products], { shape: shape.with(-1, outputs) });
}
