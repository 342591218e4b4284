/**
 * convolve-before-enlarging: a convolution of data in which nearest resizing has repeated each element reads the data itself.
 *
 *     %u = resize(%x) {mode = "nearest", …}
 *     %y = conv(%u, %w)                          →    %y = conv_transpose(%x, %v) {strides = [2, 2], …}
 *
 * Several taps of %w meet the same element: added up, they are one tap of %v, so that twice the size each way and 3×3 taps
 * take 16 products for an element instead of 36. Equal up to the rounding of the sums of finite numbers,
 * as folding a batch normalisation is.
 */
import { constant } from "../../ir/graph/constant.js";
import type { Graph, Node } from "../../ir/graph/graph.js";
import { conv, type ConvAttributes } from "../../ir/ops/conv.js";
import { convTranspose, type ConvTransposeAttributes } from "../../ir/ops/conv-transpose.js";
import { repeatedTimes, resize, type ResizeAttributes } from "../../ir/ops/resize.js";
import { isUnpadded } from "../../ir/ops/window/windows.js";
import { elementTypes, type NumberArray } from "../../ir/types/element-type.js";
import { eachPoint, offsetAt } from "../../ir/types/points.js";
import { elementCount, rowMajorStrides } from "../../ir/types/shape.js";
import { numbers, tensor, type Tensor } from "../../ir/types/tensor.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { ruleFor } from "../driver/rule.js";
import { hasOwnFilter } from "./linear-ops.js";

const name = "convolve-before-enlarging";

/** Beyond this many phases there would be more kernels than the work saved is worth. */
const mostPhases = 16;
/** Products left of those there were, at most. */
const largestShare = 0.75;

/** conv(resize(x), w) = resize(conv(x, w)), where w has one tap, and moves and pads nothing */
const pointwise = ruleFor("pointwise", conv, ({ operands: [data, filter], attributes, results }, builder, match) => {
  const enlarging = match.madeBy(data, resize);
  if (enlarging === undefined || timesOf(enlarging) === undefined || !isPointwise(filter.type.shape, attributes)) {
    return undefined;
  }
  const small = builder.one(conv, [enlarging.operands[0], filter], attributes);
  return [builder.one(resize, [small], { ...enlarging.attributes, sizes: results[0].type.shape })];
});

/** conv(resize(x), w) = conv_transpose(x, v), v[k] = Σ w[K − 1 − k + e] over e from 0 to below the times each element is repeated */
const windowed = ruleFor("windowed", conv, (node, builder, match) => {
  const { operands, attributes } = node;
  const enlarging = match.madeBy(operands[0], resize);
  const filter = match.madeBy(operands[1], constant);
  if (enlarging === undefined || filter === undefined || !hasOwnFilter(node, match)) return undefined;
  const times = timesOf(enlarging);
  const { value, label } = filter.attributes;
  const kernel = value.shape.slice(0, -2);
  if (times === undefined || !isPlain(attributes, value) || !isWorthwhile(kernel, times)) return undefined;
  const widened = builder.one(constant, [], { value: widenedFilter(value, times, attributes.groups), label });
  return [builder.one(convTranspose, [enlarging.operands[0], widened], enlarged(attributes, kernel, times))];
});

export const convolveBeforeEnlarging: Pass<Graph> = {
  name,
  why: "what resizing repeats need not be multiplied again and again",
  run: (graph, context) => rewriteGraph(graph, [pointwise, windowed], { pass: name, context }),
};

/** How often each element is repeated along each spatial dimension; undefined where a node does anything but that. */
function timesOf({ operands: [x], attributes }: Node<ResizeAttributes>): readonly number[] | undefined {
  const times = repeatedTimes(x.type.shape, attributes);
  const [batch, channels] = [times?.[0], times?.[times.length - 1]];
  return batch === 1 && channels === 1 ? times?.slice(1, -1) : undefined;
}

function isPointwise(filter: readonly number[], { strides, padding }: ConvAttributes): boolean {
  return elementCount(filter.slice(0, -2)) === 1 && isUnpadded(padding) && strides.every((stride) => stride === 1);
}

/** Whether the convolution looks at every position and its neighbours, and sums may be taken in another order. */
function isPlain({ strides, dilations }: ConvAttributes, { elementType }: Tensor): boolean {
  return [...strides, ...dilations].every((step) => step === 1) && elementTypes[elementType].family === "float";
}

function isWorthwhile(kernel: readonly number[], times: readonly number[]): boolean {
  const share = kernel.reduce((product, size, d) => (product * (size + times[d] - 1)) / (size * times[d]), 1);
  return elementCount(times) <= mostPhases && share <= largestShare;
}

function enlarged(
  { padding, groups }: ConvAttributes,
  kernel: readonly number[],
  times: readonly number[],
): ConvTransposeAttributes {
  return {
    strides: times,
    dilations: times.map(() => 1),
    padding: padding.map(([low, high], d) => [kernel[d] - 1 - low, kernel[d] - 1 - high] as const),
    output_padding: times.map(() => 0),
    groups,
  };
}

/** The filter [kernel…, C/groups, O] flipped, its neighbouring taps added up, as [kernel + times − 1…, O/groups, C]. */
function widenedFilter(filter: Tensor, times: readonly number[], groups: number): Tensor {
  const kernel = filter.shape.slice(0, -2);
  const [inPerGroup, out] = filter.shape.slice(-2);
  const outPerGroup = out / groups;
  const shape = [...kernel.map((size, d) => size + times[d] - 1), outPerGroup, inPerGroup * groups];
  const taps = rowMajorStrides(shape).slice(0, -2);
  const sums = new Float64Array(elementCount(shape));
  const channels = { inPerGroup, out, groups };
  eachPoint(times, (repetition) => {
    eachPoint(kernel, (point, number) => {
      const tap = kernel.map((size, d) => size - 1 - point[d] + repetition[d]);
      addTap(sums, offsetAt(tap, taps), numbers(filter), number * inPerGroup * out, channels);
    });
  });
  return tensor(filter.elementType, shape, sums);
}

interface Channels {
  readonly inPerGroup: number;
  readonly out: number;
  readonly groups: number;
}

/** Adds the [C/groups, O] weights from `first` on to [O/groups, C] sums from `target` on. */
function addTap(
  sums: Float64Array,
  target: number,
  weights: NumberArray,
  first: number,
  { inPerGroup, out, groups }: Channels,
): void {
  const outPerGroup = out / groups;
  for (let o = 0; o < out; o++) {
    const group = Math.floor(o / outPerGroup);
    const to = target + (o - group * outPerGroup) * inPerGroup * groups + group * inPerGroup;
    for (let i = 0; i < inPerGroup; i++) sums[to + i] += weights[first + i * out + o];
  }
}
