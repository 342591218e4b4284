/** A convolution or transposed convolution of a graph, taken apart for explaining: one window for each dimension. */
import { formatLocation, originOf, type SourceLocation } from "../../diagnostics/location.js";
import type { Padding, Window } from "../../ir/geometry/window.js";
import { isOp, resultOf, type Node } from "../../ir/graph/graph.js";
import { conv } from "../../ir/ops/conv.js";
import { convTranspose } from "../../ir/ops/conv-transpose.js";
import type { Shape } from "../../ir/types/shape.js";
import type { TensorType } from "../../ir/types/tensor.js";
import { dimensionNames } from "../shape/layout.js";

export interface WindowDimension {
  /** `height` and the like. */
  readonly name: string;
  readonly input: number;
  readonly output: number;
  readonly window: Window;
  /** Zeros beside the input; of a transposed convolution what is cropped from its full result. */
  readonly padding: Padding;
  readonly outputPadding: number;
}

export interface WindowOp {
  readonly kind: "conv" | "conv_transpose";
  readonly node: Node;
  /** The node's name in the model, or the name of its value where it has none. */
  readonly name: string;
  readonly input: TensorType;
  readonly filter: Shape;
  readonly output: TensorType;
  readonly groups: number;
  readonly dimensions: readonly WindowDimension[];
}

/** The node as a window op; undefined for all other nodes. */
export function windowOpOf(node: Node): WindowOp | undefined {
  const [input, filter] = node.operands;
  if (input === undefined || filter === undefined) return undefined;
  const { type: output } = resultOf(node);
  const common = { node, name: nameOf(node), input: input.type, filter: filter.type.shape, output };
  const kernel = filter.type.shape.slice(0, -2);
  if (isOp(node, conv)) {
    const { groups } = node.attributes;
    return { ...common, kind: "conv", groups, dimensions: dimensionsOf(common, kernel, node.attributes) };
  }
  if (isOp(node, convTranspose)) {
    const { groups } = node.attributes;
    return { ...common, kind: "conv_transpose", groups, dimensions: dimensionsOf(common, kernel, node.attributes) };
  }
  return undefined;
}

interface Attributes {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: readonly Padding[];
  readonly output_padding?: readonly number[];
}

function dimensionsOf(
  { input, output }: { readonly input: TensorType; readonly output: TensorType },
  kernel: readonly number[],
  { strides, dilations, padding, output_padding = [] }: Attributes,
): readonly WindowDimension[] {
  const names = dimensionNames(kernel.length);
  return kernel.map((size, d) => ({
    name: names[d] ?? `dimension ${d}`,
    input: input.shape[d + 1] ?? 1,
    output: output.shape[d + 1] ?? 1,
    window: { kernel: size, stride: strides[d] ?? 1, dilation: dilations[d] ?? 1 },
    padding: padding[d] ?? [0, 0],
    outputPadding: output_padding[d] ?? 0,
  }));
}

function nameOf(node: Node): string {
  const origin = originOf(node.location);
  const named = origin.kind === "model" ? origin.name : "";
  return named === "" ? `%${resultOf(node).name}` : named;
}

/** Equal for everything that was made of one node of the model. */
export function originKey(location: SourceLocation): string {
  return formatLocation(originOf(location));
}
