/** `unstride kernel`: the written function of each op against the op's reference. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { opSpec, type OpOptions } from "../../../src/cli/op-options.js";
import { seededTensor } from "../../../src/cli/seeded-tensor.js";
import { kernelGraph, kernelOps, type KernelOp } from "../../../src/compile/kernel-graph.js";
import { evaluateGraph } from "../../../src/ir/graph/evaluate.js";
import type { Tensor } from "../../../src/ir/types/tensor.js";
import { failureOf, folderWith, jsonOf, listing, output } from "../../support/command.js";
import { importFrom } from "../../support/import-module.js";
import { expectClose } from "../../support/same-meaning.js";

/** Options of one command line for each op; a new op does not compile without a row. */
const cases: Readonly<Record<KernelOp, OpOptions>> = {
  conv1d: { input: "2x9x3", filter: "3x3x4", dilations: "2", bias: true },
  conv2d: { input: "1x8x7x4", filter: "3x2x2x6", strides: "2x1", padding: "1:0,0:1", groups: "2", activation: "relu6" },
  conv3d: { input: "1x4x4x4x2", filter: "2x2x2x2x3", padding: "SAME" },
  depthwise_conv2d: { input: "1x6x6x3", filter: "3x3x3x2", bias: true, activation: "relu" },
  conv1d_transpose: { input: "1x5x2", filter: "4x3x2", strides: "3", padding: "1" },
  conv2d_transpose: {
    input: "1x4x3x5",
    filter: "4x3x2x5",
    strides: "2",
    padding: "SAME",
    bias: true,
    activation: "tanh",
  },
  conv3d_transpose: { input: "1x2x3x2x2", filter: "2x2x2x3x2", strides: "1x2x2", outputShape: "3x6x4" },
  max_pool: { input: "1x7x7x2", kernel: "3x2", strides: "2", padding: "SAME" },
  avg_pool: { input: "1x6x6x2", kernel: "2" },
  matmul: { input: "2x3x4", filter: "2x4x5", activation: "sigmoid" },
  softmax: { input: "3x7" },
};

function commandLine(options: OpOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? [option] : [option, String(value)];
  });
}

type Kernel = (...arrays: Tensor["data"][]) => Tensor["data"];

describe("kernel", () => {
  test("is a function over typed arrays, which WebAssembly cannot be", async () => {
    const argv = ["kernel", "softmax", "--input", "3x7"];
    expect(await failureOf([...argv, "--target", "wasm"])).toEqual({ code: 2, codes: ["command/option"] });
    expect(await output([...argv, "--target", "javascript"])).toBe(await output(argv));
  });

  test.each(Object.entries(cases))("%s computes what the reference does", async (op, options) => {
    const folder = folderWith({ "package.json": '{ "type": "module" }' });
    await output(["kernel", op, ...commandLine(options), "-o", join(folder, "k.js")]);
    expect(listing(folder)).toEqual(["k.d.ts", "k.js", "package.json"]);
    const graph = kernelGraph(opSpec(op, options));
    const inputs = graph.inputs.map(({ name, value }, i) => [name, seededTensor(value.type, i + 1)] as const);
    const wanted = evaluateGraph(graph, Object.fromEntries(inputs)).get("y");
    const { k } = await importFrom<{ readonly k: Kernel }>(folder, "k.js");
    const data = k(...inputs.map(([, input]) => input.data));
    if (wanted === undefined) return expect.fail("no result");
    expectClose(op, { ...wanted, data }, wanted, 1e-6);
  });

  test("every op is known to the command", () => {
    expect(Object.keys(cases)).toEqual([...kernelOps]);
  });

  const small = ["kernel", "conv1d", "--input", "1x5x1", "--filter", "3x1x1"];

  test("writes to standard output without --output", async () => {
    expect(await output(small)).toContain("export function conv1d(");
    expect(await jsonOf(small)).toMatchObject({ op: "conv1d", kernels: 1 });
  });

  test("writes the file it is told to, with its declaration as TypeScript looks for it", async () => {
    const folder = folderWith();
    await output([...small, "-o", join(folder, "made", "my.kernel.mjs")]);
    expect(listing(join(folder, "made"))).toEqual(["my.kernel.d.mts", "my.kernel.mjs"]);
    expect(await jsonOf([...small, "-o", join(folder, "k.js")])).toMatchObject({
      file: join(folder, "k.js"),
      calls: 1,
    });
  });

  test("refuses what it cannot read, as usage", async () => {
    const usage = { code: 2, codes: ["command/option"] };
    const kernel = (...options: string[]) => failureOf(["kernel", "conv2d", ...options]);
    const good = ["--input", "1x8x8x3", "--filter", "3x3x3x4"];
    expect(await kernel("--filter", "3x3x3x4")).toEqual(usage);
    expect(await kernel("--input", "1x8xTx3")).toEqual(usage);
    expect(await kernel("--input", "1xx8x3")).toEqual(usage);
    expect(await kernel(...good, "--strides", "1,2,3")).toEqual(usage);
    expect(await kernel(...good, "--strides", "0")).toEqual(usage);
    expect(await kernel(...good, "--padding", "1:2:3")).toEqual(usage);
    expect(await kernel(...good, "--padding", "SAME_LOWER")).toEqual(usage);
    expect(await kernel(...good, "--groups", "two")).toEqual(usage);
    expect(await kernel(...good, "-o", "out/")).toEqual(usage);
    expect(await kernel(...good, "--activation", "swish")).toEqual({ code: 2, codes: ["command/usage"] });
    expect(await kernel("--input", "1x8x8x3")).toEqual({ code: 2, codes: ["command/kernel"] });
    expect(await failureOf(["kernel", "frobnicate", "--input", "1"])).toEqual({ code: 2, codes: ["command/kernel"] });
  });

  test("what the op refuses is the input's fault", async () => {
    expect(await failureOf(["kernel", "conv2d", "--input", "1x8x8x3", "--filter", "3x3x4x4"])).toEqual({
      code: 1,
      codes: ["conv/C1"],
    });
  });
});
