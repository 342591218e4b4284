/** From import to the first result, in a new process each time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireSameSums, runInTurn } from "../children/processes.mjs";
import { elements, exampleData } from "../layers.mjs";
import { modelFile, models } from "../models.mjs";
import { channelsFirst, onnxLayerModel } from "../peers/onnx-layer.mjs";
import { processContenders } from "./process-contenders.mjs";

/** A layer whose file is of 2 kB. */
const small = {
  name: "2 kB model",
  op: "conv2d",
  input: [1, 16, 16, 4],
  filter: [3, 3, 4, 12],
  strides: [1, 1],
  padding: "SAME",
};

const notes = [
  "Each time is taken in a new process, from just before the import of the module, or of onnxruntime-web, to the first result; reading the weights or the model's file is part of it, Node's own start is not. One thread each.",
];

/** Report rows of a model and of a very small one. */
export async function measureStartup(options) {
  const { only, rounds = 9 } = options;
  const rows = [];
  const folder = mkdtempSync(join(tmpdir(), "unstride-bench-"));
  try {
    for (const { name, file, inputs } of startupModels(folder).filter((model) => model.name.includes(only))) {
      console.error(`measuring ${name}`);
      const contenders = await processContenders(file, inputs, join(folder, name.replace(/\W/g, "-")), options, 1);
      rows.push(await measureModel(name, contenders, rounds));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const names = [...new Set(rows.flatMap(({ samples }) => Object.keys(samples)))];
  return { suite: "startup", kind: "times", contenders: names, notes, rounds, rows };
}

function startupModels(folder) {
  const detector = models.find(({ id }) => id === "pp-ocr-det");
  const file = modelFile(detector);
  const found = file === undefined ? [] : [{ name: detector.name, file, inputs: { x: { shape: detector.inputs.x } } }];
  const smallFile = join(folder, "small.onnx");
  writeFileSync(smallFile, onnxLayerModel(small, exampleData(elements(small.filter), 2)));
  return [...found, { name: small.name, file: smallFile, inputs: { x: { shape: channelsFirst(small.input) } } }];
}

async function measureModel(name, contenders, rounds) {
  const results = await runInTurn(contenders, rounds);
  requireSameSums(name, results);
  const samples = Object.entries(results).map(([each, rows]) => [each, rows.map(({ milliseconds }) => milliseconds)]);
  return { name, samples: Object.fromEntries(samples) };
}
