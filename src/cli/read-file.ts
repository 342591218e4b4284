/** Reading files, with the user's errors instead of the system's. */
import { readFile, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { fail, UnstrideError } from "../diagnostics/error.js";

/** The bytes of a file. Fails with `command/file`. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return plainBytes(await readFile(path));
  } catch (error) {
    return fail("command/file", { at: path, found: reasonOf(error) });
  }
}

/**
 * The bytes of a file in the folder of `path`; links that lead out of it are refused. Rejects with an error that says what is wrong:
 * front ends, who know what the file is for, say where.
 */
export async function readBeside(path: string, location: string): Promise<Uint8Array> {
  try {
    const folder = await realpath(dirname(path));
    const file = await realpath(join(folder, location));
    if (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      throw new Error("a link that leads out of the folder");
    return plainBytes(await readFile(file));
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** Without what a subclass (Node's Buffer) does differently. */
function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EISDIR: "a folder",
  ENOTDIR: "a file where a folder should be",
  EEXIST: "a file where a folder should be",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "a file system that cannot be written",
  ENOSPC: "no room on the device",
  ENAMETOOLONG: "a name that is too long",
};

/** What a system's error means, in words; errors of ours pass through. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnstrideError) throw error;
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? error.message) : error.message;
}
