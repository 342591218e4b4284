/**
 * Elementwise ops go before reshapes: then they stand right behind what makes their operand, and fuse with it.
 *
 *     relu(reshape(conv(…)))     →     reshape(relu(conv(…)))
 */
import type { Value } from "../../../ir/graph/graph.js";
import { reshape } from "../../../ir/ops/reshape.js";
import { elementTypes } from "../../../ir/types/element-type.js";
import { elementCount, equalShapes, type Shape } from "../../../ir/types/shape.js";
import type { Match, Rule } from "../../driver/rule.js";
import { elementwise } from "./elementwise.js";

/**
 * f(reshape(x), …) = reshape(f(x, …)), for one number or one per channel as the other operands, or reshapes from the same shape;
 * types that are only stored stay with their casts.
 */
export const sinkReshapes: Rule = {
  name: "sink-reshapes",
  ops: elementwise,
  apply(node, builder, match) {
    const [result] = node.results;
    if (![...node.operands, result].every(({ type }) => elementTypes[type.elementType].computes)) return undefined;
    const from = node.operands.map((operand) => reshapedFrom(operand, match)).find((shape) => shape !== undefined);
    if (from === undefined) return undefined;
    const operands = node.operands.map((operand) => before(operand, from, result.type.shape, match));
    if (!operands.every((operand) => operand !== undefined)) return undefined;
    if (operands.every((operand, i) => operand === node.operands[i])) return undefined;
    const values = builder.add(node.op, operands, node.attributes);
    return values.map((value) => builder.one(reshape, [value], { shape: result.type.shape }));
  },
};

function reshapedFrom(value: Value, match: Match): Shape | undefined {
  return match.madeBy(value, reshape)?.operands[0].type.shape;
}

/** The operand as it is before the reshape from shape `from` to shape `to`. */
function before(operand: Value, from: Shape, to: Shape, match: Match): Value | undefined {
  const { shape } = operand.type;
  const inner = match.madeBy(operand, reshape)?.operands[0];
  if (inner !== undefined && equalShapes(shape, to) && equalShapes(inner.type.shape, from)) return inner;
  if (elementCount(shape) === 1 && shape.length <= from.length) return operand;
  const channels = shape[shape.length - 1];
  const isPerChannel = elementCount(shape) === channels && shape.length <= from.length;
  const keepsChannels = from[from.length - 1] === channels && to[to.length - 1] === channels;
  return isPerChannel && keepsChannels ? operand : undefined;
}
