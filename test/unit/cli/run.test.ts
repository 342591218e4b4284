/** `unstride run`: `.npy` in and out, values as the reference has them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { npyFile, readNpy } from "../../../src/cli/npy.js";
import { seededTensor } from "../../../src/cli/seeded-tensor.js";
import { graph } from "../../../src/frontends/code/graph.js";
import { importOnnx } from "../../../src/frontends/onnx/import-model.js";
import { printGraph } from "../../../src/ir/graph/print.js";
import { evaluateGraph } from "../../../src/ir/graph/evaluate.js";
import { elementTypes, type ElementType } from "../../../src/ir/types/element-type.js";
import { tensor, tensorType } from "../../../src/ir/types/tensor.js";
import { failureOf, fileWith, folderWith, jsonOf, listing, output, unstride } from "../../support/command.js";
import { model } from "../../support/onnx-writer.js";
import { upsample } from "../../support/small-models.js";

const bound = ["--shape", "x=1x1x4x4"];

async function reference(x: ReturnType<typeof tensor>) {
  const net = await importOnnx(upsample, { source: "net.onnx", shapes: { x: [1, 1, 4, 4] } });
  return evaluateGraph(net, { x }).get("y");
}

describe("run", () => {
  test("takes .npy and gives .npy", async () => {
    const x = seededTensor(tensorType("f32", [1, 1, 4, 4]), 5);
    const folder = folderWith({ "net.onnx": upsample, "in.npy": npyFile(x) });
    const argv = ["run", join(folder, "net.onnx"), ...bound, "--input", `x=${join(folder, "in.npy")}`];
    const text = await output([...argv, "-o", join(folder, "out")]);
    expect(text).toBe(`y  f32[1,1,8,8]  ${join(folder, "out", "y.npy")}\n`);
    expect(listing(join(folder, "out"))).toEqual(["y.npy"]);
    const found = await readNpy(join(folder, "out", "y.npy"), tensorType("f32", [1, 1, 8, 8]));
    expect(found).toEqual(await reference(x));
  });

  test.each(["javascript", "wasm", "auto"])("computes with %s, and tells what each node takes", async (target) => {
    const folder = folderWith({ "net.onnx": upsample });
    const argv = [
      "run",
      join(folder, "net.onnx"),
      ...bound,
      "--random",
      "5",
      "-o",
      folder,
      "--target",
      target,
      "--profile",
    ];
    const { outputs, profile } = await jsonOf<{ outputs: unknown; profile: Record<string, unknown>[] }>(argv);
    expect(outputs).toEqual([{ name: "y", type: "f32[1,1,8,8]", file: join(folder, "y.npy") }]);
    expect(new Set(profile.map(({ node }) => node))).toEqual(new Set(["first", "up"]));
    for (const row of profile) {
      expect(Object.keys(row)).toEqual(["node", "kernel", "calls", "ms"]);
      expect(row["kernel"]).toMatch(/^\w+$/);
      expect([1, 2]).toContain(row["calls"]);
      expect(row["ms"]).toBeGreaterThanOrEqual(0);
    }
    const found = await readNpy(join(folder, "y.npy"), tensorType("f32", [1, 1, 8, 8]));
    expect(found).toEqual(await reference(seededTensor(tensorType("f32", [1, 1, 4, 4]), 5)));
    const lines = (await output(argv)).split("\n");
    expect(lines[2]).toMatch(/^ +ms +share +calls +node +kernel$/);
    expect(lines.at(-2)).toMatch(/^ *\d+\.\d{3} +all$/);
  });

  test("makes the same random inputs from the same seed", async () => {
    const folder = folderWith({ "net.onnx": upsample });
    const argv = ["run", join(folder, "net.onnx"), ...bound, "--random", "5"];
    const facts = await jsonOf<unknown>([...argv, "-o", folder]);
    expect(facts).toEqual([{ name: "y", type: "f32[1,1,8,8]", file: join(folder, "y.npy") }]);
    const found = await readNpy(join(folder, "y.npy"), tensorType("f32", [1, 1, 8, 8]));
    expect(found).toEqual(await reference(seededTensor(tensorType("f32", [1, 1, 4, 4]), 5)));
  });

  test("names files that names of outputs cannot name, each its own", async () => {
    const names = ["a/b", "OUTPUT0", "..", "c"];
    const bytes = model({
      inputs: [{ name: "x", shape: [2] }],
      outputs: names.map((name) => ({ name, shape: [2] })),
      nodes: names.map((name) => ({ operator: "Relu", inputs: ["x"], outputs: [name] })),
    });
    const folder = folderWith();
    await output(["run", fileWith("net.onnx", bytes), "--random", "1", "-o", folder]);
    expect(listing(folder)).toEqual(["OUTPUT0-2.npy", "c.npy", "output0.npy", "output2.npy"]);
  });

  test.each(["a=b", "__proto__", "", "x/y=z"])("an input may be called %j", async (name) => {
    const folder = folderWith({ "in=1.npy": npyFile(tensor("f32", [2], [-1, 3])) });
    const text = printGraph(graph("g", ({ input, relu, output: put }) => put("y", relu(input(name, [2])))));
    const file = fileWith("net.txt", text);
    await output(["run", file, "--input", `${name}=${join(folder, "in=1.npy")}`, "-o", folder]);
    expect((await readNpy(join(folder, "y.npy"), tensorType("f32", [2]))).data).toEqual(new Float32Array([0, 3]));
  });
});

describe("what run refuses, without writing", () => {
  const wrong: Readonly<Record<string, readonly [Uint8Array | string, string]>> = {
    "another shape": [npyFile(tensor("f32", [1, 1, 16], new Array<number>(16).fill(0))), "command/tensor"],
    "another element type": [npyFile(tensor("f64", [1, 1, 4, 4])), "command/tensor"],
    "a file that is no .npy": ["hello, world", "command/tensor"],
    "an empty file": ["", "command/tensor"],
    "a file that ends early": [npyFile(tensor("f32", [1, 1, 4, 4])).slice(0, -4), "command/tensor"],
  };
  test.each(Object.entries(wrong))("%s", async (_, [contents, code]) => {
    const folder = folderWith({ "net.onnx": upsample, "in.npy": contents });
    const argv = ["run", join(folder, "net.onnx"), ...bound, "-i", `x=${join(folder, "in.npy")}`];
    expect(await failureOf([...argv, "-o", join(folder, "out")])).toEqual({ code: 1, codes: [code] });
    expect(listing(folder)).toEqual(["in.npy", "net.onnx"]);
  });

  test("inputs that are missing, all of them, each with its type and the option", async () => {
    const two = model({
      inputs: ["a", "b"].map((name) => ({ name, shape: [2] })),
      outputs: [{ name: "y", shape: [2] }],
      nodes: [{ operator: "Add", inputs: ["a", "b"], outputs: ["y"] }],
    });
    const { code, err } = await unstride(["run", fileWith("net.onnx", two)]);
    expect(code).toBe(1);
    for (const text of ['input "a"', 'input "b"', "f32[2]", "--input b=file.npy", "--random 1"])
      expect(err).toContain(text);
  });

  test("an input there is not, one given twice, a seed that is no number", async () => {
    const run = (...options: string[]) => failureOf(["run", fileWith("net.onnx", upsample), ...bound, ...options]);
    const usage = { code: 2, codes: ["command/option"] };
    expect(await run("--input", "z=in.npy")).toEqual(usage);
    expect(await run("--input", "x=a.npy", "--input", "x=b.npy")).toEqual(usage);
    expect(await run("--input", "in.npy")).toEqual(usage);
    expect(await run("--random", "many")).toEqual(usage);
  });
});

describe(".npy files", () => {
  const types = Object.keys(elementTypes).filter((type) => type !== "bf16") as ElementType[];
  test.each(types)("hold %s", async (type) => {
    const data = seededTensor(tensorType(type, [3, 5]), 9);
    expect(await readNpy(fileWith("x.npy", npyFile(data)), data)).toEqual(data);
  });

  test("hold bf16 as f32", async () => {
    const halves = { elementType: "bf16", shape: [2], data: new Uint16Array([0x3f80, 0xc000]) } as const;
    const file = fileWith("x.npy", npyFile(halves));
    expect((await readNpy(file, tensorType("f32", [2]))).data).toEqual(new Float32Array([1, -2]));
  });

  test("hold scalars and nothing", async () => {
    for (const shape of [[], [0], [2, 0, 3]]) {
      const data = tensor("i32", shape);
      expect(await readNpy(fileWith("x.npy", npyFile(data)), data)).toEqual(data);
    }
  });

  test("are refused in Fortran order, unless that is the same", async () => {
    const turned = (shape: number[]): string => {
      const file = fileWith("x.npy", npyFile(tensor("f32", shape)));
      // One byte shorter than True needs: the blank behind it gives way.
      const text = readFileSync(file, "latin1").replace("False", "True ");
      writeFileSync(file, text, "latin1");
      return file;
    };
    await expect(readNpy(turned([2, 3]), tensorType("f32", [2, 3]))).rejects.toThrow("in Fortran order");
    expect(await readNpy(turned([6]), tensorType("f32", [6]))).toEqual(tensor("f32", [6]));
  });
});
