/** GraphProto → graph: the model's own, or one nested in an attribute of a node (a branch of If, a body of Loop or Scan). */
import type { GraphProto, TensorProto, ValueInfoProto } from "./messages.js";
import type { OnnxGraph, OnnxNode, OnnxTensor, OnnxValueInfo } from "./model.js";
import { declared, definersOfGraph, isDefined, type Scope } from "./names.js";
import { buildNodes, capturesOf, locateIn, type Surroundings } from "./nodes.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";
import { buildTensor, placeOfTensor } from "./tensor.js";
import { buildValueInfo } from "./type.js";

/** The graph of the model, whose outputs are named once each. */
export function buildMainGraph(proto: GraphProto, surroundings: Surroundings): OnnxGraph {
  const { reading } = surroundings;
  declared(proto.output ?? [], "output", reading);
  if (proto.output === undefined)
    reading.problems.add("import/missing", { at: reading.source, expected: "at least one output of the graph" });
  return buildGraph(proto, undefined, surroundings);
}

/** A graph within the values of `outer`. What is wrong is recorded; what could be read is returned. */
export function buildGraph(proto: GraphProto, outer: Scope | undefined, surroundings: Surroundings): OnnxGraph {
  const { reading } = surroundings;
  const definers = definersOfGraph(proto, locateIn(reading.source), reading);
  const scope = { definers, outer };
  for (const sparse of proto.sparseInitializer ?? [])
    reading.problems.add("import/sparse-tensor", { at: placeOfTensor(sparse.values ?? {}, reading.source) });
  const initializers = tensorsByName(proto.initializer ?? [], reading);
  const nodes = buildNodes(proto.node ?? [], scope, surroundings, buildGraph);
  const outputs = (proto.output ?? []).map((output) => buildOutput(output, scope, reading));
  return {
    name: proto.name ?? "",
    inputs: fedInputs(proto).map((input) => buildValueInfo(input, reading)),
    outputs,
    initializers,
    values: new Map((proto.valueInfo ?? []).map((value) => [value.name ?? "", buildValueInfo(value, reading)])),
    nodes,
    captures: outer === undefined ? [] : capturesOfGraph(nodes, outputs, definers),
  };
}

function tensorsByName(protos: readonly TensorProto[], reading: Reading): ReadonlyMap<string, OnnxTensor> {
  const tensors = protos.flatMap((proto) => buildTensor(proto, placeOfTensor(proto, reading.source), reading) ?? []);
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

function fedInputs(proto: GraphProto): readonly ValueInfoProto[] {
  const initialized = new Set((proto.initializer ?? []).map((tensor) => tensor.name ?? ""));
  return (proto.input ?? []).filter((input) => !initialized.has(input.name ?? ""));
}

function buildOutput(proto: ValueInfoProto, scope: Scope, reading: Reading): OnnxValueInfo {
  const { name = "" } = proto;
  if (!isDefined(scope, name)) {
    const at = `${reading.source}, output ${quoted(name)}`;
    reading.problems.add("import/undefined-value", { at, found: quoted(name) });
  }
  return buildValueInfo(proto, reading);
}

function capturesOfGraph(
  nodes: readonly OnnxNode[],
  outputs: readonly OnnxValueInfo[],
  definers: ReadonlyMap<string, number>,
): readonly string[] {
  const used = nodes.flatMap((node) => [...node.inputs, ...capturesOf(node)]);
  const names = new Set([...used, ...outputs.map((output) => output.name)]);
  return [...names].filter((name) => name !== "" && !definers.has(name));
}
