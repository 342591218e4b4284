/** Ours and the peers on single layers. */
import { requireAgreement } from "./agreement.mjs";
import { elements, exampleData, layers, operations } from "./layers.mjs";
import { measureInTurn } from "./measure.mjs";
import { onnxruntime } from "./peers/onnxruntime.mjs";
import { tfjsCpu, tfjsWasm } from "./peers/tfjs.mjs";

const notes = [
  "Ours and TensorFlow.js take and give channels last, onnxruntime-web its native channels first. One thread each.",
  "Filters are constants everywhere: packed or uploaded before the clock starts.",
];

/** Report rows of all layers that were asked for. */
export async function measureLayers({ only, peersOnly, rounds }) {
  const peers = [tfjsCpu, tfjsWasm, onnxruntime];
  const contenders = peersOnly ? peers : [await ours(), ...peers];
  const rows = [];
  for (const layer of layers.filter(({ name }) => name.includes(only))) {
    console.error(`measuring ${layer.name}`);
    rows.push(await measureLayer(layer, contenders, rounds));
  }
  return { suite: "layers", contenders: contenders.map(({ name }) => name), notes, rows };
}

/** Not imported before it is wanted: the peers can be measured without a build. */
async function ours() {
  const { ourLayers } = await import("./ours.mjs");
  return ourLayers();
}

async function measureLayer(layer, contenders, rounds) {
  const input = exampleData(elements(layer.input), 1);
  const filter = exampleData(elements(layer.filter), 2);
  const prepared = [];
  for (const { name, prepareLayer } of contenders) {
    prepared.push({ name, ...(await prepareLayer(layer, input, filter)) });
  }
  requireAgreement(layer.name, await outputsOf(prepared));
  const milliseconds = await measureInTurn(prepared, rounds);
  for (const { release } of prepared) await release?.();
  return { name: layer.name, megaflops: operations(layer) / 1e6, milliseconds };
}

async function outputsOf(prepared) {
  const outputs = [];
  for (const { name, select, output } of prepared) {
    await select?.();
    outputs.push({ name, values: await output() });
  }
  return outputs;
}
