/**
 * spread-channels: on a target with lanes, a convolution with few output channels sums its input channels lane by lane.
 *
 *     %y = conv(%x, %w) : [N, H, W, O]   →   %p = for each o, conv({%x as [N, H, W, C/4, 4]}, {%w[…, o] as [kH, kW, C/4, 1, 4]}) {groups = 4}
 *                                            %y = reduce(concat(%p …)) over the four lanes
 *
 * One output channel would fill one lane of four, however many pixels there are; here all are full, and four sums are added
 * up once at the end. The order of the sums changes, so this is an algorithm and no schedule. Convolutions see the channels
 * as one spatial dimension more: no copy, and no op of its own.
 */
import type { Graph, Node, NodeBuilder, Value } from "../../ir/graph/graph.js";
import { concat } from "../../ir/ops/concat.js";
import { conv, type ConvAttributes } from "../../ir/ops/conv.js";
import { reduce } from "../../ir/ops/reduce.js";
import { reshape } from "../../ir/ops/reshape.js";
import { pick, wholeDimension } from "../../ir/ops/window/rearrange.js";
import type { Target } from "../../ir/target.js";
import { elementCount } from "../../ir/types/shape.js";
import type { Pass } from "../driver/pass.js";
import { rewriteGraph } from "../driver/rewrite.js";
import { ruleFor } from "../driver/rule.js";

const name = "spread-channels";

/** With four lanes and four channels none would be empty anyway. */
const mostChannels = 3;
/** Vectors that a sum must have, to be worth adding its lanes up. */
const leastVectors = 8;

/** conv(x, w) = the sum over lanes of conv({x, lanes apart}, {w, lanes apart}) */
const spread = ruleFor(name, conv, (node, builder, match) => {
  const { target } = match.context;
  if (!isWorthIt(node, target) || match.constant(node.operands[1]) === undefined) return undefined;
  const [batch, ...rest] = node.results[0].type.shape;
  const out = rest.pop() ?? 1;
  const sums = Array.from({ length: out }, (_, o) => laneSums(builder, node, o, target.lanes));
  const parts = sums.map((sum) => builder.one(reshape, [sum], { shape: [batch, ...rest, 1, target.lanes] }));
  const axis = rest.length + 1;
  const joined = parts.length === 1 ? parts[0] : builder.one(concat, parts, { axis });
  return [builder.one(reduce, [joined], { function: "sum", axes: [axis + 1] })];
});

export const spreadChannels: Pass<Graph> = {
  name,
  why: "one output channel would fill one lane of a vector",
  run: (graph, context) =>
    context.target.lanes === 1 ? graph : rewriteGraph(graph, [spread], { pass: name, context }),
};

function isWorthIt({ operands, attributes }: Node<ConvAttributes>, { lanes }: Target): boolean {
  const [{ type }, filter] = operands;
  const [channels, out] = filter.type.shape.slice(-2);
  if (type.elementType !== "f32" || attributes.groups !== 1 || out > mostChannels || channels % lanes !== 0)
    return false;
  return elementCount(filter.type.shape) / out / lanes >= leastVectors;
}

/** The sums of output channel `o`, one for each lane: [N, spatial…, 1, lanes]. */
function laneSums(
  builder: NodeBuilder,
  { operands, attributes }: Node<ConvAttributes>,
  o: number,
  lanes: number,
): Value {
  const [input, filter] = operands;
  const [channels, data] = [input.type.shape.at(-1) ?? 1, input.type.shape.slice(0, -1)];
  const kernel = filter.type.shape.slice(0, -2);
  const apart = builder.one(reshape, [input], { shape: [...data, channels / lanes, lanes] });
  const own = pick(builder, filter, [...kernel, channels].map(wholeDimension).concat({ start: o, count: 1, step: 1 }));
  const weights = builder.one(reshape, [own], { shape: [...kernel, channels / lanes, 1, lanes] });
  const { strides, dilations, padding } = attributes;
  return builder.one(conv, [apart, weights], {
    strides: [...strides, 1],
    dilations: [...dilations, 1],
    padding: [...padding, [0, 0]],
    groups: lanes,
  });
}
