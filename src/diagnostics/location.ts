/**
 * Where a thing came from: a node of the user's model, a place in a text, or a step of the compiler that derived it.
 * Locations survive every rewrite; a derived one points at what it was derived from.
 */
import { escaped, quoted, shortened } from "./quoted.js";

export type SourceLocation =
  | { readonly kind: "unknown" }
  | { readonly kind: "text"; readonly source: string; readonly line: number; readonly column: number }
  | {
      readonly kind: "model";
      /** The model file's own name, without its folder. */
      readonly source: string;
      /** The node's own name in the model; may be empty. */
      readonly name: string;
      /** The operator as the model calls it, for example `ConvTranspose`. */
      readonly operator: string;
      /** Position of the node in the model's list of nodes. */
      readonly index: number;
    }
  | {
      readonly kind: "call";
      /** The name of a graph that is built in code. */
      readonly graph: string;
      /** The function that made the node, for example `conv2d`. */
      readonly tool: string;
      /** 1 for the first call of that function. */
      readonly number: number;
    }
  | { readonly kind: "derived"; readonly by: string; readonly from: SourceLocation };

export const unknownLocation: SourceLocation = { kind: "unknown" };

/** The location of what pass `by` made out of a thing at `from`; deriving twice by the same pass says it once. */
export function derivedLocation(by: string, from: SourceLocation): SourceLocation {
  return from.kind === "derived" && from.by === by ? from : { kind: "derived", by, from };
}

/** One line for people, such as `generator.onnx, node "up1/Conv" (Conv, #12), via lower-conv-transpose`. */
export function formatLocation(location: SourceLocation): string {
  switch (location.kind) {
    case "unknown":
      return "an unknown place";
    case "text":
      return `${escaped(location.source)}:${location.line}:${location.column}`;
    case "model":
      return `${escaped(location.source)}, node ${quoted(location.name)} (${operatorName(location.operator)}, #${location.index})`;
    case "call":
      return `graph ${quoted(location.graph)}, ${escaped(location.tool)} #${location.number}`;
    case "derived":
      return `${formatLocation(location.from)}, via ${location.by}`;
  }
}

/** Operators are words; one that is none is quoted. */
function operatorName(operator: string): string {
  return /^\w+$/.test(operator) ? shortened(operator) : quoted(operator);
}

/** The location before any pass touched it. */
export function originOf(location: SourceLocation): SourceLocation {
  return location.kind === "derived" ? originOf(location.from) : location;
}

/** What a node is called in a table: its own name where it has one. Any string, where the model's own names are. */
export function nodeName(location: SourceLocation): string {
  const origin = originOf(location);
  switch (origin.kind) {
    case "model":
      return origin.name === "" ? `${origin.operator} #${origin.index}` : origin.name;
    case "call":
      return `${origin.tool} #${origin.number}`;
    default:
      return formatLocation(origin);
  }
}
