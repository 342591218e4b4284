/**
 * The guard of the kernels' speed: what their hottest loops load, multiply, hold and spill, and how long they are. A change that
 * alters a count is to be measured, and then written down here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { compile, importOnnx } from "../../../../src/index.js";
import { graph } from "../../../../src/frontends/code/graph.js";
import { assemble } from "../../../../src/codegen/wasm/assemble.js";
import type { Graph } from "../../../../src/ir/graph/graph.js";
import { printedLayer, stepCounters, vectorSpills, type StepCounters } from "../../../support/kernel-counters.js";
import { sharedData } from "../../../support/shared-data.js";

const zeros = (shape: readonly number[]): Float32Array => new Float32Array(shape.reduce((a, b) => a * b, 1));

const conv = (x: readonly number[], w: readonly number[], stride = 1): Graph =>
  graph("layer", (t) => {
    const options = { strides: [stride, stride], padding: "VALID" } as const;
    t.output("y", t.conv2d(t.input("x", [...x]), t.parameter("w", [...w], zeros(w)), options));
  });

const product = (x: readonly number[], w: readonly number[]): Graph =>
  graph("layer", (t) => t.output("y", t.matmul(t.input("x", [...x]), t.parameter("w", [...w], zeros(w)))));

interface Row {
  readonly name: string;
  readonly layer: Graph;
  readonly step: StepCounters;
  /** Of the whole module without relaxed SIMD. */
  readonly bytes: number;
}

const rows: readonly Row[] = [
  {
    name: "conv 1×1, 56×56×64→256",
    layer: conv([1, 56, 56, 64], [1, 1, 64, 256]),
    step: { steps: 24, multiplyAdds: 8, loads: 6, live: 14 },
    bytes: 4670,
  },
  {
    name: "conv 7×7 s2, 224×224×3→64",
    layer: conv([1, 229, 229, 3], [7, 7, 3, 64], 2),
    step: { steps: 21, multiplyAdds: 8, loads: 6, live: 14 },
    bytes: 4200,
  },
  {
    name: "conv 3×3, 28×28×32→24: four pixels of two vectors",
    layer: conv([1, 30, 30, 32], [3, 3, 32, 24]),
    step: { steps: 16, multiplyAdds: 8, loads: 6, live: 12 },
    bytes: 3335,
  },
  {
    name: "conv 5×5, 7×7×48→24: four and three pixels",
    layer: conv([1, 11, 11, 48], [5, 5, 48, 24]),
    step: { steps: 16, multiplyAdds: 8, loads: 6, live: 12 },
    bytes: 4948,
  },
  {
    name: "conv 1×1, 29×29×24→10: a vector with zeros beside",
    layer: conv([1, 29, 29, 24], [1, 1, 24, 10]),
    step: { steps: 8, multiplyAdds: 8, loads: 6, live: 12 },
    bytes: 2369,
  },
  {
    name: "conv 3×3, 28×28×32→1",
    layer: conv([1, 30, 30, 32], [3, 3, 32, 1]),
    step: { steps: 1, multiplyAdds: 7, loads: 8, live: 9 },
    bytes: 1624,
  },
  {
    name: "conv 1×1, 160×160×24→4: six pixels of a vector",
    layer: conv([1, 160, 160, 24], [1, 1, 24, 4]),
    step: { steps: 1, multiplyAdds: 6, loads: 7, live: 8 },
    bytes: 700,
  },
  {
    name: "36 products side by side, 16×64 · 64×64",
    layer: product([36, 16, 64], [36, 64, 64]),
    step: { steps: 16, multiplyAdds: 8, loads: 6, live: 14 },
    bytes: 3306,
  },
  {
    name: "a row, 1×512 · 512×512",
    layer: product([1, 512], [512, 512]),
    step: { steps: 1, multiplyAdds: 7, loads: 8, live: 9 },
    bytes: 652,
  },
];

describe.each(rows)("$name", ({ layer, step, bytes }) => {
  it("does in a step what it was measured with, in as many bytes, and spills nothing", async () => {
    const printed = await printedLayer(layer);
    expect(stepCounters(printed.text)).toEqual(step);
    expect(printed.bytes.byteLength).toBeLessThanOrEqual(1.1 * bytes);
    expect(vectorSpills(printed) ?? 0).toBe(0);
  });
});

it("spills are seen where there are too many accumulators", async () => {
  const printed = await printedLayer(product([64, 64], [64, 64]));
  const more = [...Array(8).keys()].map((i) => `(local $b${i} v128)`).join(" ");
  const sums = (to: string) => [...Array(8).keys()].map((i) => to.replaceAll("#", String(i))).join("\n");
  const text = printed.text
    .replace(/^ *\(local \$a0 v128\)/m, (line) => `${more}\n${line}`)
    .replaceAll(
      /^ *\(local\.set \$v1 .*$/gm,
      (line) =>
        `${line}\n${sums("(local.set $b# (f32x4.add (local.get $b#) (f32x4.mul (local.get $v1) (local.get $a#))))")}`,
    )
    .replace(/^ *\(v128\.store /m, (line) => `${sums("(v128.store (i32.const 0) (local.get $b#))")}\n${line}`);
  const spills = vectorSpills({ text, bytes: (await assemble(text, { relaxed: false })).slice() });
  expect(spills ?? 1).toBeGreaterThan(0);
});

const folder = sharedData("the size of a detector's module");

it.skipIf(folder === undefined)(
  "a detector of 320×320 is less than 300 kB without its weights, and 60 kB compressed",
  async () => {
    const model = readFileSync(join(folder ?? "", "models/pp-ocr-det/model.onnx"));
    const detector = await importOnnx(model, { source: "det.onnx", shapes: { x: [1, 3, 320, 320] } });
    const { files } = await compile(detector, { target: "wasm", name: "det" });
    const texts = files.filter(({ path }) => !path.includes("weights")).map(({ contents }) => Buffer.from(contents));
    const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
    expect(texts.length).toBe(4);
    expect(total(texts.map(({ length }) => length))).toBeLessThan(300_000);
    expect(total(texts.map((text) => gzipSync(text).length))).toBeLessThan(60_000);
  },
);
