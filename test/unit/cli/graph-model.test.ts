/** A graph model of TensorFlow.js on the command line: told of, compiled with its weights, and refused where a file of weights is cut. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Inspection } from "../../../src/cli/inspect/inspect-model.js";
import { folderWith, jsonOf, listing, output, unstride } from "../../support/command.js";
import { layersExample } from "../../support/graph-model-examples.js";

const { json, weights } = layersExample().files();
const folder = folderWith({ "model.json": JSON.stringify(json), "weights.bin": weights });
const model = join(folder, "model.json");

test("inspect tells of it as it stands, with the option that binds its batch, and of its work once it is bound", async () => {
  const free = await jsonOf<Inspection>(["inspect", model]);
  expect(free.inputs).toEqual([{ name: "x", declared: "f32[batch,6,6,2]", bound: null }]);
  expect(free.freeDimensions.map(({ option }) => option)).toEqual(["--dimension batch=1"]);
  expect(free.nodes.map(({ operator, parameters }) => [operator, parameters])).toContainEqual(["_FusedConv2D", 76]);
  expect(free.totals.multiplyAdds).toBeNull();
  const bound = await jsonOf<Inspection>(["inspect", model, "--dimension", "batch=1"]);
  expect(bound.outputs).toEqual([expect.objectContaining({ name: "scores", bound: "f32[1,3]" })]);
  expect(bound.totals.multiplyAdds).toBeGreaterThan(0);
});

test("compile writes a module of it", async () => {
  const out = join(folder, "out");
  await output(["compile", model, "-o", out, "--shape", "x=1x6x6x2", "--name", "net"]);
  expect(listing(out)).toContain("net.js");
});

test("a cut file of weights is refused with the file that names it", async () => {
  writeFileSync(join(folder, "weights.bin"), weights.subarray(4));
  const { code, err } = await unstride(["compile", model, "-o", join(folder, "cut"), "--shape", "x=1x6x6x2"]);
  expect(code).toBe(1);
  expect(err).toContain("import/tensor-data");
  expect(err).toContain("model.json, weightsManifest[0]");
});
