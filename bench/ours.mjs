/**
 * Ours, from the build in dist/. The one place that knows how a kernel and a model are obtained:
 * `emitKernel` of the public API for a single layer, the command line for a model.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { elements, outputShape } from "./layers.mjs";

const commandLine = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** A contender like the peers. */
export function ourLayers(target) {
  return {
    name: "ours",
    async prepareLayer(layer, input, filter) {
      const prepare = await prepareLayer(layer, target);
      const { run, output } = prepare(input, filter);
      return { run, output: () => (run(), output.slice()) };
    },
  };
}

/** The layer's kernel: `(x, w) => { run, output }`. */
async function prepareLayer(layer, target) {
  const { emitKernel } = await import("../dist/index.js");
  const { op, input, filter, strides, padding } = layer;
  const { code } = await emitKernel({ op, input, filter, strides, padding, output: outputShape(layer) }, { target });
  const kernel = onlyFunction(await import(`data:text/javascript,${encodeURIComponent(code)}`));
  return (x, w) => {
    const output = new Float32Array(elements(outputShape(layer)));
    return { run: () => kernel(x, w, output), output };
  };
}

function onlyFunction(module) {
  const functions = Object.values(module).filter((value) => typeof value === "function");
  if (functions.length !== 1) throw new Error(`expected one exported function, found ${functions.length}`);
  return functions[0];
}

/** Compiles an ONNX file into a folder of its own and loads what came out: `{ run, outputs, release }`. */
export async function prepareModel(file, inputs, target) {
  const folder = mkdtempSync(join(tmpdir(), "unstride-bench-"));
  const shapes = Object.entries(inputs).flatMap(([name, [, shape]]) => ["--shape", `${name}=${shape.join("x")}`]);
  const words = ["compile", file, "--target", target, "--output", folder, ...shapes];
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
