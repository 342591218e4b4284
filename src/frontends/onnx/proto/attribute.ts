/**
 * AttributeProto → attribute. `type` says which field holds the value; a file that fills another one is refused, because reading
 * the default of the first would be a silent mistake. Numbers and texts may be absent: some writers leave zeros out.
 */
import type { SourceLocation } from "../../../diagnostics/location.js";
import { decodeText } from "./decode-message.js";
import type { AttributeProto, GraphProto, TypeProto } from "./messages.js";
import type { OnnxAttribute, OnnxGraph, OnnxType } from "./model.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";
import { buildTensor } from "./tensor.js";
import { buildType } from "./type.js";

/** Where an attribute stands, and how to read what only its surroundings know. */
export interface AttributeContext {
  readonly reading: Reading;
  readonly at: SourceLocation | string;
  /** Attributes of the calling node may be referred to in the body of a function only. */
  readonly insideFunction: boolean;
  /** Reads a nested graph, which may use the values around it. */
  readonly nested: (graph: GraphProto, attributeName: string) => OnnxGraph;
}

/** How an attribute of one type is read. */
interface Form {
  readonly field: keyof AttributeProto;
  /** Messages must be there; numbers, texts and lists that are not are zero or empty. */
  readonly required?: true;
  /** Undefined where a problem was recorded. */
  readonly read: (proto: AttributeProto, context: AttributeContext) => OnnxAttribute | undefined;
}

/** By AttributeProto.AttributeType. */
const forms: Readonly<Record<number, Form | undefined>> = {
  1: { field: "f", read: ({ f }) => ({ type: "float", value: f ?? 0 }) },
  2: { field: "i", read: ({ i }) => ({ type: "int", value: i ?? 0n }) },
  3: { field: "s", read: ({ s }) => ({ type: "string", value: s === undefined ? "" : decodeText(s) }) },
  4: { field: "t", required: true, read: readTensor },
  5: {
    field: "g",
    required: true,
    read: ({ g, name = "" }, { nested }) => g && { type: "graph", value: nested(g, name) },
  },
  6: { field: "floats", read: ({ floats }) => ({ type: "floats", value: floats?.values() ?? new Float32Array(0) }) },
  7: { field: "ints", read: ({ ints }) => ({ type: "ints", value: ints?.values() ?? new BigInt64Array(0) }) },
  8: { field: "strings", read: ({ strings = [] }) => ({ type: "strings", value: strings.map(decodeText) }) },
  9: { field: "tensors", read: readTensors },
  10: {
    field: "graphs",
    read: ({ graphs = [], name = "" }, { nested }) => ({ type: "graphs", value: graphs.map((g) => nested(g, name)) }),
  },
  11: { field: "sparseTensor", read: refuseSparse },
  12: { field: "sparseTensors", read: refuseSparse },
  13: { field: "tp", required: true, read: (proto, context) => ({ type: "type", value: typeOf(proto.tp, context) }) },
  14: {
    field: "typeProtos",
    read: ({ typeProtos = [] }, context) => ({ type: "types", value: typeProtos.map((type) => typeOf(type, context)) }),
  },
};

const valueFields = Object.values(forms).flatMap((form) => (form === undefined ? [] : [form.field]));

const none: ReadonlyMap<string, OnnxAttribute> = new Map();

/** Attributes by name; those that cannot be read are left out with a problem recorded. */
export function buildAttributes(
  protos: readonly AttributeProto[] | undefined,
  context: AttributeContext,
): ReadonlyMap<string, OnnxAttribute> {
  if (protos === undefined) return none;
  const attributes = new Map<string, OnnxAttribute>();
  for (const proto of protos) {
    const name = proto.name ?? "";
    if (name === "" || attributes.has(name)) refuse(proto, context, "a name of its own", quoted(name));
    const attribute = buildAttribute(proto, context);
    if (attribute !== undefined) attributes.set(name, attribute);
  }
  return attributes;
}

function buildAttribute(proto: AttributeProto, context: AttributeContext): OnnxAttribute | undefined {
  if (proto.refAttrName !== undefined && proto.refAttrName !== "") return reference(proto, proto.refAttrName, context);
  const form = forms[proto.type ?? 0];
  if (form === undefined) return refuse(proto, context, "a type from 1 to 14", `${proto.type ?? "none"}`);
  const other = valueFields.find((field) => field !== form.field && proto[field] !== undefined);
  if (other !== undefined) return refuse(proto, context, `a value in ${form.field}`, `one in ${other}`);
  if (form.required && proto[form.field] === undefined)
    return refuse(proto, context, `a value in ${form.field}`, "none");
  return form.read(proto, context);
}

function reference(proto: AttributeProto, value: string, context: AttributeContext): OnnxAttribute | undefined {
  if (context.insideFunction) return { type: "reference", value };
  return refuse(proto, context, "a value outside functions", `a reference to ${quoted(value)}`);
}

function readTensor({ t }: AttributeProto, { at, reading }: AttributeContext): OnnxAttribute | undefined {
  const value = t && buildTensor(t, at, reading);
  return value && { type: "tensor", value };
}

function readTensors({ tensors = [] }: AttributeProto, { at, reading }: AttributeContext): OnnxAttribute {
  return { type: "tensors", value: tensors.flatMap((tensor) => buildTensor(tensor, at, reading) ?? []) };
}

function typeOf(type: TypeProto | undefined, { reading }: AttributeContext): OnnxType {
  return buildType(type, `${reading.source}, an attribute`, reading);
}

function refuseSparse({ name = "" }: AttributeProto, { at, reading }: AttributeContext): undefined {
  reading.problems.add("import/sparse-tensor", { at, found: `attribute ${quoted(name)}` });
}

function refuse(proto: AttributeProto, context: AttributeContext, expected: string, found: string): undefined {
  const title = `attribute ${quoted(proto.name ?? "")} does not say what it holds`;
  context.reading.problems.add("import/attribute", { at: context.at, title, expected, found });
  return undefined;
}
