/**
 * A TensorFlow.js model.json and the files of weights it names → what both of its forms, layers model and graph model, have in
 * common: a topology, and tensors by name. Time and memory stay within a small multiple of the files' sizes.
 */
import { fail } from "../../diagnostics/error.js";
import { quoted } from "../../diagnostics/quoted.js";
import type { Tensor } from "../../ir/types/tensor.js";
import type { FilesBeside } from "../reading/inside-folder.js";
import { asObject, isAbsent, member, parseJson, type JsonAt } from "./json.js";
import { loadWeights } from "./weights/load-weights.js";
import { readManifest } from "./weights/manifest.js";

export interface ReadTfjsOptions {
  /** The file's own name, without its folder; errors begin with it. */
  readonly source: string;
  /** Gives the bytes of a file beside model.json: `path` is relative, with forward slashes and without `..`. Absent where there are none. */
  readonly external?: FilesBeside;
}

export type TfjsFormat = "layers-model" | "graph-model";

export interface TfjsModel {
  readonly source: string;
  readonly format: TfjsFormat;
  /** The whole file; `member(document, "signature")` and so on. */
  readonly document: JsonAt;
  /** `modelTopology`, an object. */
  readonly topology: JsonAt;
  /** By their names in the manifest: f32, i32 or bool, quantised ones as they are meant. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Weights that no tensor can hold, by name, with TensorFlow.js' name of their element type: `string`, `complex64`. */
  readonly unreadWeights: ReadonlyMap<string, string>;
}

/** Rejects with an `UnstrideError` (codes `import/…`), and with nothing else. */
export async function readTfjsModel(bytes: Uint8Array, options: ReadTfjsOptions): Promise<TfjsModel> {
  const { source, external } = options;
  const document = parseJson(bytes, source);
  const topology = member(document, "modelTopology");
  if (isAbsent(topology)) fail("import/missing", { at: source, expected: "modelTopology", remedy: noModel });
  asObject(topology);
  const format = formatOf(document, topology);
  const groups = readManifest(member(document, "weightsManifest"));
  const weights = await loadWeights(groups, external);
  const unread = groups.flatMap(({ entries }) => entries.filter(({ name }) => !weights.has(name)));
  const unreadWeights = new Map(unread.map(({ name, dtype }) => [name, dtype]));
  return { source, format, document, topology, weights, unreadWeights };
}

const noModel = "give the model.json that tf.loadLayersModel or tf.loadGraphModel reads";

/** As the file says; older files do not, and a graph model has nodes. */
function formatOf(document: JsonAt, topology: JsonAt): TfjsFormat {
  const { value } = member(document, "format");
  if (value === "layers-model" || value === "graph-model") return value;
  const isOld = value === undefined || value === null;
  if (isOld) return member(topology, "node").value === undefined ? "layers-model" : "graph-model";
  const expected = "layers-model or graph-model";
  const found = typeof value === "string" ? quoted(value) : typeof value;
  return fail("import/version", { at: `${document.at}, format`, expected, found, remedy: noModel });
}

/** Whether bytes begin a JSON object: no ONNX file does so, `{` is no tag of its format. */
export function isTfjsFile(bytes: Uint8Array): boolean {
  return /^\uFEFF?\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 4096)));
}
