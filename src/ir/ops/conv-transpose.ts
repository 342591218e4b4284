/**
 * `conv_transpose`: the adjoint of `conv` in its input, as a layer of its own.
 *
 *     output[n, stride·i + dilation·k − low, o] += Σ over channels c of o's group: input[n, i, c] · filter[k, o, c]
 *
 * for all positions i and taps k; what falls outside the output is cropped, what nothing reaches is 0. Output sizes are
 * (input − 1) · stride + dilated kernel − low − high + output padding. The filter is [kernel…, O/groups, C].
 */
import { fullTransposeSize } from "../geometry/window.js";
import { defineOp, notYet, sumAccuracy } from "../graph/define-op.js";
import type { Require } from "../graph/graph.js";
import { elementWriter } from "../types/element-access.js";
import { eachPoint } from "../types/points.js";
import { elementCount, type Shape } from "../types/shape.js";
import { numbers, tensor, type Tensor, type TensorType } from "../types/tensor.js";
import { arithmeticTypes, sameElementTypes } from "./elementwise.js";
import { dotOf } from "./window/dot.js";
import { byPhases } from "./window/by-phases.js";
import { byZeroInsertion } from "./window/by-zero-insertion.js";
import {
  convTransposeAttributes,
  filterParts,
  transposedSizes,
  type ConvTransposeAttributes,
} from "./window/transposed.js";
import { hasSpatialDimensions, haveEntries, isSpatial, spatialSizes } from "./window/windows.js";

export type { ConvTransposeAttributes } from "./window/transposed.js";

type Labels = "C1" | "C2" | "C3" | "C4" | "C5" | "C6" | "C7" | "C8";

export const convTranspose = defineOp<ConvTransposeAttributes, Labels>({
  name: "conv_transpose",
  summary: "Transposed convolution: the adjoint of conv, which makes data larger by its strides.",
  operands: [
    { name: "input", summary: "input [N, spatial…, C]", elementTypes: arithmeticTypes },
    { name: "filter", summary: "filter [kernel…, O/groups, C]", elementTypes: arithmeticTypes },
  ],
  attributes: convTransposeAttributes,
  constraints: {
    C1: {
      statement: "the input's channels are the filter's input channels, its last dimension",
      remedy: "transposed convolutions take [kernel…, out/groups, in]; conv takes [kernel…, in/groups, out]",
    },
    C2: hasSpatialDimensions,
    C3: {
      statement: "the filter has the input's rank and no empty kernel dimension",
      remedy: "the filter is [kernel…, out/groups, in] with one kernel size for each spatial dimension",
    },
    C4: {
      statement: "strides, dilations, padding and output_padding have one entry for each spatial dimension",
      remedy: "give as many entries as the input has dimensions between the batch and the channels",
    },
    C5: {
      statement: "groups divides the input channels",
      remedy: "each group reads the same number of input channels; depthwise has groups = C",
    },
    C6: {
      statement: "output_padding is smaller than the stride or the dilation",
      remedy:
        "output padding only chooses among the sizes that a convolution maps to this input; use negative padding for more zeros",
    },
    C7: {
      statement: "cropping leaves at least one output position",
      remedy: "padding is cut from (input − 1) · stride + dilation · (kernel − 1) + 1: use less of it",
    },
    C8: sameElementTypes,
  },
  inferTypes: inferConvTranspose,
  evaluate: (operands, attributes, [result]) => [evaluateConvTranspose(operands, attributes, result)],
  gradient: notYet("its gradients are a conv of the cotangent and a conv over the batch"),
  lowering: { kind: "graph", algorithms: [byPhases, byZeroInsertion] },
  accuracy: sumAccuracy,
});

function inferConvTranspose(
  [input, filter]: readonly TensorType[],
  attributes: ConvTransposeAttributes,
  require: Require<Labels>,
): readonly TensorType[] {
  const rank = input.shape.length;
  const { strides, dilations, padding, output_padding, groups } = attributes;
  const entries = haveEntries(rank - 2, strides, dilations, padding, output_padding);
  const filterFits = filter.shape.length === rank && filter.shape.slice(0, -2).every((size) => size >= 1);
  require("C8", input.elementType === filter.elementType);
  require("C2", isSpatial(input.shape));
  require("C3", filterFits);
  require("C4", entries, () => ({ expected: `${rank - 2} entries` }));
  if (!isSpatial(input.shape) || !filterFits || !entries) return [];
  requireChannels(input.shape, filter.shape, groups, require);
  output_padding.forEach((extra, d) => {
    const limit = Math.max(strides[d], dilations[d]);
    require("C6", extra < limit, () => ({
      expected: `below max(stride ${strides[d]}, dilation ${dilations[d]}) = ${limit}`,
      found: `${extra}`,
    }));
  });
  const sizes = transposedSizes(spatialSizes(input.shape), filter.shape.slice(0, -2), attributes);
  sizes.forEach((size, d) => require("C7", size > 0, () => cropDetails(input.shape, filter.shape, attributes, d)));
  return [{ elementType: input.elementType, shape: [input.shape[0], ...sizes, filter.shape[rank - 2] * groups] }];
}

function requireChannels(input: Shape, filter: Shape, groups: number, require: Require<"C1" | "C5">): void {
  const [channels, taken] = [input[input.length - 1], filter[filter.length - 1]];
  require("C1", channels === taken, () => ({
    expected: `filter [${filter.join(",")}] to have ${channels} input channels, as the input has`,
    found: `${taken}`,
  }));
  require("C5", channels % groups === 0, () => ({ expected: `a multiple of ${groups}`, found: `${channels}` }));
}

function cropDetails(input: Shape, filter: Shape, { strides, dilations, padding }: ConvTransposeAttributes, d: number) {
  const full = fullTransposeSize(input[d + 1], filter[d], strides[d], dilations[d]);
  return { expected: `less than the full size ${full} to be cropped`, found: `${padding[d][0]} + ${padding[d][1]}` };
}

/** Gathers: an output position p takes tap k of input i where p + low − dilation·k = stride·i. */
function evaluateConvTranspose(
  operands: readonly Tensor[],
  attributes: ConvTransposeAttributes,
  result: TensorType,
): Tensor {
  const [input, filter] = operands;
  const output = tensor(result.elementType, result.shape);
  const write = elementWriter(output.elementType, output.data);
  const [x, w, dot] = [numbers(input), numbers(filter), dotOf(result)];
  const { kernel, inPerGroup, outPerGroup } = filterParts(filter.shape, attributes.groups);
  const [channels, spatial] = [input.shape[input.shape.length - 1], spatialSizes(input.shape)];
  eachPoint(result.shape, (point, number) => {
    const o = point[point.length - 1];
    let sum = 0;
    eachPoint(kernel, (tap, tapNumber) => {
      const position = sourcePosition(point, tap, spatial, attributes);
      if (position < 0) return;
      const first = Math.floor(o / outPerGroup) * inPerGroup;
      const from = (point[0] * elementCount(spatial) + position) * channels + first;
      const weights = (tapNumber * outPerGroup + (o % outPerGroup)) * channels + first;
      sum = dot(sum, inPerGroup, { data: x, from, step: 1 }, { data: w, from: weights, step: 1 });
    });
    write(number, sum);
  });
  return output;
}

/** Row-major number of the input position whose tap falls on an output position; −1 where there is none. */
function sourcePosition(
  point: readonly number[],
  tap: readonly number[],
  spatial: Shape,
  { strides, dilations, padding }: ConvTransposeAttributes,
): number {
  let number = 0;
  for (let d = 0; d < spatial.length; d++) {
    const reached = point[d + 1] + padding[d][0] - dilations[d] * tap[d];
    const position = reached / strides[d];
    if (!Number.isInteger(position) || position < 0 || position >= spatial[d]) return -1;
    number = number * spatial[d] + position;
  }
  return number;
}
