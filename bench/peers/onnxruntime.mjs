/** onnxruntime on one thread, through the public API: on its WebAssembly back end, and native. */
import { outputShape } from "../layers.mjs";
import { channelsFirst, onnxLayerModel } from "./onnx-layer.mjs";
import { permute } from "./permute.mjs";

export const onnxruntime = contender("onnxruntime-web", async () => {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  return { ort, options: { executionProviders: ["wasm"] } };
});

export const onnxruntimeNode = contender("onnxruntime-node", async () => {
  const { default: ort } = await import("onnxruntime-node");
  const options = { executionProviders: ["cpu"], intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
  return { ort, options };
});

function contender(name, load) {
  const open = async (model, inputs) => openSession(await load(), model, inputs);
  return {
    name,

    async prepareLayer(layer, input, filter) {
      const shape = channelsFirst(layer.input);
      const x = { data: permute(input, layer.input, firstAxes(shape)), shape };
      const session = await open(onnxLayerModel(layer, filter), { x });
      const output = channelsFirst(outputShape(layer));
      return { ...session, output: async () => permute((await session.outputs()).y, output, lastAxes(output)) };
    },

    /** Inputs by name as `{ data, shape, type? }`; all outputs come by name. */
    prepareModel: open,
  };
}

function firstAxes({ length }) {
  return [0, length - 1, ...Array.from({ length: length - 2 }, (_, at) => at + 1)];
}

function lastAxes({ length }) {
  return [0, ...Array.from({ length: length - 2 }, (_, at) => at + 2), 1];
}

async function openSession({ ort, options }, model, inputs) {
  const settings = { graphOptimizationLevel: "all", executionMode: "sequential", ...options };
  const session = await ort.InferenceSession.create(model, settings);
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape, type = "float32" }]) => [
      name,
      new ort.Tensor(type, data, shape),
    ]),
  );
  return {
    run: () => session.run(feeds),
    outputs: async () => {
      const results = await session.run(feeds);
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
    },
    release: () => session.release(),
  };
}
