/** Ours and onnxruntime-web as programs that are run in a process of their own: for start-up and memory. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFile, writeModule } from "../ours.mjs";

const ours = { wasm: "wasm", javascript: "javascript" };
const peers = { "onnxruntime-web": {}, "onnxruntime-web, not optimised": { optimisation: "disabled" } };

/** Contenders for `runInTurn`; `inputs` as `{ name: { shape } }`. Modules are compiled into `folder`. */
export async function processContenders(file, inputs, folder, options, runs) {
  const contenders = [];
  for (const name of Object.keys(ours).filter((each) => options.ours.includes(each))) {
    const place = join(folder, name);
    writeModule(await compileFile(file, inputs, compilation(ours[name], options)), place);
    const module = pathToFileURL(join(place, "model.js")).href;
    contenders.push({ name, program: "ours", job: { module, inputs, runs } });
  }
  for (const [name, settings] of Object.entries(peers)) {
    if (!options.peers.includes("onnxruntime-web")) continue;
    contenders.push({ name, program: "onnxruntime-web", job: { model: file, inputs, runs, ...settings } });
  }
  return contenders;
}

function compilation(target, { compiler, compileOptions }) {
  return { compiler, options: { ...compileOptions, target } };
}
