/**
 * Models and conformance cases of other people, which lie beside the project and not in it: in the folder UNSTRIDE_DATA names, else in
 * ../shared. Tests that need them skip, and say so in one line, where there is neither.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The folder, or undefined with a line that says what is skipped. */
export function sharedData(whatFor: string): string | undefined {
  const folder = process.env["UNSTRIDE_DATA"] ?? join(import.meta.dirname, "../../../shared");
  if (existsSync(join(folder, "models"))) return folder;
  console.log(`skipped: ${whatFor} (no data in UNSTRIDE_DATA or ../shared)`);
  return undefined;
}

/** Files called `name` in `folder` and below, sorted. */
export function filesBelow(folder: string, name: RegExp): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && name.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** The ONNX models people publish. */
export function publishedModels(folder: string): readonly string[] {
  return filesBelow(join(folder, "models"), /^model\.onnx$/);
}

/** The models of the ONNX backend suite. */
export function conformanceModels(folder: string): readonly string[] {
  return filesBelow(join(folder, "conformance/onnx"), /^model\.onnx$/);
}
