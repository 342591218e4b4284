/** `unstride print`: a text after every stage, and texts that can be read back. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { stageNames } from "../../../src/compile.js";
import { parseGraph } from "../../../src/ir/graph/parse.js";
import { parseKernel } from "../../../src/ir/loops/parse.js";
import { failureOf, fileWith, folderWith, jsonOf, output } from "../../support/command.js";
import { upsample } from "../../support/small-models.js";

const file = fileWith("net.onnx", upsample);
const print = (...options: string[]) => output(["print", file, "--shape", "x=1x1x4x4", ...options]);
const graphStages = stageNames().slice(0, stageNames().indexOf("lower-to-computations"));

interface Printed {
  readonly stage: string;
  readonly text: string;
}

describe("print", () => {
  test("writes the imported graph by default", async () => {
    const text = await print();
    expect(text).toMatch(/^graph "net" \(%x: f32\[1,1,4,4\] "x"\) -> \(%\S+ "y"\) \{\n/);
    expect(text).toContain("= conv_transpose(");
    expect(text).toContain('loc("net.onnx" "up" "ConvTranspose" 2)');
  });

  test.each(graphStages)("a graph after %s can be read back with --full", async (stage) => {
    const text = await print("--after", stage, "--full");
    expect(parseGraph(text).outputs.map(({ name }) => name)).toEqual(["y"]);
    expect(text).not.toContain("…");
  });

  test("transposed convolutions are gone after their pass, by either algorithm", async () => {
    const phases = await print("--after", "lower-conv-transpose");
    const other = await print("--after", "lower-conv-transpose", "--algorithm", "zero-insertion");
    for (const text of [phases, other]) expect(text).not.toContain("conv_transpose(");
    expect(phases).not.toContain("= dilate(");
    expect(other).toContain("= dilate(");
  });

  test.each(stageNames())("something after %s", async (stage) => {
    expect((await print("--after", stage)).length).toBeGreaterThan(50);
  });

  test("loops can be read back, one kernel after the other", async () => {
    const kernels = (await print("--after", "loops")).split(/^(?=kernel )/m);
    expect(kernels.length).toBeGreaterThan(1);
    for (const text of kernels) expect(parseKernel(text).body.length).toBeGreaterThan(0);
  });

  test("code of the target wasm is its text", async () => {
    const code = await print("--after", "code", "--target", "wasm");
    expect(code).toMatch(/^\(module\n {2}\(memory \(export "memory"\)/);
    expect(code).toContain(';; net.onnx, node "first" (Conv, #0)');
  });

  test("code is the module's", async () => {
    const code = await print("--after", "code");
    expect(code).toContain("export async function load(");
    expect(code).not.toMatch(/^import /m);
  });

  test("all is every stage in order, with what stands before and after", async () => {
    const printed = await jsonOf<readonly Printed[]>(["print", file, "--shape", "x=1x1x4x4", "--after", "all"]);
    const stages = printed.map(({ stage }) => stage);
    expect([...new Set(stages)]).toEqual(["import", ...stageNames(), "loops", "code"]);
    expect((await print("--after", "all")).match(/^\/\/ after /gm)).toHaveLength(stages.length);
  });

  test("no other stage", async () => {
    expect(await failureOf(["print", file, "--after", "frobnicate"])).toEqual({ code: 2, codes: ["command/pass"] });
  });
});

describe("a text as a model", () => {
  test("prints as it was", async () => {
    const text = await print("--full");
    const path = join(folderWith({ graph: text }), "graph");
    expect(await output(["print", path, "--full"])).toBe(text);
  });

  test.each(["\n\n  ", "// graph\n// of mine\n", "\ufeff"])("may begin with %j", async (preamble) => {
    const path = fileWith("net.onnx", preamble + (await print("--full")));
    expect(await output(["print", path])).toContain('graph "net"');
  });

  test("says where it is wrong", async () => {
    const path = fileWith("net.txt", 'graph "g" (%x: f32[2] "x") -> (%y "y") {\n  %y = rleu(%x) : f32[2]\n}\n');
    expect(await failureOf(["print", path])).toEqual({ code: 1, codes: ["text/unknown-op"] });
  });

  test("has no sizes to bind", async () => {
    const path = fileWith("net.txt", await print("--full"));
    const failed = { code: 2, codes: ["command/option"] };
    expect(await failureOf(["print", path, "--shape", "x=1x1x4x4"])).toEqual(failed);
    expect(await failureOf(["print", path, "--dimension", "N=1"])).toEqual(failed);
  });
});
