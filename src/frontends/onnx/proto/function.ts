/** FunctionProto → function: an operator that the model defines itself, to be put in place of its calls. */
import { buildAttributes } from "./attribute.js";
import { buildGraph } from "./graph.js";
import type { FunctionProto } from "./messages.js";
import type { OnnxFunction } from "./model.js";
import { definersOfFunction, isDefined } from "./names.js";
import { buildNodes, canonicalDomain, locateIn, type Surroundings } from "./nodes.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";
import { checkOpsets, readOpsets } from "./versions.js";

/** All functions; two of the same domain, name and overload are a problem. */
export function buildFunctions(protos: readonly FunctionProto[], reading: Reading): readonly OnnxFunction[] {
  const seen = new Set<string>();
  return protos.map((proto) => {
    const { name = "", overload = "" } = proto;
    const source = `${reading.source}, function ${quoted(name)}`;
    const key = JSON.stringify([canonicalDomain(proto.domain), name, overload]);
    if (name === "") reading.problems.add("import/empty-name", { at: source });
    if (seen.has(key)) reading.problems.add("import/duplicate-value", { at: source, found: "a second function" });
    seen.add(key);
    return buildFunction(proto, { ...reading, source });
  });
}

function buildFunction(proto: FunctionProto, reading: Reading): OnnxFunction {
  const { source } = reading;
  const opsets = readOpsets(proto.opsetImport, source, reading);
  const surroundings: Surroundings = { reading, insideFunction: true, usedDomains: new Set() };
  const scope = { definers: definersOfFunction(proto, locateIn(source), reading), outer: undefined };
  const nodes = buildNodes(proto.node ?? [], scope, surroundings, buildGraph);
  checkOpsets(surroundings.usedDomains, opsets, source, reading);
  for (const name of proto.output ?? [])
    if (!isDefined(scope, name)) reading.problems.add("import/undefined-value", { at: source, found: quoted(name) });
  return {
    domain: canonicalDomain(proto.domain),
    name: proto.name ?? "",
    overload: proto.overload ?? "",
    opsets,
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    attributes: proto.attribute ?? [],
    defaults: buildAttributes(proto.attributeProto, {
      reading,
      at: source,
      insideFunction: true,
      nested: (graph) => buildGraph(graph, undefined, surroundings),
    }),
    nodes,
  };
}
