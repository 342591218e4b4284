/**
 * A tiny ONNX writer: model files for tests, legal or hostile. It knows the field numbers by itself, not from the reader's tables,
 * so that the two check one another. Nothing is checked: what a test asks for is written.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx-ml.proto
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { ElementType } from "../../src/ir/types/element-type.js";

export interface ModelSpec {
  /** Left out of the file where undefined is given; 10 by default. */
  readonly irVersion?: number | undefined;
  /** Version of ai.onnx, versions by domain, or undefined for none; 21 by default. */
  readonly opset?: number | Readonly<Record<string, number>> | undefined;
  /** Given, it leaves the graph out of the file. */
  readonly graph?: undefined;
  readonly functions?: readonly FunctionSpec[];
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface GraphSpec {
  readonly name?: string;
  readonly nodes?: readonly NodeSpec[];
  readonly initializers?: readonly TensorSpec[];
  readonly inputs?: readonly ValueSpec[];
  readonly outputs?: readonly ValueSpec[];
  readonly values?: readonly ValueSpec[];
  readonly sparseInitializers?: readonly TensorSpec[];
}

export interface NodeSpec {
  readonly operator?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
}

export interface FunctionSpec {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly string[];
  readonly defaults?: Readonly<Record<string, AttributeSpec>>;
  readonly nodes: readonly NodeSpec[];
  readonly opset: number;
}

/** `type` overrides the number of AttributeProto.AttributeType that belongs to the value. */
export type AttributeSpec = { readonly type?: number } & (
  | { readonly float: number }
  | { readonly int: number | bigint }
  | { readonly string: string | Uint8Array }
  | { readonly tensor: TensorSpec }
  | { readonly graph: GraphSpec }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly (number | bigint)[] }
  | { readonly strings: readonly string[] }
  | { readonly tensors: readonly TensorSpec[] }
  | { readonly graphs: readonly GraphSpec[] }
  | { readonly valueType: ValueSpec }
  | { readonly valueTypes: readonly ValueSpec[] }
  | { readonly sparse: TensorSpec }
  | { readonly reference: string }
  | { readonly nothing: true }
);

export interface TensorSpec {
  readonly name?: string;
  /** A name unstride knows, or any number of TensorProto.DataType. */
  readonly type?: ElementType | number;
  readonly shape?: readonly (number | bigint)[];
  readonly raw?: Uint8Array;
  readonly floats?: readonly number[];
  readonly int32s?: readonly number[];
  readonly int64s?: readonly (number | bigint)[];
  readonly doubles?: readonly number[];
  readonly uint64s?: readonly (number | bigint)[];
  /** Sets data_location to EXTERNAL; the entries as they are. */
  readonly external?: Readonly<Record<string, string>>;
}

export interface ValueSpec {
  readonly name: string;
  readonly type?: ElementType | number;
  /** Sizes, names of sizes, or null for one that is not known; without a shape the rank is not known. */
  readonly shape?: readonly (number | bigint | string | null)[];
  /** Wraps the tensor type. */
  readonly wrap?: "sequence" | "optional";
  /** No type at all. */
  readonly untyped?: true;
}

const numberOfType: Readonly<Record<ElementType, number>> = {
  f32: 1,
  u8: 2,
  i8: 3,
  u16: 4,
  i16: 5,
  i32: 6,
  i64: 7,
  bool: 9,
  f16: 10,
  f64: 11,
  u32: 12,
  u64: 13,
  bf16: 16,
};

type Write = (writer: BinaryWriter) => void;

/** The file of a model. */
export function model(spec: ModelSpec & GraphSpec): Uint8Array {
  const writer = new BinaryWriter();
  const irVersion = "irVersion" in spec ? spec.irVersion : 10;
  const opset = "opset" in spec ? spec.opset : 21;
  if (irVersion !== undefined) int64(writer, 1, irVersion);
  if (opset !== undefined)
    for (const [domain, version] of Object.entries(typeof opset === "number" ? { "": opset } : opset))
      nested(writer, 8, operatorSet(domain, version));
  if (!("graph" in spec)) nested(writer, 7, graph(spec));
  for (const [key, value] of Object.entries(spec.metadata ?? {})) nested(writer, 14, entry(key, value));
  for (const each of spec.functions ?? []) nested(writer, 25, modelFunction(each));
  return writer.finish();
}

/** A file that holds one tensor. */
export function tensorFile(spec: TensorSpec): Uint8Array {
  const writer = new BinaryWriter();
  tensor(spec)(writer);
  return writer.finish();
}

function operatorSet(domain: string, version: number): Write {
  return (writer) => {
    if (domain !== "") text(writer, 1, domain);
    int64(writer, 2, version);
  };
}

function graph(spec: GraphSpec): Write {
  return (writer) => {
    for (const each of spec.nodes ?? []) nested(writer, 1, node(each));
    text(writer, 2, spec.name ?? "graph");
    for (const each of spec.initializers ?? []) nested(writer, 5, tensor(each));
    for (const each of spec.inputs ?? []) nested(writer, 11, value(each));
    for (const each of spec.outputs ?? []) nested(writer, 12, value(each));
    for (const each of spec.values ?? []) nested(writer, 13, value(each));
    for (const each of spec.sparseInitializers ?? []) nested(writer, 15, sparse(each));
  };
}

function node(spec: NodeSpec): Write {
  return (writer) => {
    for (const each of spec.inputs ?? []) text(writer, 1, each);
    for (const each of spec.outputs ?? []) text(writer, 2, each);
    if (spec.name !== undefined) text(writer, 3, spec.name);
    if (spec.operator !== undefined) text(writer, 4, spec.operator);
    for (const [name, each] of Object.entries(spec.attributes ?? {})) nested(writer, 5, attribute(name, each));
    if (spec.domain !== undefined) text(writer, 7, spec.domain);
  };
}

function modelFunction(spec: FunctionSpec): Write {
  return (writer) => {
    text(writer, 1, spec.name);
    for (const each of spec.inputs) text(writer, 4, each);
    for (const each of spec.outputs) text(writer, 5, each);
    for (const each of spec.attributes ?? []) text(writer, 6, each);
    for (const each of spec.nodes) nested(writer, 7, node(each));
    nested(writer, 9, operatorSet("", spec.opset));
    text(writer, 10, spec.domain);
    for (const [name, each] of Object.entries(spec.defaults ?? {})) nested(writer, 11, attribute(name, each));
  };
}

function attribute(name: string, spec: AttributeSpec): Write {
  return (writer) => {
    if (name !== "") text(writer, 1, name);
    const type = attributeValue(writer, spec);
    int64(writer, 20, spec.type ?? type);
  };
}

/** Writes the value and says which AttributeType it is. */
function attributeValue(writer: BinaryWriter, spec: AttributeSpec): number {
  if ("float" in spec) return (writer.tag(2, WireType.Bit32).float(spec.float), 1);
  if ("int" in spec) return (int64(writer, 3, spec.int), 2);
  if ("string" in spec) return (bytes(writer, 4, encoded(spec.string)), 3);
  if ("tensor" in spec) return (nested(writer, 5, tensor(spec.tensor)), 4);
  if ("graph" in spec) return (nested(writer, 6, graph(spec.graph)), 5);
  if ("floats" in spec) return (spec.floats.forEach((each) => writer.tag(7, WireType.Bit32).float(each)), 6);
  if ("ints" in spec) return (spec.ints.forEach((each) => int64(writer, 8, each)), 7);
  if ("strings" in spec) return (spec.strings.forEach((each) => text(writer, 9, each)), 8);
  if ("tensors" in spec) return (spec.tensors.forEach((each) => nested(writer, 10, tensor(each))), 9);
  if ("graphs" in spec) return (spec.graphs.forEach((each) => nested(writer, 11, graph(each))), 10);
  if ("sparse" in spec) return (nested(writer, 22, sparse(spec.sparse)), 11);
  if ("valueType" in spec) return (nested(writer, 14, typeOf(spec.valueType)), 13);
  if ("valueTypes" in spec) return (spec.valueTypes.forEach((each) => nested(writer, 15, typeOf(each))), 14);
  if ("reference" in spec) return (text(writer, 21, spec.reference), 2);
  return 0;
}

function tensor(spec: TensorSpec): Write {
  return (writer) => {
    for (const size of spec.shape ?? []) int64(writer, 1, size);
    int64(writer, 2, dataType(spec.type ?? "f32"));
    if (spec.floats) nested(writer, 4, (list) => spec.floats?.forEach((each) => list.float(each)));
    if (spec.int32s) nested(writer, 5, (list) => spec.int32s?.forEach((each) => list.int32(each)));
    if (spec.int64s) nested(writer, 7, (list) => spec.int64s?.forEach((each) => list.int64(each)));
    if (spec.name !== undefined) text(writer, 8, spec.name);
    if (spec.raw) bytes(writer, 9, spec.raw);
    if (spec.doubles) nested(writer, 10, (list) => spec.doubles?.forEach((each) => list.double(each)));
    if (spec.uint64s) nested(writer, 11, (list) => spec.uint64s?.forEach((each) => list.uint64(each)));
    for (const [key, each] of Object.entries(spec.external ?? {})) nested(writer, 13, entry(key, each));
    if (spec.external) int64(writer, 14, 1);
  };
}

function sparse(spec: TensorSpec): Write {
  return (writer) => nested(writer, 1, tensor(spec));
}

function value(spec: ValueSpec): Write {
  return (writer) => {
    text(writer, 1, spec.name);
    if (!spec.untyped) nested(writer, 2, typeOf(spec));
  };
}

function typeOf(spec: ValueSpec): Write {
  const tensorType: Write = (type) =>
    nested(type, 1, (writer) => {
      int64(writer, 1, dataType(spec.type ?? "f32"));
      if (spec.shape) nested(writer, 2, (shape) => spec.shape?.forEach((size) => nested(shape, 1, dimension(size))));
    });
  if (spec.wrap === undefined) return tensorType;
  return (type) => nested(type, spec.wrap === "sequence" ? 4 : 9, (writer) => nested(writer, 1, tensorType));
}

function dimension(size: number | bigint | string | null): Write {
  return (writer) => {
    if (typeof size === "string") text(writer, 2, size);
    else if (size !== null) int64(writer, 1, size);
  };
}

function entry(key: string, text_: string): Write {
  return (writer) => {
    text(writer, 1, key);
    text(writer, 2, text_);
  };
}

function dataType(type: ElementType | number): number {
  return typeof type === "number" ? type : numberOfType[type];
}

function encoded(text_: string | Uint8Array): Uint8Array {
  return typeof text_ === "string" ? new TextEncoder().encode(text_) : text_;
}

/** A field that holds what `write` writes, with its length before it. */
export function nested(writer: BinaryWriter, field: number, write: Write): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, text_: string): void {
  writer.tag(field, WireType.LengthDelimited).string(text_);
}

function bytes(writer: BinaryWriter, field: number, bytes_: Uint8Array): void {
  writer.tag(field, WireType.LengthDelimited).bytes(bytes_);
}

function int64(writer: BinaryWriter, field: number, value_: number | bigint): void {
  writer.tag(field, WireType.Varint).int64(value_);
}
