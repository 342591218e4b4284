/**
 * Damages ONNX models without breaking protobuf: fields are dropped, doubled, moved, renumbered, swapped with others of their kind, and
 * numbers become the ones that hurt. What random bytes rarely reach: cycles, names defined twice or nowhere, shapes that lie, wrong types.
 */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { diceOf, type Dice } from "./mutate.js";

/** Which fields of a message are messages, by field number. */
interface Shape {
  readonly [field: number]: Shape | undefined;
}

const type: Shape = { 1: { 2: { 1: {} } }, 4: { 1: { 1: {} } } };
const tensor: Shape = { 13: {} };
const value: Shape = { 2: type };
const attribute: { [field: number]: Shape } = { 5: tensor, 10: tensor, 14: type };
const node: Shape = { 5: attribute };
const graph: Shape = { 1: node, 5: tensor, 11: value, 12: value, 13: value };
attribute[6] = graph;
const model: Shape = { 7: graph, 8: {}, 25: { 7: node, 9: {}, 11: attribute } };

interface Field {
  number: number;
  wire: WireType;
  /** The value's bytes, or the fields of a message. */
  content: Uint8Array | Field[];
}

/** A damaged copy that protobuf can still read: one to four damages. */
export function mutateOnnx(bytes: Uint8Array, seed: number): Uint8Array {
  const dice = diceOf(seed);
  const root = parse(bytes, model);
  for (let count = 1 + dice(4); count > 0; count--) damage(root, dice);
  return encode(root);
}

function parse(bytes: Uint8Array, shape: Shape): Field[] {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    if (wire !== WireType.LengthDelimited) fields.push({ number, wire, content: reader.skip(wire) });
    else {
      const content = reader.bytes();
      const nested = shape[number];
      fields.push({ number, wire, content: nested === undefined ? content : parse(content, nested) });
    }
  }
  return fields;
}

function encode(fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, wire, content } of fields) {
    writer.tag(number, wire);
    if (wire === WireType.LengthDelimited) writer.bytes(content instanceof Uint8Array ? content : encode(content));
    else if (content instanceof Uint8Array) writer.raw(content);
  }
  return writer.finish();
}

type Damage = (message: Field[], at: number, dice: Dice, root: readonly Field[]) => void;

const damages: readonly Damage[] = [
  (message, at) => message.splice(at, 1),
  (message, at, dice) => message.splice(dice(message.length + 1), 0, ...message.slice(at, at + 1)),
  (message, at, dice) => message.splice(dice(message.length), 0, ...message.splice(at, 1)),
  (message) => message.reverse(),
  (message, at, dice) => changeField(message[at], (field) => (field.number = 1 + dice(26))),
  replaceNumber,
  replaceNumber,
  swapContents,
  swapContents,
  swapContents,
  shorten,
];

function damage(root: Field[], dice: Dice): void {
  const messages = [...messagesOf(root)].filter((message) => message.length > 0);
  const message = messages[dice(messages.length)];
  if (message !== undefined) damages[dice(damages.length)]?.(message, dice(message.length), dice, root);
}

function* messagesOf(message: Field[]): Iterable<Field[]> {
  yield message;
  for (const { content } of message) if (!(content instanceof Uint8Array)) yield* messagesOf(content);
}

function changeField(field: Field | undefined, change: (field: Field) => void): void {
  if (field !== undefined) change(field);
}

const painfulNumbers = [
  0n,
  1n,
  -1n,
  2n,
  5n,
  7n,
  8n,
  14n,
  255n,
  2n ** 31n,
  2n ** 32n + 1n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n - 1n,
  -(2n ** 63n),
];

function replaceNumber(message: Field[], at: number, dice: Dice): void {
  const field = message.find((candidate, index) => index >= at && candidate.wire === WireType.Varint);
  changeField(field, (found) => {
    found.content = new BinaryWriter().int64(painfulNumbers[dice(painfulNumbers.length)] ?? 0n).finish();
  });
}

/** Takes the content of a field of the same number somewhere else: another node's operand, another tensor's data. */
function swapContents(message: Field[], at: number, dice: Dice, root: readonly Field[]): void {
  const field = message[at];
  if (field === undefined) return;
  const alike = [...messagesOf([...root])]
    .flat()
    .filter(({ number, wire }) => number === field.number && wire === field.wire);
  changeField(alike[dice(alike.length)], (other) => {
    // A message must not come to contain itself, so messages are copied.
    field.content = other.content instanceof Uint8Array ? other.content : structuredClone(other.content);
  });
}

function shorten(message: Field[], at: number, dice: Dice): void {
  const { content } = message[at] ?? {};
  if (content instanceof Uint8Array && message[at]?.wire === WireType.LengthDelimited)
    changeField(message[at], (field) => (field.content = content.subarray(0, dice(content.length + 1))));
}
