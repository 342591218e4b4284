/** Layers of one's own: the two of UpscalerJS, weights, and what is told where they go wrong. */
import { expect, test } from "vitest";
import type { OwnLayer } from "../../../../../src/frontends/tfjs/layers/importing/own-layers.js";
import { codesOfAsync } from "../../../../support/codes.js";
import { layersFiles, sequential } from "../../../../support/layers-model-examples.js";
import { imported, run } from "./importing.js";

const upscaler = (await import(
  new URL("../../../../../examples/upscaler-layers.mjs", import.meta.url).href
)) as Readonly<Record<string, OwnLayer>>;

const single = (className: string, config: Readonly<Record<string, number | readonly number[]>>) =>
  layersFiles(sequential([className, { name: "own", ...config }]), { "own/scale": [2] });

test("MultiplyBeta scales, PixelShuffle makes blocks of pixels of channels", async () => {
  const topology = sequential(
    ["MultiplyBeta", { name: "beta", beta: 2, batch_input_shape: [1, 1, 2, 4] }],
    ["PixelShuffle", { name: "shuffle", scale: 2 }],
  );
  const graph = await imported(layersFiles(topology), { layers: { ...upscaler } });
  expect(graph.outputs[0].value.type.shape).toEqual([1, 2, 4, 1]);
  expect(run(graph, { beta_input: [1, 2, 3, 4, 5, 6, 7, 8] })).toEqual({ shuffle: [2, 4, 10, 12, 6, 8, 14, 16] });
});

test("weights by name, and what is known can be said anew", async () => {
  const ReLU: OwnLayer = ({ inputs: [x], weight }, { multiply }) => multiply(x, weight("scale"));
  const graph = await imported(single("ReLU", { batch_input_shape: [1, 2] }), { layers: { ReLU } });
  expect(run(graph, { own_input: [5, -7] })).toEqual({ own: [0, -7] });
});

test.each<readonly [string, OwnLayer, string]>([
  [
    "throws",
    () => {
      throw new Error("no idea");
    },
    "import/own-layer",
  ],
  ["returns nothing", () => undefined as never, "import/own-layer"],
  ["takes a weight that is not there", ({ weight }) => weight("none"), "import/missing"],
  ["breaks a constraint", ({ inputs: [x] }, { reshape }) => reshape(x, [7]), "reshape/C1"],
])("one that %s", async (_, Odd, code) => {
  const files = single("Odd", { batch_input_shape: [1, 2] });
  expect(await codesOfAsync(() => imported(files, { layers: { Odd } }))).toEqual([code]);
});
