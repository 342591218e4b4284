/** MultiHeadAttention beside its definition in plain loops. */
import { expect, test } from "vitest";
import type { Json } from "../../../../../src/frontends/tfjs/json.js";
import {
  called,
  countingValues,
  functional,
  inputLayer,
  layersFiles,
} from "../../../../support/layers-model-examples.js";
import { imported, run } from "./importing.js";

const [steps, memory, size, heads, width] = [3, 4, 2, 2, 3];
const projections = ["query", "key", "value"].map((name) => [`m/${name}/kernel`, [size, heads, width]] as const);
const weights = { ...Object.fromEntries(projections), "m/attention_output/kernel": [heads, width, size] };
const q = [1, 0, 0, 1, 1, -1].map((each) => each / 4);
const v = [1, 2, 0, 1, -1, 0, 2, 1].map((each) => each / 4);

/** Kernel [i, h, w] of a projection. */
const kernel = countingValues(size * heads * width);
const projected = (x: readonly number[], step: number, head: number, w: number) =>
  range(size).reduce((sum, i) => sum + x[step * size + i] * kernel[(i * heads + head) * width + w], 0);

function attended(isCausal: boolean): readonly number[] {
  return range(steps).flatMap((step) =>
    range(size).map((o) =>
      range(heads).reduce((sum, head) => {
        const chances = chancesOf(step, head, isCausal);
        const mixed = (w: number) => chances.reduce((all, chance, s) => all + chance * projected(v, s, head, w), 0);
        return sum + range(width).reduce((all, w) => all + mixed(w) * kernel[(head * width + w) * size + o], 0);
      }, 0),
    ),
  );
}

/** softmax(q · k / √width) over the steps of memory. */
function chancesOf(step: number, head: number, isCausal: boolean): readonly number[] {
  const powers = range(memory).map((s) => {
    const score = range(width).reduce((sum, w) => sum + projected(q, step, head, w) * projected(v, s, head, w), 0);
    return isCausal && s > step ? 0 : Math.exp(score / Math.sqrt(width));
  });
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

test.each([false, true])("queries look at a memory, causal: %s", async (isCausal) => {
  const options: Json = { value: ["v", 0, 0], use_causal_mask: isCausal };
  const config = { num_heads: heads, key_dim: width, use_bias: false };
  const layers = [
    inputLayer("q", [1, steps, size]),
    inputLayer("v", [1, memory, size]),
    called("MultiHeadAttention", "m", config, [["q", 0, 0, options]]),
  ];
  const topology = functional(
    layers,
    [
      ["q", 0, 0],
      ["v", 0, 0],
    ],
    [["m", 0, 0]],
  );
  const found = run(await imported(layersFiles(topology, weights)), { q, v })["m"] ?? [];
  const expected = attended(isCausal);
  expect(found).toHaveLength(expected.length);
  found.forEach((each, i) => expect(each).toBeCloseTo(expected[i], 4));
});
