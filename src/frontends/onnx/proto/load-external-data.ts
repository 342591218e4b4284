/** Finds the tensors whose data lie in other files, checks all their locations, and only then asks for the files, each once. */
import type { FilesBeside } from "../../reading/inside-folder.js";
import { externalPiece, isExternal } from "./external-data.js";
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from "./messages.js";
import { quoted } from "../../../diagnostics/quoted.js";
import type { Reading } from "./reading.js";
import { placeOfTensor } from "./tensor.js";

/** The files by location. Throws what is wrong before a single file is asked for, and again what files are missing. */
export async function loadExternalData(
  proto: ModelProto,
  external: FilesBeside | undefined,
  reading: Reading,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const places = locationsOf(proto, reading);
  reading.problems.throwIfAny();
  const files = new Map<string, Uint8Array>();
  for (const [location, at] of places) {
    const file = await loadFile(location, at, external, reading);
    if (file !== undefined) files.set(location, file);
  }
  reading.problems.throwIfAny();
  return files;
}

/** Each location once, with the first tensor that names it. */
function locationsOf(proto: ModelProto, reading: Reading): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const tensor of tensorsOfModel(proto)) {
    if (!isExternal(tensor)) continue;
    const at = placeOfTensor(tensor, reading.source);
    const piece = externalPiece(tensor, at, reading);
    if (piece !== undefined && !places.has(piece.location)) places.set(piece.location, at);
  }
  return places;
}

async function loadFile(
  location: string,
  at: string,
  external: FilesBeside | undefined,
  { problems }: Reading,
): Promise<Uint8Array | undefined> {
  const expected = `the file ${quoted(location)} beside the model`;
  if (external === undefined) {
    problems.add("import/external-data", { at, expected, found: "the model alone, without the files beside it" });
    return undefined;
  }
  try {
    const bytes = await external(location);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    const found = quoted(error instanceof Error ? error.message : String(error));
    problems.add("import/external-data", { at, expected, found });
    return undefined;
  }
}

function* tensorsOfModel({ graph, functions = [] }: ModelProto): Iterable<TensorProto> {
  if (graph !== undefined) yield* tensorsOfGraph(graph);
  for (const { node = [], attributeProto = [] } of functions) {
    yield* tensorsOfNodes(node);
    yield* tensorsOfAttributes(attributeProto);
  }
}

function* tensorsOfGraph({ initializer = [], node = [] }: GraphProto): Iterable<TensorProto> {
  yield* initializer;
  yield* tensorsOfNodes(node);
}

function* tensorsOfNodes(nodes: readonly NodeProto[]): Iterable<TensorProto> {
  for (const { attribute = [] } of nodes) yield* tensorsOfAttributes(attribute);
}

function* tensorsOfAttributes(attributes: readonly AttributeProto[]): Iterable<TensorProto> {
  for (const { t, tensors = [], g, graphs = [] } of attributes) {
    if (t !== undefined) yield t;
    yield* tensors;
    if (g !== undefined) yield* tensorsOfGraph(g);
    for (const graph of graphs) yield* tensorsOfGraph(graph);
  }
}
