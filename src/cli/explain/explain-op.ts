/** Everything that is told of one convolution or transposed convolution. */
import { GraphBuilder } from "../../ir/graph/builder.js";
import { evaluateNode } from "../../ir/graph/evaluate.js";
import type { Node } from "../../ir/graph/graph.js";
import { multiplyAddsPerTap } from "../../ir/ops/window/transposed.js";
import { convTranspose } from "../../ir/ops/conv-transpose.js";
import { isOp } from "../../ir/graph/graph.js";
import { formatShape } from "../../ir/types/shape.js";
import { formatTensorType, numbers, tensor, tensorType } from "../../ir/types/tensor.js";
import { printGrid } from "../shape/values-part.js";
import { joinParts, part, type Part } from "../shape/part.js";
import { convPart } from "./conv-part.js";
import { drawingPart } from "./drawing-part.js";
import { loweringPart, type Decisions } from "./lowering-part.js";
import { phasePart } from "./phase-part.js";
import { pictureOf, type Example } from "./picture.js";
import { transposePart } from "./transpose-part.js";
import type { WindowOp } from "./window-op.js";

export interface ExplainOptions {
  readonly draw: boolean;
  readonly example?: Example;
}

export function explainOp(op: WindowOp, decisions: Decisions, { draw, example }: ExplainOptions): Part {
  return joinParts([
    headPart(op),
    windowPart(op),
    op.kind === "conv" ? convPart(op) : transposePart(op),
    draw ? drawingPart(pictureOf(op, example), op.dimensions.length) : part("", []),
    example === undefined ? part("", []) : valuesPart(op, example),
    isOp(op.node, convTranspose) ? phasePart(op, multiplyAddsPerTap(op.node)) : part("", []),
    loweringPart(op, decisions),
  ]);
}

function headPart({ kind, name, input, filter, output, groups, dimensions }: WindowOp): Part {
  const grouped = groups === 1 ? "" : `, ${groups} groups`;
  const line = `${formatTensorType(input)} with filter ${formatShape(filter)}${grouped} -> ${formatTensorType(output)}`;
  return part(kind, [line], {
    op: kind,
    node: name,
    input: [...input.shape],
    filter: [...filter],
    output: [...output.shape],
    groups,
    strides: dimensions.map(({ window }) => window.stride),
    dilations: dimensions.map(({ window }) => window.dilation),
    padding: dimensions.map(({ padding }) => [...padding]),
    outputPadding: dimensions.map(({ outputPadding }) => outputPadding),
  });
}

function windowPart({ kind, dimensions }: WindowOp): Part {
  const list = (values: readonly number[]): string => values.join("x");
  const dilations = dimensions.map(({ window }) => window.dilation);
  const reach = dimensions.map(({ window }) => window.dilation * (window.kernel - 1) + 1);
  const parts = [
    `kernel ${list(dimensions.map(({ window }) => window.kernel))}`,
    ...(dilations.every((dilation) => dilation === 1)
      ? []
      : [`dilations ${list(dilations)}: it reaches over ${list(reach)}`]),
    `strides ${list(dimensions.map(({ window }) => window.stride))}`,
    `${kind === "conv" ? "pads" : "crop"} ${dimensions.map(({ padding }) => padding.join(":")).join(", ")} (low:high)`,
  ];
  return part("window", [parts.join(", ")], { effectiveKernel: reach });
}

/** The result of one channel of numbers, by the op's own reference. */
function valuesPart({ node, dimensions }: WindowOp, { values, weights }: Example): Part {
  const builder = new GraphBuilder("example");
  const inputs = [1, ...dimensions.map(({ input }) => input), 1];
  const kernel = [...dimensions.map(({ window }) => window.kernel), 1, 1];
  const x = builder.input("x", tensorType("f64", inputs));
  const w = builder.input("w", tensorType("f64", kernel));
  builder.add(node.op, [x, w], { ...node.attributes, groups: 1 });
  const [copy] = builder.finish().nodes;
  const result = numbersOf(copy, [tensor("f64", inputs, values), tensor("f64", kernel, weights)]);
  const sizes = dimensions.map(({ output }) => output);
  return part("values", printGrid({ sizes, values: result }), { values: [...result] });
}

function numbersOf(node: Node | undefined, operands: Parameters<typeof evaluateNode>[1]): readonly number[] {
  const [result] = node === undefined ? [] : evaluateNode(node, operands);
  return result === undefined ? [] : [...numbers(result)];
}
