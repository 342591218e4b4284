/**
 * Finds and checks the weights file of a module. Its layout is fixed when the module is made, so nothing of the file's
 * header is trusted or parsed: size and digest say whether it is the right file, and the data is used where it lies.
 */
import { checkFile, type FileFacts, type FoundFile } from "./check-file.js";
import { refuse } from "./refuse.js";

/** Bytes, something that gives them (a Response, a Blob), or where they are; a relative URL counts from the module. */
export type FileSource =
  | ArrayBufferLike
  | ArrayBufferView
  | { arrayBuffer(): Promise<ArrayBufferLike>; readonly ok?: boolean; readonly status?: number }
  | { readonly href: string }
  | string;

interface FileSystem {
  readFile(path: URL): Promise<Uint8Array>;
}

/** The data part of the weights file. Throws an Error with code `weights/unreadable` or `weights/mismatch`. */
export async function openWeights(
  facts: FileFacts,
  base: string,
  source: () => FileSource | Promise<FileSource>,
): Promise<Uint8Array> {
  return checkFile(facts, await readSource(facts.file, base, source, "weights"), "weights");
}

/** What `source` gives; where that fails, an error with code `<option>/unreadable` that names `file`. */
export async function readSource(
  file: string,
  base: string,
  source: () => FileSource | Promise<FileSource>,
  option: string,
): Promise<FoundFile> {
  let place = `the ${option} given to load()`;
  try {
    const found = await source();
    if (typeof found !== "string" && !("href" in found)) return { place, bytes: await bytesOf(found) };
    const url = new URL(typeof found === "string" ? found : found.href, base);
    place = url.href;
    return { place, bytes: await fetchBytes(url) };
  } catch (cause) {
    refuseUnreadable(file, place, option, cause);
  }
}

/** Throws an error with code `<option>/unreadable`. */
export function refuseUnreadable(file: string, place: string, option: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `cannot read ${file} (${place}): ${reason}. Give its bytes as load({ ${option} })`;
  refuse(Error, `${option}/unreadable`, message, cause);
}

/** In Node files are read without `fetch`, which refuses file: there, and without an import. */
async function fetchBytes(url: URL): Promise<Uint8Array> {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): FileSystem | undefined } };
  const files = url.protocol === "file:" ? process?.getBuiltinModule?.("node:fs/promises") : undefined;
  return bytesOf(await (files ? files.readFile(url) : fetch(url)));
}

async function bytesOf(source: Exclude<FileSource, { readonly href: string } | string>): Promise<Uint8Array> {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (!("arrayBuffer" in source)) return new Uint8Array(source);
  if (source.ok === false) throw new Error(`HTTP status ${source.status}`);
  return new Uint8Array(await source.arrayBuffer());
}
