/**
 * Ours, from the build in dist/. The one place that knows how a layer and a model are obtained:
 * a graph of one node through the public API, the command line for a model.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { elements, outputShape } from "./layers.mjs";

const commandLine = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** A contender like the peers. */
export function ourLayers() {
  return {
    name: "ours",
    async prepareLayer(layer, input, filter) {
      const { run, output } = await prepareLayer(layer, input, filter);
      return { run, output: () => (run(), output.slice()) };
    },
  };
}

/** A module of one layer, its filter packed when it was compiled as the peers' are before the clock starts. */
async function prepareLayer(layer, input, filter) {
  const { compile, graph } = await import("../dist/index.js");
  const { op, strides, padding } = layer;
  const tool = { conv2d: "conv2d", conv2d_transpose: "conv2dTranspose", depthwise_conv2d: "depthwiseConv2d" }[op];
  const built = graph("layer", (tools) => {
    const w = tools.parameter("w", layer.filter, filter);
    tools.output("y", tools[tool](tools.input("x", layer.input), w, { strides, padding }));
  });
  const folder = temporaryFolder();
  const { files } = await compile(built, { weights: "side" });
  for (const { path, contents } of files) writeFileSync(join(folder, path), contents);
  const { load } = await import(pathToFileURL(join(folder, "layer.js")).href);
  const model = await load();
  rmSync(folder, { recursive: true });
  const [inputs, outputs] = [{ x: input }, { y: new Float32Array(elements(outputShape(layer))) }];
  return { run: () => model.runInto(inputs, outputs), output: outputs.y };
}

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "unstride-bench-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return folder;
}

/** Compiles an ONNX file into a folder of its own and loads what came out: `{ run, outputs, release }`. */
export async function prepareModel(file, inputs) {
  const folder = temporaryFolder();
  const shapes = Object.entries(inputs).flatMap(([name, [, shape]]) => ["--shape", `${name}=${shape.join("x")}`]);
  const words = ["compile", file, "--output", folder, ...shapes];
  execFileSync(process.execPath, [commandLine, ...words], { stdio: ["ignore", 2, 2] });
  const { load } = await import(pathToFileURL(join(folder, moduleFile(folder))).href);
  const model = await load();
  const values = Object.fromEntries(Object.entries(inputs).map(([name, [data]]) => [name, data]));
  return {
    run: () => void model.run(values),
    outputs: async () => model.run(values),
    release: () => rmSync(folder, { recursive: true }),
  };
}

function moduleFile(folder) {
  const modules = readdirSync(folder).filter((name) => name.endsWith(".js"));
  if (modules.length !== 1) throw new Error(`expected one module in the output folder, found ${modules.length}`);
  return modules[0];
}
