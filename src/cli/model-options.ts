/** Options that every command which reads a model has, and the reading. */
import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { Command } from "commander";
import { fail, UnstrideError } from "../diagnostics/error.js";
import { importOnnx } from "../frontends/onnx/import-model.js";
import type { Graph } from "../ir/graph/graph.js";
import { parseGraph } from "../ir/graph/parse.js";

export interface ModelOptions {
  readonly shape: Readonly<Record<string, readonly number[]>>;
  readonly dimension: Readonly<Record<string, number>>;
}

/** A graph and what identifies its source. */
export interface ReadModel {
  readonly graph: Graph;
  readonly sourceHash: string;
  /** The file's own name without its ending. */
  readonly name: string;
}

export function withModelOptions(command: Command): Command {
  return command
    .argument("<model>", "an ONNX file, or a graph as `unstride print` writes it")
    .option("--shape <name=AxBxC>", "the shape of an input with free dimensions; repeat for more", collectShape, {})
    .option("--dimension <name=N>", "the size of a named free dimension; repeat for more", collectDimension, {});
}

/** Reads a model file and everything it points to. Fails with `command/file` and what the front end finds. */
export async function readModel(path: string, { shape, dimension }: ModelOptions): Promise<ReadModel> {
  const bytes = await readBytes(path);
  const source = basename(path);
  const name = source.replace(/\.[^.]*$/, "");
  const sourceHash = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const isText = bytes.length > 6 && new TextDecoder().decode(bytes.subarray(0, 4096)).trimStart().startsWith("graph ");
  if (isText) return { graph: parseGraph(new TextDecoder().decode(bytes), { source, locate: true }), sourceHash, name };
  const external = externalFiles(path);
  return {
    graph: await importOnnx(bytes, { source, shapes: shape, dimensions: dimension, external }),
    sourceHash,
    name,
  };
}

/** The bytes of a file, or a clear error. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    return fail("command/file", { at: path, found: reasonOf(error) });
  }
}

export function reasonOf(error: unknown): string {
  if (error instanceof UnstrideError) throw error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file";
  if (code === "EISDIR") return "a folder";
  if (code === "EACCES") return "no permission";
  return error instanceof Error ? error.message : String(error);
}

/** Reads files beside the model; links that lead out of its folder are refused. */
export function externalFiles(path: string): (location: string) => Promise<Uint8Array> {
  return async (location) => {
    const folder = await realpath(dirname(path));
    const file = await realpath(join(folder, location)).catch((error: unknown) => {
      return fail("command/file", { at: location, found: reasonOf(error) });
    });
    if (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      fail("command/file", {
        at: location,
        expected: "a file inside the model's folder",
        found: "a link that leads out of it",
      });
    }
    return readBytes(file);
  };
}

function collectShape(text: string, known: Record<string, readonly number[]>): Record<string, readonly number[]> {
  const [name, value] = namedValue("--shape", text);
  const sizes = value === "" ? [] : value.split("x").map(Number);
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    fail("command/option", { at: "--shape", expected: "a name and sizes, such as x=1x3x224x224", found: text });
  }
  return Object.assign(Object.create(null), known, { [name]: sizes });
}

function collectDimension(text: string, known: Record<string, number>): Record<string, number> {
  const [name, value] = namedValue("--dimension", text);
  const size = Number(value);
  if (value === "" || !Number.isSafeInteger(size) || size < 0) {
    fail("command/option", { at: "--dimension", expected: "a name and a size, such as batch=1", found: text });
  }
  return Object.assign(Object.create(null), known, { [name]: size });
}

/** Splits at the last `=`, so that names may contain one. */
export function namedValue(option: string, text: string): readonly [name: string, value: string] {
  const at = text.lastIndexOf("=");
  if (at < 0) fail("command/option", { at: option, expected: "name=value", found: text });
  return [text.slice(0, at), text.slice(at + 1)];
}
