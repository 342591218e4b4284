/**
 * `conv`: cross-correlation over n spatial dimensions, with strides, dilations, padding and groups.
 *
 *     output[n, y, o] = Σ over taps k and channels c of o's group: input[n, stride·y + dilation·k − low, c] · filter[k, c, o]
 *
 * where positions outside the input count as zero. Depthwise is groups = C; a bias is an addition after it.
 */
import { optional, positiveInteger } from "../attributes/kind.js";
import { accumulator, applyBinary, load } from "../computation/build-scalar.js";
import type { Axis, Computation } from "../computation/computation.js";
import { defineOp, notYet, sumAccuracy } from "../graph/define-op.js";
import type { Require } from "../graph/graph.js";
import { invariant } from "../../diagnostics/error.js";
import { elementWriter } from "../types/element-access.js";
import { eachPoint } from "../types/points.js";
import { elementCount, type Shape } from "../types/shape.js";
import { numbers, tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { arithmeticTypes, sameElementTypes } from "./elementwise.js";
import { dotOf } from "./window/dot.js";
import {
  dataName,
  hasSpatialDimensions,
  haveEntries,
  indicesOver,
  isSpatial,
  isUnpadded,
  oneEntryPerDimension,
  paddedWords,
  readPosition,
  slidingSizes,
  spatialAxes,
  spatialSizes,
  tapAxes,
  windowAttributes,
  windowIndices,
  windowName,
  windowsFit,
  type WindowAttributes,
} from "./window/windows.js";

export type ConvAttributes = WindowAttributes & {
  /** The channels fall into this many equal groups; group i of the output reads group i of the input. */
  readonly groups: number;
};

type Labels = "C1" | "C2" | "C3" | "C4" | "C5" | "C6" | "C7";

export const conv = defineOp<ConvAttributes, Labels>({
  name: "conv",
  summary: "Convolution (cross-correlation) over any number of spatial dimensions.",
  operands: [
    { name: "input", summary: "input [N, spatial…, C]", elementTypes: arithmeticTypes },
    { name: "filter", summary: "filter [kernel…, C/groups, O]", elementTypes: arithmeticTypes },
  ],
  attributes: { ...windowAttributes, groups: optional(positiveInteger, 1) },
  constraints: {
    C1: {
      statement: "the input's channels are the filter's input channels times groups",
      remedy: "conv takes [kernel…, in/groups, out]; transposed convolutions take [kernel…, out/groups, in]",
    },
    C2: hasSpatialDimensions,
    C3: {
      statement: "the filter has the input's rank and no empty kernel dimension",
      remedy: "the filter is [kernel…, in/groups, out] with one kernel size for each spatial dimension",
    },
    C4: oneEntryPerDimension,
    C5: {
      statement: "groups divides the output channels",
      remedy:
        "each group makes the same number of output channels; depthwise has groups = C and C · multiplier outputs",
    },
    C6: windowsFit,
    C7: sameElementTypes,
  },
  inferTypes: inferConv,
  evaluate: (operands, attributes, [result]) => [evaluateConv(operands, attributes, result)],
  gradient: notYet("its two gradients are a conv_transpose and a conv over the batch"),
  lowering: {
    kind: "computations",
    lower: (operands, attributes, [result]) => [
      { into: 0, computation: convComputation(operands, attributes, result) },
    ],
  },
  accuracy: sumAccuracy,
});

function inferConv(
  [input, filter]: readonly TensorType[],
  attributes: ConvAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const rank = input.shape.length;
  const kernel = filter.shape.slice(0, -2);
  const entries = haveEntries(rank - 2, attributes.strides, attributes.dilations, attributes.padding);
  const filterFits = filter.shape.length === rank && kernel.every((size) => size >= 1);
  require("C7", input.elementType === filter.elementType);
  require("C2", isSpatial(input.shape));
  require("C3", filterFits);
  require("C4", entries, () => ({ expected: `${rank - 2} entries` }));
  if (!isSpatial(input.shape) || !filterFits || !entries) return [];
  requireChannels(input.shape, filter.shape, attributes.groups, require);
  const sizes = slidingSizes(spatialSizes(input.shape), kernel, attributes);
  require("C6", !sizes.includes(0), () => ({
    expected: `room for a kernel of [${kernel.join(",")}] with dilations [${attributes.dilations.join(",")}]`,
    found: paddedWords(spatialSizes(input.shape), attributes.padding),
  }));
  return [{ elementType: input.elementType, shape: [input.shape[0], ...sizes, filter.shape[rank - 1]] }];
}

function requireChannels(input: Shape, filter: Shape, groups: number, require: Require<"C1" | "C5">): void {
  const [inPerGroup, out] = filter.slice(-2);
  const channels = input[input.length - 1];
  require("C1", channels === inPerGroup * groups, () => ({
    expected: `filter [${filter.join(",")}] with ${groups} groups to have ${channels / groups} input channels`,
    found: `${inPerGroup}`,
  }));
  require("C5", out % groups === 0, () => ({ expected: `a multiple of ${groups}`, found: `${out}` }));
}

function evaluateConv(operands: readonly Tensor[], attributes: ConvAttributes, result: TensorType): Tensor {
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const at = convolver(operands, attributes, result);
  eachPoint(result.shape, (point, number) => write(number, at(point)));
  return output;
}

/** One element of the result as a function of its point: the formula above. */
function convolver(
  [input, filter]: readonly Tensor[],
  attributes: ConvAttributes,
  result: TensorType,
): (point: readonly number[]) => number {
  const [kernel, spatial] = [filter.shape.slice(0, -2), spatialSizes(input.shape)];
  const [inPerGroup, out] = filter.shape.slice(-2);
  const channels = inPerGroup * attributes.groups;
  const [x, w] = [numbers(input), numbers(filter)];
  const dot = dotOf(result);
  return (point) => {
    const o = point[point.length - 1];
    const firstChannel = Math.floor(o / (out / attributes.groups)) * inPerGroup;
    let sum = 0;
    eachPoint(kernel, (tap, number) => {
      const position = readPosition(point, tap, spatial, attributes);
      if (position < 0) return;
      const from = (point[0] * elementCount(spatial) + position) * channels + firstChannel;
      sum = dot(
        sum,
        inPerGroup,
        { data: x, from, step: 1 },
        { data: w, from: number * inPerGroup * out + o, step: out },
      );
    });
    return sum;
  };
}

/** Axes: batch, space, group and output channel of the group; sums over taps and the group's input channels. */
function convComputation(operands: readonly TensorType[], attributes: ConvAttributes, result: TensorType): Computation {
  invariant(isUnpadded(attributes.padding), "conv", "its padding has not been materialised");
  const filter = operands[1].shape;
  const kernel = filter.slice(0, -2);
  const { groups } = attributes;
  const [inPerGroup, outPerGroup] = [filter[filter.length - 2], filter[filter.length - 1] / groups];
  const axes = [
    { name: "n", extent: result.shape[0] },
    ...spatialAxes(result.shape),
    ...channelAxes(groups, outPerGroup),
  ];
  const sums = [...tapAxes(kernel), ...(inPerGroup === 1 ? [] : [{ name: "c", extent: inPerGroup }])];
  const index = indicesOver([...axes, ...sums]);
  const outChannel = index({ g: outPerGroup, o: 1 });
  const x = load(0, [index({ n: 1 }), ...windowIndices(index, attributes), index({ g: inPerGroup, c: 1 })]);
  const w = load(1, [...kernel.map((_, d) => index({ [`k${d}`]: 1 })), index({ c: 1 }), outChannel]);
  return {
    name: convName(result, inPerGroup * groups, kernel, attributes),
    operands,
    result,
    axes,
    sums,
    store: [index({ n: 1 }), ...kernel.map((_, d) => index({ [`y${d}`]: 1 })), outChannel],
    reduction: "sum",
    body: applyBinary("multiply", x, w),
    epilogue: accumulator,
  };
}

/** Depthwise convolutions run over the groups alone, all others over the group's channels innermost. */
function channelAxes(groups: number, outPerGroup: number): Axis[] {
  const group = groups === 1 ? [] : [{ name: "g", extent: groups }];
  return groups > 1 && outPerGroup === 1 ? group : [...group, { name: "o", extent: outPerGroup }];
}

/** `conv_56x56x64_o64_k3x3_s1`: output sizes, input channels, output channels, window, groups. */
function convName(result: TensorType, channels: number, kernel: readonly number[], attributes: ConvAttributes): string {
  const read = dataName([...result.shape.slice(0, -1), channels]);
  const groups = attributes.groups === 1 ? "" : `_g${attributes.groups}`;
  return `conv_${read}_o${result.shape[result.shape.length - 1]}${windowName(kernel, attributes)}${groups}`;
}
