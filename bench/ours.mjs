/**
 * Ours, through the public API. The one place that knows how a layer and a model are obtained: a graph of one node, or an ONNX file; its
 * module is loaded as a user would, from files beside each other.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { elements, isDepthwise, outputShape } from "./layers.mjs";
import { allowRelaxedSimd } from "./relaxed-simd.mjs";

/** What a contender is compiled for, and what its module is loaded to compute with. */
const variants = {
  "wasm-relaxed": { target: "wasm", load: { target: "wasm-relaxed" }, available: allowRelaxedSimd },
  wasm: { target: "wasm", load: { target: "wasm" } },
  "wasm-in-place": { target: "wasm", load: { target: "wasm" }, inPlace: true },
  javascript: { target: "javascript", load: {} },
};

/** A contender like the peers; undefined where the engine cannot run it. */
export function ourContender(name, { compiler, compileOptions = {} } = {}) {
  const variant = variants[name];
  if (variant.available?.() === false) return undefined;
  const given = { compiler, options: { ...compileOptions, target: variant.target, inline: false } };
  return {
    name,
    isOurs: true,
    prepareLayer: async (layer, input, filter) => {
      const model = await loadGraph(given, (tools) => layerGraph(tools, layer, filter), variant);
      const { run, results } = writing(model, { x: input }, { y: elements(outputShape(layer)) }, variant);
      return { run, output: () => (run(), results.y.slice()) };
    },
    prepareModel: async (file, inputs) => {
      const model = await loadFile(given, file, inputs, variant);
      const values = Object.fromEntries(Object.entries(inputs).map(([port, { data }]) => [port, data]));
      return { run: () => void model.run(values), outputs: () => model.run(values) };
    },
  };
}

/** One call from the caller's arrays to the caller's arrays; in place where these are the model's own. */
function writing(model, given, lengths, { inPlace }) {
  if (inPlace) {
    const own = (role, ports) => Object.fromEntries(Object.keys(ports).map((port) => [port, model[role](port)]));
    const [inputs, outputs] = [own("input", given), own("output", lengths)];
    for (const [port, data] of Object.entries(given)) inputs[port].set(data);
    return { run: () => model.runInto(inputs, outputs), results: outputs };
  }
  const results = Object.fromEntries(Object.entries(lengths).map(([port, length]) => [port, new Float32Array(length)]));
  return { run: () => model.runInto(given, results), results };
}

const tools = {
  conv2d: "conv2d",
  conv3d: "conv3d",
  depthwise_conv2d: "depthwiseConv2d",
  conv2d_transpose: "conv2dTranspose",
  conv3d_transpose: "conv3dTranspose",
  depthwise_conv2d_transpose: "conv2dTranspose",
};

/** The filter is a parameter: packed when the module is made, as the peers' are before the clock starts. */
function layerGraph({ graph }, layer, filter) {
  const { op, input, strides, padding } = layer;
  const grouped = op === "depthwise_conv2d_transpose" && isDepthwise(layer) ? { groups: input.at(-1) } : {};
  return graph("layer", (tool) => {
    const w = tool.parameter("w", layer.filter, filter);
    tool.output("y", tool[tools[op]](tool.input("x", input), w, { strides, padding, ...grouped }));
  });
}

async function loadGraph({ compiler, options }, build, variant) {
  const api = await compilerModule(compiler);
  return loadFiles(await api.compile(build(api), { ...options, name: "layer" }), "layer", variant);
}

async function loadFile({ compiler, options }, file, inputs, variant) {
  return loadFiles(await compileFile(file, inputs, { compiler, options }), "model", variant);
}

/** The compiled module of a model's file, ONNX or a model.json of TensorFlow.js, called `model`. */
export async function compileFile(file, inputs, { compiler, options }) {
  const api = await compilerModule(compiler);
  const shapes = Object.fromEntries(Object.entries(inputs).map(([port, { shape }]) => [port, shape]));
  const importModel = file.endsWith(".onnx") ? api.importOnnx : api.importTfjs;
  const external = (path) => readFileSync(join(dirname(file), path));
  const graph = await importModel(readFileSync(file), { source: basename(file), shapes, external });
  return api.compile(graph, { ...options, name: "model" });
}

/** The compiler's exports: of the build, or of the module that was named. */
export async function compilerModule(file) {
  return import(file === undefined ? "../dist/index.js" : pathToFileURL(resolve(file)).href);
}

async function loadFiles(compiled, name, variant) {
  const folder = mkdtempSync(join(tmpdir(), "unstride-bench-"));
  try {
    writeModule(compiled, folder);
    const { load } = await import(pathToFileURL(join(folder, `${name}.js`)).href);
    return await load(variant.load);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files of a module, in a folder in which Node takes them for ES modules. */
export function writeModule({ files }, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const { path, contents } of files) writeFileSync(join(folder, path), contents);
}
