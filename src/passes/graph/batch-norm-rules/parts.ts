/** What rules about scales and shifts ask of nodes. */
import type { Node, Value } from "../../../ir/graph/graph.js";
import { add, divide, multiply } from "../../../ir/ops/binary.js";
import { pad, type PadAttributes } from "../../../ir/ops/pad.js";
import { equalShapes } from "../../../ir/types/shape.js";
import type { Match } from "../../driver/rule.js";
import { linear, perChannel } from "../linear-ops.js";

export interface Parts {
  readonly data: Value;
  readonly constant: Value;
}

/** The operands of a binary node with the known one (if any) as `constant`, which in a division is always the divisor. */
export function partsOf({ operands: [a, b] }: Node, match: Match): Parts {
  return match.constant(a) === undefined ? { data: a, constant: b } : { data: b, constant: a };
}

/** Whether a node multiplies by something, or divides floats by a constant without zeros. */
export function isScale(node: Node | undefined, match: Match): node is Node {
  if (node?.op.name === multiply.name) return true;
  if (node?.op.name !== divide.name) return false;
  const [data, divisor] = node.operands;
  const known = match.constant(divisor);
  return data.type.elementType !== "i32" && known !== undefined && !known.data.some((value) => value == 0);
}

export function isShift(node: Node | undefined): node is Node {
  return node?.op.name === add.name;
}

export function isLinear(node: Node | undefined): boolean {
  return linear.some(({ name }) => name === node?.op.name);
}

/** Whether `value` is one number or one per channel of a node's result. */
export function isPerChannel(value: Value, { results: [result] }: Node, match: Match): boolean {
  return perChannel(match.constant(value), result.type) !== undefined;
}

/** The one number in `factors`, or undefined. */
export function uniform(factors: readonly number[]): number | undefined {
  return factors.every((factor) => factor === factors[0]) ? factors[0] : undefined;
}

/** The node that makes a value which only the node at hand reads. */
export function onlyRead(value: Value, match: Match): Node | undefined {
  return match.uses(value) === 1 ? match.producer(value) : undefined;
}

export function sameShape(a: Value, b: Value): boolean {
  return equalShapes(a.type.shape, b.type.shape);
}

/** A value and the pad, if any, between it and the node that reads it. */
export interface Padded {
  readonly inner: Value;
  readonly padding: PadAttributes | undefined;
}

/** Looks through a pad that leaves the channels alone. */
export function paddedOf(value: Value, match: Match): Padded {
  const node = match.madeBy(value, pad);
  const channels = node?.attributes.padding.at(-1) ?? [0, 0];
  if (node === undefined || channels.some((size) => size !== 0)) return { inner: value, padding: undefined };
  return { inner: node.operands[0], padding: node.attributes };
}
