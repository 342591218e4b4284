/** Ours and onnxruntime on whole models, from the model's own inputs to its outputs. */
import { readFileSync } from "node:fs";
import { measureInTurn } from "../../dist/cli/bench/measure-in-turn.js";
import { requireAgreement } from "../agreement.mjs";
import { halfValue } from "../half-bits.mjs";
import { modelFile, modelInputs, models, tfjsModels } from "../models.mjs";
import { ourContender } from "../ours.mjs";
import { peerContender } from "../peers/peers.mjs";

const notes = [
  "Each time is one call of `run`, in the model's own layout: from the caller's arrays to new arrays with the results; of TensorFlow.js `tensor`, `predict` and `dataSync`. One thread each.",
  "Models are run by the peers whose format they have: ONNX by onnxruntime, graph and layers models by TensorFlow.js.",
];

/** What `unstride check` allows: rounding grows through a hundred layers and a steep sigmoid. */
const modelRounding = 1e-4;
/** Half a unit in the last place of a half, relative to the largest output: each contender rounds its results. */
const halfRounding = 2 ** -10;

/** Report rows of all models that were asked for. */
export async function measureModels(options) {
  const { only, rounds = 21 } = options;
  const contenders = await contendersOf(options);
  const rows = [];
  for (const model of [...models, ...tfjsModels].filter(({ name }) => name.includes(only))) {
    const file = modelFile(model);
    if (file === undefined) continue;
    console.error(`measuring ${model.name}`);
    const takes = contenders.filter((each) => takesFormat(each, file));
    rows.push(await measureModel(model, file, takes, Math.min(rounds, model.rounds ?? rounds)));
  }
  return { suite: "models", kind: "times", contenders: contenders.map(({ name }) => name), notes, rounds, rows };
}

async function contendersOf(options) {
  const ours = options.ours.filter((name) => name !== "wasm-in-place").map((name) => ourContender(name, options));
  const peers = [];
  for (const name of options.peers) peers.push(await peerContender(name));
  return [...ours.filter(Boolean), ...peers];
}

function takesFormat({ name, isOurs }, file) {
  return isOurs || name.startsWith("onnxruntime") === file.endsWith(".onnx");
}

async function measureModel(model, file, contenders, rounds) {
  const inputs = modelInputs(model);
  const prepared = [];
  for (const { name, isOurs, prepareModel } of contenders) {
    const source = isOurs || !file.endsWith(".onnx") ? file : readFileSync(file);
    prepared.push({ name, ...(await prepareModel(source, inputs)) });
  }
  const differences = await agreement(model, prepared);
  const samples = await measureInTurn(prepared, rounds);
  for (const { release } of prepared) await release?.();
  return { name: model.name, differences, samples };
}

/** Largest differences from the first contender, over all outputs, which all of them give in the model's order. */
async function agreement({ name, type, rounding = modelRounding }, prepared) {
  const results = [];
  for (const { name: contender, select, outputs } of prepared) {
    await select?.();
    results.push({ contender, outputs: Object.values(await outputs()) });
  }
  const largest = {};
  for (const number of results[0].outputs.keys()) {
    const values = results.map(({ contender, outputs }) => ({
      name: contender,
      values: numbers(outputs[number], type),
    }));
    const differences = requireAgreement(
      `${name}, output ${number}`,
      values,
      type === "float16" ? halfRounding : rounding,
    );
    for (const [each, value] of Object.entries(differences)) largest[each] = Math.max(largest[each] ?? 0, value);
  }
  return largest;
}

function numbers(values, type) {
  return type === "float16" && values instanceof Uint16Array ? Float32Array.from(values, halfValue) : values;
}
