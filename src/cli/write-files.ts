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
  const made: string[] = [];
  let temporary: string | undefined;
  try {
    await makeFolders(folder, made);
    for (const { path } of files) await refuseFolder(join(folder, path));
    temporary = await mkdtemp(join(folder, ".unstride-"));
    for (const { path, contents } of files) await writeFile(join(temporary, path), contents);
    for (const { path } of files.toReversed()) await rename(join(temporary, path), join(folder, path));
    await rm(temporary, { recursive: true });
  } catch (error) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    await removeFolders(made);
    const remedy = "choose another folder with --output, or make room";
    fail("command/file", { at: folder, found: reasonOf(error), remedy });
  }
}

/**
 * Makes `folder` and those it is in, one at a time from the nearest that exists: where a file system refuses with ENOENT (/proc/nope),
 * Node's recursive `mkdir` tries forever. Adds to `made` what it makes, outermost first.
 */
async function makeFolders(folder: string, made: string[]): Promise<void> {
  for (const path of await missingFolders(folder)) {
    if (await makeFolder(path)) made.push(path);
  }
}

/** The folders of a path that do not exist, outermost first. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let at = folder; !(await isFolder(at)); at = dirname(at)) {
    if (missing[0] === at) break;
    missing.unshift(at);
  }
  return missing;
}

/** Fails where `path` is there and no folder, or cannot be looked at. */
async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false;
    throw error;
  }
  throw Object.assign(new Error("a file where a folder should be"), { code: "ENOTDIR" });
}

/** Whether it was made here; another process may have made it in the meantime. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST") && (await isFolder(path))) return false;
    throw error;
  }
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** A file cannot take the place of a folder; this is found out before anything is moved. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true)
    fail("command/file", { at: path, expected: "a file or nothing", found: "a folder" });
}

/** Folders that were made, outermost first; those that something else is in by now stay. */
async function removeFolders(made: readonly string[]): Promise<void> {
  for (const path of made.toReversed()) await rmdir(path).catch(() => undefined);
}
