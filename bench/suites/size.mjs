/** Bytes that have to be shipped: of ours by model, of the peers their runtime and the model's file. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { modelFile, modelInputs, models } from "../models.mjs";
import { compileFile } from "../ours.mjs";

/** What a page fetches before it can run a model on one thread with SIMD: the smallest files that are published. */
const runtimes = {
  "onnxruntime-web": [
    "onnxruntime-web/dist/ort.wasm.bundle.min.mjs",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm",
  ],
  "tfjs-wasm": [
    "@tensorflow/tfjs-core/dist/tf-core.min.js",
    "@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js",
    "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
  ],
};
const targets = ["wasm", "javascript", "auto"];

const notes = [
  "Code is everything but weights: of ours the module and, for WebAssembly, both its variants, for `auto` those and the kernels of JavaScript behind one API; of a peer the smallest published files that run a model on one thread with SIMD. gzip at level 9.",
  "What onnxruntime-web loads besides is the model's file; TensorFlow.js takes other formats and, for these models, a converter, which is not counted.",
];

/** Report rows of all models, and the peers' runtimes. */
export async function measureSize(options) {
  const rows = [];
  for (const model of models.filter(({ name }) => name.includes(options.only))) {
    const file = modelFile(model);
    if (file === undefined) continue;
    console.error(`compiling ${model.name}`);
    const modelSize = sizeOf([readFileSync(file)]);
    rows.push({ name: model.name, modelFile: modelSize, ours: await ourSizes(file, modelInputs(model), options) });
  }
  const peers = Object.keys(runtimes).filter((name) => options.peers.includes(name));
  const packages = new URL("../node_modules/", import.meta.url);
  const read = (path) => readFileSync(fileURLToPath(new URL(path, packages)));
  const runtimeSizes = peers.map((name) => [name, sizeOf(runtimes[name].map(read))]);
  return { suite: "size", kind: "sizes", contenders: peers, notes, rows, runtimes: Object.fromEntries(runtimeSizes) };
}

async function ourSizes(file, inputs, { compiler, compileOptions }) {
  const sizes = {};
  for (const target of targets) {
    const { files } = await compileFile(file, inputs, {
      compiler,
      options: { ...compileOptions, target, inline: false },
    });
    const shipped = files.filter(({ path }) => !path.endsWith(".d.ts"));
    const isWeights = ({ path }) => path.endsWith(".safetensors");
    sizes[target] = {
      code: sizeOf(shipped.filter((each) => !isWeights(each)).map(({ contents }) => contents)),
      weights: sizeOf(shipped.filter(isWeights).map(({ contents }) => contents)),
    };
  }
  return sizes;
}

/** Bytes as they are and compressed, each file by itself as a server does. */
function sizeOf(contents) {
  const buffers = contents.map((each) => Buffer.from(each));
  const total = (lengths) => lengths.reduce((sum, length) => sum + length, 0);
  return {
    raw: total(buffers.map(({ length }) => length)),
    gzip: total(buffers.map((buffer) => gzipSync(buffer, { level: 9 }).length)),
  };
}
