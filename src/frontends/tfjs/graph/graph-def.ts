/**
 * A graph model's topology as plain data: TensorFlow's GraphDef as its JSON says it, with names resolved to places. Nodes are in no
 * order; what a node needs is found from the outputs, and cycles then. Lookups by the model's own strings are Maps.
 * Source: tensorflow/core/framework/graph.proto, function.proto.
 */
import type { SourceLocation } from "../../../diagnostics/location.js";
import type { JsonAt } from "../json.js";

export interface GraphDef {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly functions: ReadonlyMap<string, GraphFunction>;
}

export interface GraphNode {
  readonly name: string;
  readonly operator: string;
  /** What it is given, as the file writes it; without nodes that it merely runs after. */
  readonly inputs: readonly string[];
  /** The same, resolved. */
  readonly operands: readonly Source[];
  /** Each as the JSON of an AttrValue. */
  readonly attributes: ReadonlyMap<string, JsonAt>;
  readonly location: SourceLocation;
}

/** One result of a node: the list of results it is in, where the file names it, and its number. */
export interface Source {
  readonly node: string;
  readonly list?: string;
  readonly index: number;
}

/** A function of the model's library: nodes within it see its arguments by name, and nothing of the graph around. */
export interface GraphFunction {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly results: readonly { readonly name: string; readonly from: Source }[];
  readonly nodes: ReadonlyMap<string, GraphNode>;
}

/** `^name` says only what comes before. */
export function isControl(input: string): boolean {
  return input.startsWith("^");
}

/** `name`, `name:1`, and in functions `name:list:0`. */
export function parseSource(text: string): Source {
  const parts = /^(.*?)(?::([A-Za-z_]\w*))?(?::(\d{1,9}))?$/s.exec(text);
  const [, node = text, list, index = "0"] = parts ?? [];
  if (list !== undefined && parts?.[3] === undefined) return { node: `${node}:${list}`, index: 0 };
  return { node, ...(list !== undefined && { list }), index: Number(index) };
}
