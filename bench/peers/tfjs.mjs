/** TensorFlow.js, on its JavaScript and its WebAssembly back end, through the public API. */
import { fileURLToPath } from "node:url";
import { outputShape } from "../layers.mjs";
import { openTfjsModel } from "./tfjs-model.mjs";

export const tfjsCpu = contender("tfjs-cpu", "cpu", () => import("@tensorflow/tfjs-backend-cpu"));
export const tfjsWasm = contender("tfjs-wasm", "wasm", loadWasm);

const pad = ({ padding }) => padding.toLowerCase();

const operators = {
  conv2d: (tf, layer, x, w) => tf.conv2d(x, w, layer.strides, pad(layer)),
  conv3d: (tf, layer, x, w) => tf.conv3d(x, w, layer.strides, pad(layer)),
  depthwise_conv2d: (tf, layer, x, w) => tf.depthwiseConv2d(x, w, layer.strides, pad(layer)),
  conv2d_transpose: (tf, layer, x, w) => tf.conv2dTranspose(x, w, outputShape(layer), layer.strides, pad(layer)),
  conv3d_transpose: (tf, layer, x, w) => tf.conv3dTranspose(x, w, outputShape(layer), layer.strides, pad(layer)),
  depthwise_conv2d_transpose: (tf, layer, dy, filter) => {
    const attributes = { strides: layer.strides, dilations: 1, pad: pad(layer), inputShape: outputShape(layer) };
    return tf.engine().runKernel(depthwiseTransposed, { dy, filter }, attributes);
  },
};

/** No tool of the public API makes one: only the kernel by which gradients are computed, where a back end has it. */
const depthwiseTransposed = "DepthwiseConv2dNativeBackpropInput";

function contender(name, backend, loadBackend) {
  const activate = async () => {
    const tf = await import("@tensorflow/tfjs-core");
    tf.enableProdMode();
    await loadBackend(tf);
    await tf.setBackend(backend);
    return tf;
  };
  return {
    name,
    /** `model.json` of a graph or layers model. */
    async prepareModel(file, inputs) {
      const tf = await activate();
      return { select: () => tf.setBackend(backend), ...(await openTfjsModel(tf, file, inputs)) };
    },
    /** What a layer needs and this back end has not. */
    missing: ({ op }) =>
      op === "depthwise_conv2d_transpose" && backend === "wasm" ? `no kernel ${depthwiseTransposed}` : undefined,
    async prepareLayer(layer, input, filter) {
      const tf = await activate();
      const x = tf.tensor(input, layer.input);
      const w = tf.tensor(filter, filterShape(layer));
      const apply = () => operators[layer.op](tf, layer, x, w);
      const read = () => {
        const y = apply();
        const values = y.dataSync();
        y.dispose();
        return values;
      };
      return {
        select: () => tf.setBackend(backend),
        run: () => void read(),
        output: () => read().slice(),
        release: () => tf.dispose([x, w]),
      };
    },
  };
}

/** A depthwise transposed convolution takes the filter of the depthwise one, `[kernel…, C, 1]`: the same numbers in the same order. */
function filterShape({ op, filter }) {
  return op === "depthwise_conv2d_transpose" ? [...filter.slice(0, -2), filter.at(-1), 1] : filter;
}

async function loadWasm(tf) {
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  if (tf.findBackend("wasm") !== null) return;
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  wasm.setWasmPaths(fileURLToPath(new URL(".", import.meta.resolve("@tensorflow/tfjs-backend-wasm"))));
}
