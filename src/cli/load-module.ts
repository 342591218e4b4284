/** Runs an emitted module in this process: its files go to a temporary folder for as long as it takes to load. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Compiled } from "../compile.js";
import type { TypedArray } from "../ir/types/element-type.js";
import { writeFiles } from "./write-files.js";

/** Arrays by the model's own names. */
export type Arrays = Readonly<Record<string, TypedArray>>;

/** What a kernel took for a node: milliseconds of so many calls. */
export interface ProfileRow {
  readonly node: string;
  readonly kernel: string;
  readonly calls: number;
  readonly ms: number;
}

/** What a generated module's `load` gives. */
export interface LoadedModel {
  readonly target: string;
  run(inputs: Arrays): Arrays;
  runInto(inputs: Arrays, outputs: Arrays): void;
  /** Of modules that are compiled to be measured. */
  profile?(): readonly ProfileRow[];
}

/** What a model computes with; modules of one target alone know no choice. */
export type RunTarget = "javascript" | "wasm" | "wasm-relaxed";

interface GeneratedModule {
  load(options: { readonly target?: RunTarget }): Promise<LoadedModel>;
}

/** Loads a compiled module; what it needs is in memory when this returns. */
export async function loadModule({ files }: Pick<Compiled, "files">, target?: RunTarget): Promise<LoadedModel> {
  const folder = await mkdtemp(join(tmpdir(), "unstride-"));
  try {
    const manifest = { path: "package.json", contents: '{ "type": "module" }\n' };
    await writeFiles(folder, [...files, manifest]);
    const main = files.find(({ path }) => path.endsWith(".js"))?.path ?? "";
    const module = (await import(pathToFileURL(join(folder, main)).href)) as GeneratedModule;
    return await module.load(target === undefined ? {} : { target });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
