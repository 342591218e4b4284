/** A layers model of TensorFlow.js on the command line, with a layer of the user's own. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Inspection } from "../../../src/cli/inspect/inspect-model.js";
import { failureOf, folderWith, jsonOf, listing, output } from "../../support/command.js";
import { layersFiles, sequential } from "../../support/layers-model-examples.js";

const topology = sequential(
  [
    "Conv2D",
    { name: "conv", filters: 4, kernel_size: [3, 3], padding: "same", batch_input_shape: [null, null, null, 3] },
  ],
  ["MultiplyBeta", { name: "beta", beta: 0.5 }],
);
const { json, weights } = layersFiles(topology, { "conv/kernel": [3, 3, 3, 4], "conv/bias": [4] });
const folder = folderWith({ "model.json": JSON.stringify(json), "w.bin": weights, "odd.mjs": "export const Odd = 1;" });
const model = join(folder, "model.json");
const example = fileURLToPath(new URL("../../../examples/upscaler-layers.mjs", import.meta.url));
const own = ["--layer", `MultiplyBeta=${example}`];
const bound = ["--shape", "conv_input=1x4x4x3"];

test("inspect tells which classes it does not know, and knows one's own", async () => {
  const without = await jsonOf<Inspection>(["inspect", model]);
  expect(without.inputs).toEqual([{ name: "conv_input", declared: "f32[batch,?,?,3]", bound: null }]);
  expect(without.unsupported).toEqual(['MultiplyBeta, 1 layer: "beta"']);
  const found = await jsonOf<Inspection>(["inspect", model, ...own, ...bound]);
  expect(found.unsupported).toEqual([]);
  expect(found.outputs).toEqual([expect.objectContaining({ name: "beta", bound: "f32[1,4,4,4]" })]);
});

test("compile writes a module with one's own layer in it", async () => {
  await output(["compile", model, "-o", join(folder, "out"), "--name", "net", ...own, ...bound]);
  expect(listing(join(folder, "out"))).toContain("net.js");
});

test("print writes its graph, layer by layer", async () => {
  expect(await output(["print", model, ...own, ...bound])).toMatch(/conv\(.*[\s\S]*multiply\(/);
});

test.each([
  ["MultiplyBeta", "command/option"],
  [`MultiplyBeta=${join(folder, "odd.mjs")}`, "command/option"],
  [`MultiplyBeta=${join(folder, "none.mjs")}`, "command/file"],
])("--layer %s is refused", async (layer, code) => {
  const found = await failureOf(["compile", model, "-o", join(folder, "no"), ...bound, "--layer", layer]);
  expect(found).toEqual({ code: expect.any(Number) as number, codes: [code] });
});
