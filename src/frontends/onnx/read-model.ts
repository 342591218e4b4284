/**
 * The bytes of an ONNX file → a checked model. Two rounds: first what the file says, word by word; then, with the files of weights
 * beside it at hand, whether that makes a model. Time and memory stay within a small multiple of the file's size.
 */
import { invariant } from "../../diagnostics/error.js";
import { decodeMessage } from "./proto/decode-message.js";
import { buildFunctions } from "./proto/function.js";
import { buildMainGraph } from "./proto/graph.js";
import { loadExternalData } from "./proto/load-external-data.js";
import type { ModelProto } from "./proto/messages.js";
import type { OnnxGraph, OnnxModel, OnnxTensor } from "./proto/model.js";
import type { Surroundings } from "./proto/nodes.js";
import type { FilesBeside } from "../reading/inside-folder.js";
import { startReading, type Reading } from "./proto/reading.js";
import { modelProto, tensorProto } from "./proto/tables.js";
import { buildTensor, placeOfTensor } from "./proto/tensor.js";
import { checkOpsets, readIrVersion, readOpsets } from "./proto/versions.js";

export interface ReadOptions {
  /** The file's own name, without its folder; errors begin with it. */
  readonly source: string;
  /**
   * Gives the bytes of a file in the model's own folder. `location` is a relative path with forward slashes and without `..`,
   * checked before; what else it leads to (a symbolic link, say) is the caller's to refuse. Absent where there are no such files.
   */
  readonly external?: FilesBeside;
}

/**
 * Reads a model. The result may share memory with `bytes` and with the files of `external`: do not write to them afterwards.
 * Rejects with an `UnstrideError` of all that is wrong (codes `import/…`), and with nothing else.
 */
export async function readOnnxModel(bytes: Uint8Array, options: ReadOptions): Promise<OnnxModel> {
  const proto = decodeMessage(modelProto, plainBytes(bytes), options.source);
  const reading = startReading(options.source);
  const files = await loadExternalData(proto, options.external, reading);
  return buildModel(proto, { ...reading, files });
}

/**
 * Reads a file that holds one tensor (`.pb`, as the ONNX test suite has them). Fails like `readOnnxModel`; external data are refused.
 */
export function readOnnxTensor(bytes: Uint8Array, options: { readonly source: string }): OnnxTensor {
  const proto = decodeMessage(tensorProto, plainBytes(bytes), options.source);
  const reading = startReading(options.source);
  const tensor = buildTensor(proto, placeOfTensor(proto, options.source), reading);
  reading.problems.throwIfAny();
  invariant(tensor !== undefined, "readOnnxTensor", "neither a tensor nor a problem");
  return tensor;
}

/** Without what a subclass (Node's Buffer) does differently. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function buildModel(proto: ModelProto, reading: Reading): OnnxModel {
  const { source, problems } = reading;
  const irVersion = readIrVersion(proto, reading);
  const opsets = readOpsets(proto.opsetImport, source, reading);
  const surroundings: Surroundings = { reading, insideFunction: false, usedDomains: new Set() };
  const graph = mainGraph(proto, surroundings);
  checkOpsets(surroundings.usedDomains, opsets, source, reading);
  const functions = buildFunctions(proto.functions ?? [], reading);
  problems.throwIfAny();
  return {
    source,
    irVersion,
    producer: [proto.producerName, proto.producerVersion].filter(Boolean).join(" "),
    metadata: new Map((proto.metadataProps ?? []).map(({ key = "", value = "" }) => [key, value])),
    opsets,
    graph,
    functions,
  };
}

function mainGraph(proto: ModelProto, surroundings: Surroundings): OnnxGraph {
  const { reading } = surroundings;
  if (proto.graph !== undefined) return buildMainGraph(proto.graph, surroundings);
  reading.problems.add("import/missing", { at: reading.source, expected: "a graph" });
  return { name: "", inputs: [], outputs: [], initializers: new Map(), values: new Map(), nodes: [], captures: [] };
}
