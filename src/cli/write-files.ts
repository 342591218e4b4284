/** Writes files so that all are whole or none is there: into a folder beside them first, then moved to their places. */
import { mkdir, mkdtemp, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail } from "../diagnostics/error.js";
import { reasonOf } from "./read-file.js";

export interface NamedFile {
  /** A file name without folders. */
  readonly path: string;
  readonly contents: string | Uint8Array;
}

/**
 * Writes all files into `folder`, which is made where it does not exist, the first of them last: it may need the others.
 * Fails with `command/file`; then nothing is left behind, and what was there before is as it was.
 */
export async function writeFiles(folder: string, files: readonly NamedFile[]): Promise<void> {
  let made: string | undefined;
  let temporary: string | undefined;
  try {
    made = await mkdir(folder, { recursive: true });
    for (const { path } of files) await refuseFolder(join(folder, path));
    temporary = await mkdtemp(join(folder, ".unstride-"));
    for (const { path, contents } of files) await writeFile(join(temporary, path), contents);
    for (const { path } of files.toReversed()) await rename(join(temporary, path), join(folder, path));
    await rm(temporary, { recursive: true });
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    if (made !== undefined) await removeEmptyFolders(folder, made);
    const remedy = "choose another folder with --output, or make room";
    fail("command/file", { at: folder, found: reasonOf(error), remedy });
  }
}

/** A file cannot take the place of a folder; this is found out before anything is moved. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true)
    fail("command/file", { at: path, expected: "a file or nothing", found: "a folder" });
}

/** From `folder` up to `made`, which contains it. */
async function removeEmptyFolders(folder: string, made: string): Promise<void> {
  for (let at = folder; at.length >= made.length; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}
