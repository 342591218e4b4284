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

/** What a generated module's `load` gives. */
export interface LoadedModel {
  run(inputs: Arrays): Arrays;
  runInto(inputs: Arrays, outputs: Arrays): void;
}

interface GeneratedModule {
  load(): Promise<LoadedModel>;
}

/** Loads a compiled module; what it needs is in memory when this returns. */
export async function loadModule({ files }: Pick<Compiled, "files">): Promise<LoadedModel> {
  const folder = await mkdtemp(join(tmpdir(), "unstride-"));
  try {
    const manifest = { path: "package.json", contents: '{ "type": "module" }\n' };
    await writeFiles(folder, [...files, manifest]);
    const main = files.find(({ path }) => path.endsWith(".js"))?.path ?? "";
    const module = (await import(pathToFileURL(join(folder, main)).href)) as GeneratedModule;
    return await module.load();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
