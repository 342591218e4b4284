/**
 * Ops that are linear in their first operand, and how factors per channel move into their second, the filter:
 * which output channel a filter element makes, and which input channel it reads, are one row of a table.
 */
import { invariant } from "../../diagnostics/error.js";
import type { Node, NodeBuilder, Value } from "../../ir/graph/graph.js";
import { constant } from "../../ir/graph/constant.js";
import { conv } from "../../ir/ops/conv.js";
import { convTranspose } from "../../ir/ops/conv-transpose.js";
import { matmul } from "../../ir/ops/matmul.js";
import { isBigIntArray } from "../../ir/types/element-type.js";
import { elementCount } from "../../ir/types/shape.js";
import { numbers, tensor, type Tensor, type TensorType } from "../../ir/types/tensor.js";
import type { Match } from "../driver/rule.js";

/** The last two dimensions of a filter, and the groups. */
interface Filter {
  readonly rows: number;
  readonly columns: number;
  readonly groups: number;
}

type ChannelOf = (row: number, column: number, filter: Filter) => number;

interface Channels {
  /** The output channel that element [.., row, column] of the filter contributes to. */
  readonly output: ChannelOf;
  /** The input channel it reads. */
  readonly input: ChannelOf;
}

const column: ChannelOf = (_, column) => column;
const row: ChannelOf = (row) => row;
/** Columns fall into groups; each group has rows of its own. */
const rowOfGroup: ChannelOf = (row, column, { rows, columns, groups }) =>
  Math.floor(column / (columns / groups)) * rows + row;

/** conv filters are [k…, C/groups, O], conv_transpose filters [k…, O/groups, C], matrices [.., K, N]. */
const linearOps: ReadonlyMap<string, Channels> = new Map([
  [conv.name, { output: column, input: rowOfGroup }],
  [convTranspose.name, { output: rowOfGroup, input: column }],
  [matmul.name, { output: column, input: row }],
]);

/** The ops as rules name them. */
export const linear = [...linearOps.keys()].map((name) => ({ name }));

/** Whether a node is linear with a filter that is known and its own, so that changing it adds no weights. */
export function hasOwnFilter(node: Node | undefined, match: Match): node is Node {
  if (node === undefined || !linearOps.has(node.op.name)) return false;
  const [data, filter] = node.operands;
  const isMatrix = data.type.shape.length >= 2 && filter.type.shape.length >= 2;
  return isMatrix && match.constant(filter) !== undefined && match.uses(filter) === 1;
}

/** How many channels a linear node reads or makes. */
export function channelCount(node: Node, side: "input" | "output"): number {
  const { shape } = (side === "input" ? node.operands[0] : node.results[0]).type;
  return shape[shape.length - 1];
}

/** The filter, which is known, with each element multiplied (or `divided`) by its channel's entry of `factors`. */
export function scaledFilter(
  builder: NodeBuilder,
  node: Node,
  match: Match,
  side: "input" | "output",
  { factors, divided }: Scale,
): Value {
  const filter = match.madeBy(node.operands[1], constant);
  const channels = linearOps.get(node.op.name);
  invariant(filter !== undefined && channels !== undefined, "scaled-filter", `${node.op.name} has no known filter`);
  const { value, label } = filter.attributes;
  const channelOf = channelsOf(filterSizes(node), channels[side]);
  const data = new Float64Array(numbers(value));
  const change = value.elementType === "i32" ? multiplyIntegers : divided ? divideBy : multiplyBy;
  for (let tap = 0; tap < data.length; tap += channelOf.length) change(data, tap, channelOf, factors);
  return builder.one(constant, [], { value: tensor(value.elementType, value.shape, data), label });
}

/** The channel of each element of one tap. */
function channelsOf(sizes: Filter, channelOf: ChannelOf): Int32Array {
  const { rows, columns } = sizes;
  const channels = new Int32Array(rows * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) channels[at++] = channelOf(row, column, sizes);
  }
  return channels;
}

/** Changes the elements of one tap, from `start` on. Filters have millions: nothing is called for an element. */
type Scaling = (data: Float64Array, start: number, channels: Int32Array, factors: readonly number[]) => void;

const multiplyBy: Scaling = (data, start, channels, factors) => {
  for (let i = 0; i < channels.length; i++) data[start + i] *= factors[channels[i]];
};

const divideBy: Scaling = (data, start, channels, factors) => {
  for (let i = 0; i < channels.length; i++) data[start + i] /= factors[channels[i]];
};

const multiplyIntegers: Scaling = (data, start, channels, factors) => {
  for (let i = 0; i < channels.length; i++) data[start + i] = Math.imul(data[start + i], factors[channels[i]]);
};

/** Factors per channel to multiply or divide by. */
export interface Scale {
  readonly factors: readonly number[];
  readonly divided: boolean;
}

/**
 * What an unpadded linear node makes of one number per input channel everywhere: one number per output channel,
 * the filter's elements times their channel's number, summed. Undefined where a window does not meet the whole filter.
 */
export function sumOverFilter(node: Node, filter: Tensor, entries: readonly number[]): number[] | undefined {
  const channels = linearOps.get(node.op.name);
  const isWhole = node.op.name === conv.name || (node.op.name === matmul.name && filter.shape.length === 2);
  if (channels === undefined || !isWhole) return undefined;
  const sizes = filterSizes(node);
  const sums = new Array<number>(channelCount(node, "output")).fill(0);
  const weights = numbers(filter);
  const outputs = channelsOf(sizes, channels.output);
  const inputs = channelsOf(sizes, channels.input);
  for (let i = 0, at = 0; i < weights.length; i++, at = at + 1 === outputs.length ? 0 : at + 1) {
    sums[outputs[at]] += weights[i] * entries[inputs[at]];
  }
  return sums.every(Number.isFinite) ? sums : undefined;
}

function filterSizes({ operands: [, filter], attributes: { groups = 1 } }: Node): Filter {
  const [rows, columns] = filter.type.shape.slice(-2);
  return { rows, columns, groups: typeof groups === "number" ? groups : 1 };
}

/**
 * One number per channel (the last dimension of `type`) where `value` broadcasts to `type` without depending on anything else; none of
 * 64-bit integers, which are more than a number holds.
 */
export function perChannel(value: Tensor | undefined, type: TensorType): readonly number[] | undefined {
  if (value === undefined || isBigIntArray(value.data) || value.shape.length > type.shape.length) return undefined;
  const count = elementCount(value.shape);
  const channels = type.shape[type.shape.length - 1];
  const last = value.shape[value.shape.length - 1] ?? 1;
  if (count !== last || (count !== 1 && count !== channels)) return undefined;
  const data = numbers(value);
  const entries = Array.from({ length: channels }, (_, channel) => data[count === 1 ? 0 : channel]);
  return entries.every(Number.isFinite) ? entries : undefined;
}
