/** TensorFlow.js, on its JavaScript and its WebAssembly back end, through the public API. */
import { fileURLToPath } from "node:url";
import { outputShape } from "../layers.mjs";

export const tfjsCpu = contender("tfjs-cpu", "cpu", () => import("@tensorflow/tfjs-backend-cpu"));
export const tfjsWasm = contender("tfjs-wasm", "wasm", loadWasm);

const operators = {
  conv2d: (tf, { strides, padding }, x, w) => tf.conv2d(x, w, strides, padding.toLowerCase()),
  depthwise_conv2d: (tf, { strides, padding }, x, w) => tf.depthwiseConv2d(x, w, strides, padding.toLowerCase()),
  conv2d_transpose: (tf, layer, x, w) =>
    tf.conv2dTranspose(x, w, outputShape(layer), layer.strides, layer.padding.toLowerCase()),
};

function contender(name, backend, loadBackend) {
  return {
    name,
    async prepareLayer(layer, input, filter) {
      const tf = await import("@tensorflow/tfjs-core");
      await loadBackend(tf);
      await tf.setBackend(backend);
      const x = tf.tensor(input, layer.input);
      const w = tf.tensor(filter, layer.filter);
      const apply = () => operators[layer.op](tf, layer, x, w);
      return {
        select: () => tf.setBackend(backend),
        run: () => apply().dispose(),
        output: () => tf.tidy(() => apply().dataSync().slice()),
        release: () => tf.dispose([x, w]),
      };
    },
  };
}

async function loadWasm(tf) {
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  if (tf.findBackend("wasm") !== null) return;
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  wasm.setWasmPaths(fileURLToPath(new URL(".", import.meta.resolve("@tensorflow/tfjs-backend-wasm"))));
}
