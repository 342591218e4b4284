/**
 * Packages that pass for onnxruntime-web and TensorFlow.js: small enough to be read, so that what is done with the real ones can be
 * tested without them. They note what was asked of them in `globalThis.peerCalls`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { folderWith } from "./command.js";

/** A folder in which `files`, by their paths below node_modules, are installed. */
export function folderWithPackages(files: Readonly<Record<string, string>>): string {
  const folder = folderWith();
  for (const [path, contents] of Object.entries(files)) {
    const place = join(folder, "node_modules", path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, contents);
  }
  return folder;
}

/** `results` is JavaScript: a function from the feeds to arrays by name. */
export function onnxruntimeWeb(results: string): Readonly<Record<string, string>> {
  return {
    "onnxruntime-web/package.json": '{ "name": "onnxruntime-web", "version": "9.8.7", "main": "main.js" }',
    "onnxruntime-web/main.js": `
      const results = ${results};
      const note = (call) => (globalThis.peerCalls ??= []).push(call);
      class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } }
      const session = {
        run: async (feeds) => {
          note("run");
          return Object.fromEntries(Object.entries(results(feeds)).map(([name, data]) => [name, { data }]));
        },
        release: async () => note("release"),
      };
      const create = async (model, options) => (note({ bytes: model.length, options }), session);
      module.exports = { env: { wasm: {} }, Tensor, InferenceSession: { create } };`,
  };
}

/** What fake packages were asked for since the last time. */
export function takePeerCalls(): readonly unknown[] {
  const shared = globalThis as { peerCalls?: unknown[] };
  const calls = shared.peerCalls ?? [];
  shared.peerCalls = [];
  return calls;
}
