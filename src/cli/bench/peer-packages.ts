/** Packages of the user's: found as his own modules find them, loaded as they are. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { fail } from "../../diagnostics/error.js";

export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  /** The file that `require` takes. */
  readonly file: string;
}

/** Finds packages as a module in `folder` would. Fails with `command/peer`, which names all that are missing. */
export function findPackages(folder: string, names: readonly string[]): readonly FoundPackage[] {
  const require = createRequire(join(resolve(folder), "package.json"));
  const found = names.map((name) => ({ name, file: resolveFrom(require, name) }));
  const missing = found.filter(({ file }) => file === undefined).map(({ name }) => name);
  if (missing.length > 0) {
    const remedy = `npm install ${missing.join(" ")}`;
    fail("command/peer", { at: "--against", expected: missing.join(" and "), found: `none in ${folder}`, remedy });
  }
  return found.map(({ name, file = "" }) => ({ name, file, version: versionOf(name, file) }));
}

function resolveFrom(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * The exports of a package, which may be a CommonJS or an ES module. Of one that has both in a folder the ES module is taken: those of
 * onnxruntime-web and onnxruntime-node share nothing, while of the CommonJS ones the first to be loaded keeps the other out.
 */
export async function loadPackage<Exports>({ file }: FoundPackage): Promise<Exports> {
  const sibling = file.replace(/\.c?js$/, ".mjs");
  const chosen = existsSync(sibling) ? sibling : file;
  const module = (await import(pathToFileURL(chosen).href)) as Exports & { readonly default?: Exports };
  return module.default ?? module;
}

/** From the nearest package.json above the file that is the package's own. */
function versionOf(name: string, file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readManifest(join(folder, "package.json"));
    if (manifest?.name === name) return manifest.version ?? "";
  }
  return "";
}

function readManifest(path: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as { readonly name?: string; readonly version?: string };
  } catch {
    return undefined;
  }
}
