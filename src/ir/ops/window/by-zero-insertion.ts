/**
 * Transposed convolution as a plain one: stride − 1 zeros between the elements of the input, zeros around it, the filter
 * turned round, stride one. It multiplies by many zeros; it is what the textbooks draw, and the oracle for the phases.
 *
 *     output = conv(dilate(input, strides), flip(filter), padding = dilated kernel − 1 − crop)
 */
import { effectiveKernel, type Padding } from "../../geometry/window.js";
import type { Algorithm, Node, NodeBuilder, Value } from "../../graph/graph.js";
import { elementCount } from "../../types/shape.js";
import { conv } from "../conv.js";
import { dilate } from "../dilate.js";
import { convFilter, pick, wholeDimension } from "./rearrange.js";
import { multiplyAddsPerTap, type ConvTransposeAttributes } from "./transposed.js";
import { spatialSizes } from "./windows.js";

export const byZeroInsertion: Algorithm<ConvTransposeAttributes> = {
  name: "zero-insertion",
  summary:
    "zeros between and around the input, flipped filter, stride one: the product of the strides times the arithmetic",
  multiplyAdds(node) {
    const kernel = node.operands[1].type.shape.slice(0, -2);
    const positions = elementCount(spatialSizes(node.results[0].type.shape));
    return multiplyAddsPerTap(node) * positions * elementCount(kernel);
  },
  lower: (builder, node) => [lowerByZeroInsertion(builder, node)],
};

function lowerByZeroInsertion(builder: NodeBuilder, node: Node<ConvTransposeAttributes>): Value {
  const [input, filter] = node.operands;
  const { strides, dilations, groups } = node.attributes;
  const spread = strides.every((stride) => stride === 1)
    ? input
    : builder.one(dilate, [input], { strides: [1, ...strides, 1] });
  return builder.one(conv, [spread, flippedFilter(builder, filter, groups)], {
    strides: strides.map(() => 1),
    dilations,
    padding: outlinePadding(filter.type.shape.slice(0, -2), node.attributes),
    groups,
  });
}

/** Zeros around the spread input, for which the stride-one convolution has the output size; `explain` draws them. */
export function outlinePadding(kernel: readonly number[], attributes: ConvTransposeAttributes): Padding[] {
  return kernel.map((size, d) => {
    const reach = effectiveKernel(size, attributes.dilations[d]) - 1;
    const [low, high] = attributes.padding[d];
    return [reach - low, reach - high + attributes.output_padding[d]];
  });
}

/** As a convolution's filter, every kernel dimension reversed. */
function flippedFilter(builder: NodeBuilder, filter: Value, groups: number): Value {
  const turned = convFilter(builder, filter, groups);
  const { shape } = turned.type;
  const reversed = shape.slice(0, -2).map((count) => ({ start: count - 1, count, step: count === 1 ? 1 : -1 }));
  return pick(builder, turned, [...reversed, ...shape.slice(-2).map(wholeDimension)]);
}
