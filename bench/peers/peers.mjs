/** The peers by name; each is loaded when it is asked for. */
const loaders = {
  "onnxruntime-web": async () => (await import("./onnxruntime.mjs")).onnxruntime,
  "onnxruntime-node": async () => (await import("./onnxruntime.mjs")).onnxruntimeNode,
  "tfjs-wasm": async () => (await import("./tfjs.mjs")).tfjsWasm,
  "tfjs-cpu": async () => (await import("./tfjs.mjs")).tfjsCpu,
};

/**
 * A contender: `name`, `prepareLayer` to `{ run, output, release? }`, of some `prepareModel` to `{ run, outputs, release? }`, and where
 * something is not supported `missing`, which says what.
 */
export function peerContender(name) {
  return loaders[name]();
}
