/**
 * Finds and checks the weights file of a module. Its layout is fixed when the module is made, so nothing of the file's
 * header is trusted or parsed: size and digest say whether it is the right file, and the data is used where it lies.
 */
import { digest } from "./digest.js";
import { refuse } from "./refuse.js";

/** What the module knows of its weights file. */
export interface WeightsFacts {
  readonly file: string;
  /** Size of the file, and where in it the data begins, a multiple of 8. */
  readonly bytes: number;
  readonly start: number;
  /** XXH32 of everything from `start` on. */
  readonly digest: number;
}

/** Bytes, something that gives them (a Response, a Blob), or where they are; a relative URL counts from the module. */
export type WeightsSource =
  | ArrayBufferLike
  | ArrayBufferView
  | { arrayBuffer(): Promise<ArrayBufferLike>; readonly ok?: boolean; readonly status?: number }
  | { readonly href: string }
  | string;

interface FileSystem {
  readFile(path: URL): Promise<Uint8Array>;
}

/** The data part of the weights file, or of that of another option. Throws an Error with code `weights/unreadable` or `weights/mismatch`. */
export async function openWeights(
  facts: WeightsFacts,
  base: string,
  source: () => WeightsSource | Promise<WeightsSource>,
  option = "weights",
): Promise<Uint8Array> {
  let place = `the ${option} given to load()`;
  let bytes: Uint8Array;
  try {
    const found = await source();
    if (typeof found === "string" || "href" in found) {
      const url = new URL(typeof found === "string" ? found : found.href, base);
      place = url.href;
      bytes = await fetchBytes(url);
    } else bytes = await bytesOf(found);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    refuse(
      Error,
      `${option}/unreadable`,
      `cannot read ${facts.file} (${place}): ${reason}. Give its bytes as load({ ${option} })`,
      cause,
    );
  }
  return checkWeights(facts, place, bytes, option);
}

/** In Node files are read without `fetch`, which refuses file: there, and without an import. */
async function fetchBytes(url: URL): Promise<Uint8Array> {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): FileSystem | undefined } };
  const files = url.protocol === "file:" ? process?.getBuiltinModule?.("node:fs/promises") : undefined;
  return bytesOf(await (files ? files.readFile(url) : fetch(url)));
}

async function bytesOf(source: Exclude<WeightsSource, { readonly href: string } | string>): Promise<Uint8Array> {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (!("arrayBuffer" in source)) return new Uint8Array(source);
  if (source.ok === false) throw new Error(`HTTP status ${source.status}`);
  return new Uint8Array(await source.arrayBuffer());
}

function checkWeights(facts: WeightsFacts, place: string, bytes: Uint8Array, option: string): Uint8Array {
  const { file, start } = facts;
  if (bytes.length !== facts.bytes) {
    const kind = bytes.length < facts.bytes ? "truncated or another model's" : "another model's";
    refuse(
      Error,
      `${option}/mismatch`,
      `${place} is ${kind}: ${file} has ${facts.bytes} bytes, this has ${bytes.length}. Use the file made together with this module`,
    );
  }
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const data = aligned.subarray(start);
  const found = digest(data);
  if (found !== facts.digest) {
    const [wanted, got] = [facts.digest, found].map((each) => each.toString(16).padStart(8, "0"));
    refuse(
      Error,
      `${option}/mismatch`,
      `${place} is damaged or another model's: the data of ${file} has digest ${wanted}, this has ${got}. Use the file made together with this module`,
    );
  }
  return data;
}
