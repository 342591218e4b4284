/** The JSON of a GraphDef → checked nodes and functions. What attributes say is read when an operator asks for it. */
import { fail } from "../../../diagnostics/error.js";
import type { SourceLocation } from "../../../diagnostics/location.js";
import { quoted, shortened } from "../../../diagnostics/quoted.js";
import { asObject, asString, elements, isAbsent, member, type JsonAt } from "../json.js";
import { isControl, parseSource, type GraphDef, type GraphFunction, type GraphNode } from "./graph-def.js";

/** Fails with `import/malformed`, `import/missing`, `import/duplicate-value`. */
export function readGraphDef(topology: JsonAt, source: string): GraphDef {
  const library = member(topology, "library");
  const functions = isAbsent(library) ? [] : list(member(library, "function"));
  return {
    nodes: readNodes(member(topology, "node"), source),
    functions: byName(
      functions.map((each) => readFunction(each, source)),
      source,
    ),
  };
}

function list(given: JsonAt): readonly JsonAt[] {
  return isAbsent(given) ? [] : elements(given);
}

function readNodes(given: JsonAt, source: string): ReadonlyMap<string, GraphNode> {
  return byName(
    elements(given).map((node, index) => readNode(node, source, index)),
    source,
  );
}

function byName<T extends { readonly name: string }>(all: readonly T[], source: string): ReadonlyMap<string, T> {
  const named = new Map<string, T>();
  for (const each of all) {
    if (named.has(each.name)) fail("import/duplicate-value", { at: source, found: `${quoted(each.name)} again` });
    named.set(each.name, each);
  }
  return named;
}

function readNode(given: JsonAt, source: string, index: number): GraphNode {
  const name = asString(member(given, "name"));
  const operator = asString(member(given, "op"));
  const location: SourceLocation = {
    kind: "model",
    source,
    name: shortened(name),
    operator: shortened(operator),
    index,
  };
  if (name === "" || operator === "")
    fail("import/missing", { at: given.at, expected: "a node with a name and an op" });
  const inputs = list(member(given, "input"))
    .map(asString)
    .filter((input) => !isControl(input));
  return { name, operator, inputs, operands: inputs.map(parseSource), attributes: readAttributes(given), location };
}

function readAttributes(node: JsonAt): ReadonlyMap<string, JsonAt> {
  const given = member(node, "attr");
  if (isAbsent(given)) return new Map();
  return new Map(Object.keys(asObject(given)).map((name) => [name, member(given, name)]));
}

function readFunction(given: JsonAt, source: string): GraphFunction {
  const signature = member(given, "signature");
  const name = asString(member(signature, "name"));
  const results = member(given, "ret");
  return {
    name,
    arguments: list(member(signature, "inputArg")).map((each) => asString(member(each, "name"))),
    results: list(member(signature, "outputArg")).map((each) => readResult(asString(member(each, "name")), results)),
    nodes: readNodes(nodesOf(given), `${source}, function ${quoted(name)}`),
  };
}

/** `ret` says which node gives each result. */
function readResult(name: string, results: JsonAt): GraphFunction["results"][number] {
  return { name, from: parseSource(asString(member(results, name))) };
}

function nodesOf(given: JsonAt): JsonAt {
  const nodes = member(given, "nodeDef");
  return isAbsent(nodes) ? { value: [], at: nodes.at } : nodes;
}
