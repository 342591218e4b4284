/**
 * The nodes of a graph or of a function's body: read, checked against the names there are, and put in an order in which they can run.
 * A node needs the values it takes and those its nested graphs take from around them.
 */
import type { SourceLocation } from "../../../diagnostics/location.js";
import { buildAttributes } from "./attribute.js";
import type { GraphProto, NodeProto } from "./messages.js";
import type { OnnxGraph, OnnxNode } from "./model.js";
import { isDefined, type LocateNode, type Scope } from "./names.js";
import { orderNodes } from "./order-nodes.js";
import { quoted, shortened } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";

/** The surroundings of a list of nodes. */
export interface Surroundings {
  readonly reading: Reading;
  readonly insideFunction: boolean;
  /** Domains that nodes come from; every node adds its own. */
  readonly usedDomains: Set<string>;
}

/** Reads a graph that is the attribute of a node, within the values around it. */
export type BuildNested = (proto: GraphProto, scope: Scope, surroundings: Surroundings) => OnnxGraph;

/** Locations of nodes in a list: `source` is the file, with the function or nested graph where it is one. */
export function locateIn(source: string): LocateNode {
  return ({ name = "", opType = "" }, index) => ({
    kind: "model",
    source,
    name: shortened(name),
    operator: shortened(opType),
    index,
  });
}

/** The nodes in an order in which they can run; what is wrong with them is recorded. */
export function buildNodes(
  protos: readonly NodeProto[],
  scope: Scope,
  surroundings: Surroundings,
  buildNested: BuildNested,
): readonly OnnxNode[] {
  const locate = locateIn(surroundings.reading.source);
  const nodes = protos.map((proto, index) => buildNode(proto, locate(proto, index), scope, surroundings, buildNested));
  for (const node of nodes) checkInputs(node, scope, surroundings.reading);
  return ordered(nodes, scope, surroundings.reading);
}

function buildNode(
  proto: NodeProto,
  location: SourceLocation,
  scope: Scope,
  surroundings: Surroundings,
  buildNested: BuildNested,
): OnnxNode {
  const { reading, insideFunction, usedDomains } = surroundings;
  const { name = "", opType: operator = "", overload = "", input: inputs = [], output: outputs = [] } = proto;
  const domain = canonicalDomain(proto.domain);
  usedDomains.add(domain);
  if (operator === "") reading.problems.add("import/missing", { at: location, expected: "op_type, the operator" });
  const nested = (graph: GraphProto, attributeName: string): OnnxGraph => {
    const source = `${reading.source}, graph ${quoted(attributeName)} of ${quoted(name)}`;
    return buildNested(graph, scope, { ...surroundings, reading: { ...reading, source } });
  };
  const attributes = buildAttributes(proto.attribute, { reading, at: location, insideFunction, nested });
  return { name, operator, domain, overload, inputs, outputs, attributes, location };
}

/** `ai.onnx` is another name for ONNX's own domain. */
export function canonicalDomain(domain: string | undefined): string {
  return domain === undefined || domain === "ai.onnx" ? "" : domain;
}

function checkInputs(node: OnnxNode, scope: Scope, { problems }: Reading): void {
  for (const name of node.inputs) {
    if (name === "" || isDefined(scope, name)) continue;
    problems.add("import/undefined-value", { at: node.location, found: quoted(name) });
  }
}

/** Values that the graphs in a node's attributes take from around them. */
export function capturesOf(node: OnnxNode): readonly string[] {
  return [...node.attributes.values()].flatMap((attribute) => {
    if (attribute.type === "graph") return attribute.value.captures;
    return attribute.type === "graphs" ? attribute.value.flatMap((graph) => graph.captures) : [];
  });
}

function ordered(nodes: readonly OnnxNode[], scope: Scope, { problems }: Reading): readonly OnnxNode[] {
  const needs = nodes.map((node) => {
    const definers = [...node.inputs, ...capturesOf(node)].map((name) => scope.definers.get(name) ?? -1);
    return definers.filter((definer) => definer >= 0);
  });
  const result = orderNodes(needs);
  if ("order" in result) return result.order.flatMap((index) => nodes[index] ?? []);
  const cycle = result.cycle.flatMap((index) => nodes[index] ?? []);
  const first = cycle[0];
  if (first !== undefined) problems.add("import/cycle", { at: first.location, found: describeCycle(cycle) });
  return nodes;
}

function describeCycle(cycle: readonly OnnxNode[]): string {
  const names = cycle.slice(0, 8).map(({ name, operator }) => (name === "" ? shortened(operator) : quoted(name)));
  const end = cycle.length > names.length ? `… (${cycle.length} nodes)` : (names[0] ?? "");
  return `${names.join(" needs ")} needs ${end}`;
}
