/**
 * The values of a graph by name: who defines each, and what a nested graph may take from around it.
 * A name is defined once in its graph; an initializer may give an input its value, as models before IR version 4 had to.
 * A nested graph may define a name again; its own definition then counts inside.
 */
import type { SourceLocation } from "../../../diagnostics/location.js";
import type { FunctionProto, GraphProto, NodeProto } from "./messages.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";

/** What defines a value that no node of the graph does: an input or an initializer. */
const givenFromOutside = -1;

/** The values of one graph, and those of the graphs around it. */
export interface Scope {
  /** Name → index of the node in the file that defines it, or `givenFromOutside`. */
  readonly definers: ReadonlyMap<string, number>;
  readonly outer: Scope | undefined;
}

/** Whether the name means something in this graph or around it. */
export function isDefined(scope: Scope, name: string): boolean {
  return scope.definers.has(name) || (scope.outer !== undefined && isDefined(scope.outer, name));
}

/** Where the node at this place of the file's list is, for errors. */
export type LocateNode = (node: NodeProto, index: number) => SourceLocation;

/** The values that a graph's inputs, initializers and nodes define. */
export function definersOfGraph(proto: GraphProto, locate: LocateNode, reading: Reading): ReadonlyMap<string, number> {
  const given = declared(proto.input ?? [], "input", reading);
  for (const name of declared(proto.initializer ?? [], "initializer", reading)) given.add(name);
  return withOutputs(given, proto.node ?? [], locate, reading);
}

/** The values that a function's inputs and nodes define. */
export function definersOfFunction(
  proto: FunctionProto,
  locate: LocateNode,
  reading: Reading,
): ReadonlyMap<string, number> {
  const inputs = (proto.input ?? []).map((name) => ({ name }));
  return withOutputs(declared(inputs, "input", reading), proto.node ?? [], locate, reading);
}

/** The names of things of one kind, of which no two may have the same. */
export function declared(
  things: readonly { readonly name?: string }[],
  what: string,
  { source, problems }: Reading,
): Set<string> {
  const names = new Set<string>();
  for (const { name = "" } of things) {
    const at = `${source}, ${what} ${quoted(name)}`;
    if (name === "") problems.add("import/empty-name", { at });
    if (names.has(name)) problems.add("import/duplicate-value", { at, found: `a second ${what} of this name` });
    names.add(name);
  }
  return names;
}

function withOutputs(
  given: ReadonlySet<string>,
  nodes: readonly NodeProto[],
  locate: LocateNode,
  { problems }: Reading,
): ReadonlyMap<string, number> {
  const definers = new Map(Array.from(given, (name) => [name, givenFromOutside]));
  nodes.forEach((node, index) => {
    for (const name of node.output ?? []) {
      if (name === "") continue;
      const found = `a second definition of ${quoted(name)}`;
      if (definers.has(name)) problems.add("import/duplicate-value", { at: locate(node, index), found });
      else definers.set(name, index);
    }
  });
  return definers;
}
