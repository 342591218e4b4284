/** onnxruntime-web on its WebAssembly CPU back end, one thread, through the public API. */
import { outputShape } from "../layers.mjs";
import { channelsFirst, onnxLayerModel } from "./onnx-layer.mjs";
import { permute } from "./permute.mjs";

const toChannelsFirst = [0, 3, 1, 2];
const toChannelsLast = [0, 2, 3, 1];

export const onnxruntime = {
  name: "onnxruntime-web",

  async prepareLayer(layer, input, filter) {
    const data = permute(input, layer.input, toChannelsFirst);
    const session = await openSession(onnxLayerModel(layer, filter), { x: [data, channelsFirst(layer.input)] });
    const shape = channelsFirst(outputShape(layer));
    return { ...session, output: async () => permute((await session.outputs()).y, shape, toChannelsLast) };
  },

  /** Inputs by name as `[values, shape]`; all outputs come by name. */
  prepareModel: openSession,
};

async function openSession(model, inputs) {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, [values, shape]]) => [name, new ort.Tensor("float32", values, shape)]),
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
