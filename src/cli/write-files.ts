/** Writes files so that each is whole or not there: into a temporary name first, then renamed. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../diagnostics/error.js";
import { reasonOf } from "./model-options.js";

export interface NamedFile {
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/** Writes all files into `folder`, which is made where it does not exist. Fails with `command/file` and leaves nothing half written. */
export async function writeFiles(folder: string, files: readonly NamedFile[]): Promise<void> {
  const temporary = (file: NamedFile): string => join(folder, `.${file.path}.${process.pid}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    for (const file of files) await writeFile(temporary(file), file.contents);
    for (const file of files) await rename(temporary(file), join(folder, file.path));
  } catch (error) {
    await Promise.all(files.map((file) => rm(temporary(file), { force: true })));
    fail("command/file", {
      at: folder,
      found: reasonOf(error),
      remedy: "choose another folder with --output, or make room",
    });
  }
}
