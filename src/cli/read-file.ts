/** Reading files, with the user's errors instead of the system's. */
import { readFile, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { fail, UnstrideError } from "../diagnostics/error.js";

/** The bytes of a file. Fails with `command/file`. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    return fail("command/file", { at: path, found: reasonOf(error) });
  }
}

/** The bytes of a file in the folder of `path`; links that lead out of it are refused. Fails with `command/file`. */
export async function readBeside(path: string, location: string): Promise<Uint8Array> {
  const folder = await realPath(dirname(path));
  const file = await realPath(join(folder, location));
  if (file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return readBytes(file);
  const [expected, found] = ["a file inside the model's folder", "a link that leads out of it"];
  return fail("command/file", { at: location, expected, found });
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    return fail("command/file", { at: path, found: reasonOf(error) });
  }
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
