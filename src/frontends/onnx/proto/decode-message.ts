/**
 * Bytes → the messages of the tables. One loop reads every message: a tag, the field of that number, its value; unknown fields are
 * skipped, a singular message given twice is merged and of a singular value the last counts, as the protobuf specification wants.
 * The file is hostile: no length is believed beyond the message it stands in, nesting and the number of items are limited.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { UnstrideError, fail } from "../../../diagnostics/error.js";
import { isNumberKind, NumberList, numberKinds, type NumberKind } from "./number-list.js";
import type { Field, ScalarKind, Table } from "./table.js";

/** Messages within messages; protobuf's own libraries stop there too. A graph in a node's attribute is three levels. */
export const maximumDepth = 100;

/** Messages, texts and lists of a file. Published models have 10 to 36 for each node; a file at the limit takes 350 MB and 1.2 s. */
export const maximumItems = 2_000_000;

type Fields = Record<string, unknown>;

interface Reading {
  readonly reader: BinaryReader;
  readonly bytes: Uint8Array;
  readonly source: string;
  /** Field names from the file's outermost message to the one being read, for errors. */
  readonly path: string[];
  /** Where the message being read ends. */
  end: number;
  itemsLeft: number;
}

/**
 * The message of `table` that `bytes` hold; `source` names the file in errors.
 * Fails with import/malformed or import/limit, with nothing else. Byte fields are views of `bytes`.
 */
export function decodeMessage<Message extends object>(
  table: Table<Message>,
  bytes: Uint8Array,
  source: string,
): Message {
  const reader = new BinaryReader(bytes);
  const reading: Reading = { reader, bytes, source, path: [table.name], end: bytes.length, itemsLeft: maximumItems };
  const message = table.empty();
  try {
    readFields(reading, table, message as Fields);
  } catch (error) {
    if (error instanceof UnstrideError) throw error;
    malformed(reading, "a field of this message", error instanceof Error ? error.message : String(error));
  }
  return message;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text of a file that may not be UTF-8: what is not becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

function readFields(reading: Reading, table: Table<object>, message: Fields): void {
  const { reader } = reading;
  while (reader.pos < reading.end) {
    const [fieldNumber, wireType] = reader.tag();
    const field = table.fields[fieldNumber];
    if (field === undefined) skipField(reading, wireType);
    else readField(reading, field, wireType, message);
    if (reader.pos > reading.end) malformed(reading, "the message to end where its length says", "a field beyond it");
  }
}

/** For fields the tables leave out or do not know yet. ONNX has no groups, and none will come: protobuf gave them up. */
function skipField(reading: Reading, wireType: WireType): void {
  if (wireType === WireType.StartGroup || wireType === WireType.EndGroup) malformed(reading, "a field", "a group");
  reading.reader.skip(wireType);
}

function readField(reading: Reading, field: Field, wireType: WireType, message: Fields): void {
  reading.path.push(field.name);
  if (field.kind === "message") readNested(reading, field, field.message(), wireType, message);
  else if (field.repeated && isNumberKind(field.kind)) readNumbers(reading, field.name, field.kind, wireType, message);
  else {
    expectWire(reading, wireType, wireOf(field.kind));
    const value = readSingle(reading, field.kind);
    if (field.repeated) listOf(message, field.name).push(value);
    else message[field.name] = value;
  }
  reading.path.pop();
}

function readNested(reading: Reading, field: Field, table: Table<object>, wireType: WireType, message: Fields): void {
  expectWire(reading, wireType, WireType.LengthDelimited);
  if (reading.path.length > maximumDepth) limit(reading, `at most ${maximumDepth} messages within one another`);
  takeItems(reading, 1);
  const outerEnd = reading.end;
  reading.end = endOfValue(reading);
  readFields(reading, table, nestedMessage(reading, field, table, message));
  reading.end = outerEnd;
}

/** The object to fill: a new one, or where a singular message comes again the one there is. */
function nestedMessage(reading: Reading, field: Field, table: Table<object>, message: Fields): Fields {
  const fresh = table.empty() as Fields;
  if (field.repeated) {
    const list = listOf(message, field.name);
    reading.path[reading.path.length - 1] = `${field.name}[${list.length}]`;
    list.push(fresh);
    return fresh;
  }
  const known = message[field.name];
  if (known !== undefined) return known as Fields;
  message[field.name] = fresh;
  return fresh;
}

/** Repeated numbers come one by one or packed; a reader must take both. */
function readNumbers(reading: Reading, name: string, kind: NumberKind, wireType: WireType, message: Fields): void {
  const { reader } = reading;
  const known = message[name];
  if (!(known instanceof NumberList)) takeItems(reading, 4);
  const list = known instanceof NumberList ? known : new NumberList(kind);
  message[name] = list;
  if (wireType !== WireType.LengthDelimited) {
    expectWire(reading, wireType, numberKinds[kind].wire);
    list.append(reader);
    return;
  }
  const end = endOfValue(reading);
  while (reader.pos < end) list.append(reader);
  if (reader.pos > end) malformed(reading, "the last number to end where the list does", "a number beyond it");
}

function readSingle(reading: Reading, kind: ScalarKind): unknown {
  const { reader } = reading;
  switch (kind) {
    case "string":
      return decodeText(readBytes(reading));
    case "bytes":
      return readBytes(reading);
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    case "int32":
      return reader.int32();
    case "int64":
      return BigInt(reader.int64());
    case "uint64":
      return BigInt(reader.uint64());
  }
}

function readBytes(reading: Reading): Uint8Array {
  takeItems(reading, 1);
  const end = endOfValue(reading);
  const bytes = reading.bytes.subarray(reading.reader.pos, end);
  reading.reader.pos = end;
  return bytes;
}

/** Reads a length and says where the value of that length ends: within the message it stands in. */
function endOfValue(reading: Reading): number {
  const { reader } = reading;
  const start = reader.pos;
  const length = reader.uint32();
  const left = reading.end - reader.pos;
  if (reader.pos - start > 5) malformed(reading, "a length of at most 32 bits", "a longer one");
  if (length > left) malformed(reading, `at most ${left} bytes, which are left`, `a length of ${length}`);
  return reader.pos + length;
}

function wireOf(kind: ScalarKind): WireType {
  return isNumberKind(kind) ? numberKinds[kind].wire : WireType.LengthDelimited;
}

function listOf(message: Fields, name: string): unknown[] {
  const known = message[name];
  if (Array.isArray(known)) return known;
  const list: unknown[] = [];
  message[name] = list;
  return list;
}

function expectWire(reading: Reading, found: WireType, expected: WireType): void {
  if (found !== expected) malformed(reading, `protobuf wire type ${expected}`, `wire type ${found}`);
}

function takeItems(reading: Reading, count: number): void {
  reading.itemsLeft -= count;
  if (reading.itemsLeft < 0) limit(reading, `at most ${maximumItems} messages, texts and lists`);
}

function limit(reading: Reading, expected: string): never {
  fail("import/limit", { at: placeOf(reading), expected, found: "more" });
}

function malformed(reading: Reading, expected: string, found: string): never {
  fail("import/malformed", { at: placeOf(reading), expected, found });
}

function placeOf({ source, reader, path }: Reading): string {
  return `${source}, byte ${reader.pos}, in ${path.slice(0, 12).join(".")}${path.length > 12 ? "…" : ""}`;
}
