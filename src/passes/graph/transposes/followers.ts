/**
 * Which ops follow the layout of what they read: the same op with its axes renamed, on transposed operands, gives the transposed
 * result. One row per op names the attributes that speak of dimensions.
 */
import type { Attributes, AttributeValue } from "../../../ir/attributes/value.js";
import { isOp, type Node, type Value } from "../../../ir/graph/graph.js";
import { activationOps } from "../../../ir/ops/activations.js";
import { argMax, argMin } from "../../../ir/ops/arg-max.js";
import { binaryOps } from "../../../ir/ops/binary.js";
import { bitCast } from "../../../ir/ops/bit-cast.js";
import { broadcast } from "../../../ir/ops/broadcast.js";
import { cast } from "../../../ir/ops/cast.js";
import { compareOps, select } from "../../../ir/ops/compare.js";
import { concat } from "../../../ir/ops/concat.js";
import { dilate } from "../../../ir/ops/dilate.js";
import { gather } from "../../../ir/ops/indexing/gather.js";
import { interleave } from "../../../ir/ops/interleave.js";
import { pad } from "../../../ir/ops/pad.js";
import { parametrisedOps } from "../../../ir/ops/parametrised.js";
import { reduce } from "../../../ir/ops/reduce.js";
import { resize } from "../../../ir/ops/resize.js";
import { slice } from "../../../ir/ops/slice.js";
import { softmax } from "../../../ir/ops/softmax.js";
import { split } from "../../../ir/ops/split.js";
import { transpose } from "../../../ir/ops/transpose.js";
import { unaryOps } from "../../../ir/ops/unary.js";
import { elementTypes } from "../../../ir/types/element-type.js";
import { elementCount, permute } from "../../../ir/types/shape.js";
import { isReshape, other, turnTo, type Layout, type Turn } from "./turn.js";

interface Row {
  /** Attributes with one entry per dimension. */
  readonly perDimension?: readonly string[];
  /** Attributes that name a dimension, or a list of them in ascending order. */
  readonly naming?: readonly string[];
  /** Whether operands of lower rank broadcast. */
  readonly broadcasts?: true;
}

const elementwise = [
  ...[unaryOps, activationOps, parametrisedOps, binaryOps, compareOps].flatMap((family) => Object.keys(family)),
  select.name,
  cast.name,
  bitCast.name,
];

const rows: ReadonlyMap<string, Row> = new Map<string, Row>([
  ...elementwise.map((name): [string, Row] => [name, { broadcasts: true }]),
  [concat.name, { naming: ["axis"] }],
  [split.name, { naming: ["axis"] }],
  [softmax.name, { naming: ["axis"] }],
  [gather.name, { naming: ["axis"] }],
  [argMax.name, { naming: ["axis"] }],
  [argMin.name, { naming: ["axis"] }],
  [reduce.name, { naming: ["axes"] }],
  [slice.name, { perDimension: ["starts", "sizes", "steps"] }],
  [pad.name, { perDimension: ["padding"] }],
  [dilate.name, { perDimension: ["strides"] }],
  [interleave.name, { perDimension: ["strides", "shape"] }],
  [broadcast.name, { perDimension: ["shape"] }],
  [resize.name, { perDimension: ["sizes", "scales"] }],
]);

/**
 * Whether a node can be computed in either layout of a turn, its results then being in that layout too.
 * Casts of storage types stay: only they take such values.
 */
export function follows({ op, operands, results }: Node, turn: Turn): boolean {
  const row = rows.get(op.name);
  const hasRank = ({ type }: Value) => type.shape.length === turn.rank;
  const computes = ({ type }: Value) => elementTypes[type.elementType].computes;
  if (row === undefined || !results.every(hasRank) || !operands.some(hasRank)) return false;
  if (![...operands, ...results].every(computes)) return false;
  if (op.name === gather.name) return operands[1].type.shape.length === 1 && hasRank(operands[0]);
  return row.broadcasts === true || operands.every(hasRank);
}

/** The operands of a following node that must be in its layout: all of the turn's rank, but not the indices of a gather. */
export function tiedOperands({ op, operands }: Node, turn: Turn): readonly Value[] {
  const data = op.name === gather.name ? operands.slice(0, 1) : operands;
  return data.filter(({ type }) => type.shape.length === turn.rank);
}

/** Operands of lower rank that are more than one number: they broadcast, and are given the turn's rank first where the layout changes. */
export function broadcastOperands({ op, operands }: Node, turn: Turn): readonly Value[] {
  if (rows.get(op.name)?.broadcasts !== true) return [];
  return operands.filter(({ type: { shape } }) => shape.length < turn.rank && elementCount(shape) !== 1);
}

/** The attributes for operands whose dimensions have been permuted. */
export function turnedAttributes({ op, attributes }: Node, permutation: readonly number[]): Attributes {
  const { perDimension = [], naming = [] } = rows.get(op.name) ?? {};
  const turned: Record<string, AttributeValue> = { ...attributes };
  for (const name of perDimension) turned[name] = permutedList(attributes[name], permutation);
  for (const name of naming) turned[name] = renamed(attributes[name], permutation);
  return turned;
}

function permutedList(value: AttributeValue, permutation: readonly number[]): AttributeValue {
  const hasEntries = Array.isArray(value) && value.length === permutation.length;
  return hasEntries ? (permute(value, permutation) as AttributeValue) : value;
}

function renamed(value: AttributeValue, permutation: readonly number[]): AttributeValue {
  if (typeof value === "number") return permutation.indexOf(value);
  return Array.isArray(value) ? value.map((axis) => permutation.indexOf(axis)).sort((a, b) => a - b) : value;
}

/**
 * The attributes with which a node gives the very same results from its permuted operand, or undefined where it cannot:
 * other transposes, and reductions that leave the remaining dimensions in order.
 */
export function readsPermuted(node: Node, permutation: readonly number[]): Attributes | undefined {
  const { op, attributes, operands } = node;
  if (op.name === transpose.name) {
    const wanted = attributes["permutation"];
    return Array.isArray(wanted) ? { permutation: wanted.map((d) => permutation.indexOf(d)) } : undefined;
  }
  if (attributes["keep_dimensions"] !== false || operands.length !== 1) return undefined;
  const gone = [attributes["axes"] ?? attributes["axis"] ?? []].flat();
  const left = permutation.filter((d) => !gone.includes(d));
  return left.every((d, i) => i === 0 || d > left[i - 1]) ? turnedAttributes(node, permutation) : undefined;
}

/**
 * The layout in which a node that does not follow reads an operand written in `frame`: as it is written where it must,
 * the one that makes it a reshape where it is a transpose, or either.
 */
export function layoutRead(node: Node, operand: Value, frame: Layout, turn: Turn): Layout | "either" {
  const permutation = turnTo(turn, other(frame));
  const attributes = readsPermuted(node, permutation);
  if (attributes === undefined) return frame;
  if (!isOp(node, transpose)) return "either";
  const { shape } = operand.type;
  const isFree = isReshape(node.attributes.permutation, shape);
  const turnedIsFree = isReshape(attributes["permutation"] as readonly number[], permute(shape, permutation));
  if (isFree === turnedIsFree) return "either";
  return isFree ? frame : other(frame);
}
