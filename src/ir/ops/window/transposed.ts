/** What a transposed convolution is, in numbers: attributes, sizes, the filter's parts. */
import { optional, positiveInteger, sizes } from "../../attributes/kind.js";
import { convTransposeOutputSize } from "../../geometry/window.js";
import type { Node } from "../../graph/graph.js";
import type { Shape } from "../../types/shape.js";
import { windowAttributes, type WindowAttributes } from "./windows.js";

/** `padding` is cropped from the full result; negative padding adds zeros. */
export type ConvTransposeAttributes = WindowAttributes & {
  /** Added at the high end of each spatial dimension, below max(stride, dilation). */
  readonly output_padding: readonly number[];
  /** The channels fall into this many equal groups; group i of the output is made of group i of the input. */
  readonly groups: number;
};

export const convTransposeAttributes = {
  ...windowAttributes,
  output_padding: sizes,
  groups: optional(positiveInteger, 1),
};

/** Output sizes of the spatial dimensions: (input − 1) · stride + dilated kernel − low − high + output padding. */
export function transposedSizes(
  spatial: Shape,
  kernel: readonly number[],
  { strides, dilations, padding, output_padding }: ConvTransposeAttributes,
): number[] {
  return spatial.map((size, d) =>
    convTransposeOutputSize(size, kernel[d], strides[d], dilations[d], padding[d], output_padding[d]),
  );
}

/** The filter's [kernel…, O/groups, C] by its parts. */
export interface FilterParts {
  readonly kernel: readonly number[];
  readonly groups: number;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
}

export function filterParts(filter: Shape, groups: number): FilterParts {
  const [outPerGroup, channels] = filter.slice(-2);
  return { kernel: filter.slice(0, -2), groups, inPerGroup: channels / groups, outPerGroup };
}

/** Multiply-adds for each tap at each position: over the batch, the output channels, and the input channels of their group. */
export function multiplyAddsPerTap({
  operands,
  attributes,
}: Pick<Node<ConvTransposeAttributes>, "operands" | "attributes">): number {
  const { groups, inPerGroup, outPerGroup } = filterParts(operands[1].type.shape, attributes.groups);
  return operands[0].type.shape[0] * groups * outPerGroup * inPerGroup;
}
