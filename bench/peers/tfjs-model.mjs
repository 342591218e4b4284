/** Models in TensorFlow.js' own formats, from local files, through its public API: graph models and layers models. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Loads `model.json` on the active back end, on which its weights then live. `run` goes from the caller's arrays to arrays with the
 * results, as ours does.
 */
export async function openTfjsModel(tf, file, inputs) {
  const model = await loadModel(tf, file);
  const named = namesOf(model, inputs);
  const run = () => {
    const tensors = Object.entries(inputs).map(([port, { data, shape, type = "float32" }]) => [
      named[port],
      tf.tensor(data, shape, type),
    ]);
    const results = [model.predict(fed(tensors))].flat();
    const values = results.map((result) => result.dataSync());
    tf.dispose([tensors.map(([, each]) => each), results]);
    return values;
  };
  return { run: () => void run(), outputs: () => Object.fromEntries(run().entries()), release: () => model.dispose() };
}

async function loadModel(tf, file) {
  const json = JSON.parse(readFileSync(file, "utf8"));
  const source = { load: () => tf.io.getModelArtifactsForJSON(json, (manifest) => weights(tf, manifest, file)) };
  if (json.modelTopology.model_config === undefined) {
    const { loadGraphModel } = await import("@tensorflow/tfjs-converter");
    return loadGraphModel(source);
  }
  const { loadLayersModel } = await import("@tensorflow/tfjs-layers");
  return loadLayersModel(source);
}

/** Specifications of all weights, and their bytes one after the other. */
function weights(tf, manifest, file) {
  const shards = manifest.flatMap(({ paths }) => paths.map((path) => readFileSync(join(dirname(file), path))));
  const buffers = shards.map((bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return [tf.io.getWeightSpecs(manifest), tf.io.concatenateArrayBuffers(buffers)];
}

/** Its names of the inputs, which may end in the number of a node's result, by ours. */
function namesOf(model, inputs) {
  const known = model.inputs.map(({ name }) => name);
  const ports = Object.keys(inputs);
  return Object.fromEntries(ports.map((port, at) => [port, known.includes(port) ? port : known[at]]));
}

/** A layers model takes one tensor as it is; graph models take them by name. */
function fed(tensors) {
  return tensors.length === 1 ? tensors[0][1] : Object.fromEntries(tensors);
}
