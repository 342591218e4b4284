/** Files nobody vouches for, through the command line: what is written is whole, or nothing is; and nothing said means anything to a terminal. */
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith, unstride, type Ran } from "../support/command.js";
import { damagedFile, wholeFiles } from "../support/fuzz/cases.js";
import { fileOf } from "../support/fuzz/hostile-nodes.js";
import { nodeSeeds } from "../support/fuzz/node-seeds.js";
import { hostileNames } from "../support/hostile-names.js";
import { importFrom } from "../support/import-module.js";
import { model } from "../support/onnx-writer.js";
import { terminalMarks } from "../support/terminal-marks.js";

const whole = wholeFiles(20);

/** Everything in a folder, hidden and nested, sorted. */
function below(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

function expectPlain({ out, err }: Ran): void {
  for (const line of [...out.split("\n"), ...err.split("\n")]) expect(line).not.toMatch(terminalMarks);
}

/** Compiles a file into a folder of its own; what the folder holds then. */
async function compiled(bytes: Uint8Array, ...more: readonly string[]): Promise<Ran & { readonly folder: string }> {
  const folder = folderWith({ "model.onnx": bytes, "package.json": '{ "type": "module" }' });
  return { ...(await unstride(["compile", join(folder, "model.onnx"), "-o", join(folder, "out"), ...more])), folder };
}

describe("a damaged file", () => {
  test.each(Array.from({ length: 60 }, (_, number) => 2000 + number))("number %i", async (number) => {
    const ran = await compiled(damagedFile(whole, number));
    expectPlain(ran);
    expect([0, 1]).toContain(ran.code);
    const written = below(ran.folder).filter((path) => path.startsWith("out"));
    if (ran.code === 1) return expect(written).toEqual([]);
    expect(written).toContain(join("out", "model.js"));
    expect(written.every((path) => /^out(?:.model\.(?:js|d\.ts|weights\.safetensors))?$/.test(path))).toBe(true);
    expect(await (await importFrom(ran.folder, "out/model.js")).load()).toHaveProperty("run");
  });

  test("leaves what was compiled before as it was", async () => {
    const { folder, code } = await compiled(fileOf(nodeSeeds[0]));
    expect(code).toBe(0);
    const before = below(folder).map((path) => [path, contents(folder, path)]);
    const path = join(folder, "model.onnx");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, 40));
    expect((await unstride(["compile", path, "-o", join(folder, "out")])).code).toBe(1);
    writeFileSync(path, bytes);
    expect(below(folder).map((each) => [each, contents(folder, each)])).toEqual(before);
  });
});

function contents(folder: string, path: string): string {
  const at = join(folder, path);
  return statSync(at).isDirectory() ? "a folder" : readFileSync(at, "latin1");
}

describe("external data outside the model's folder", () => {
  const outside = [
    "../secret.bin",
    "/etc/hostname",
    "a/../../secret.bin",
    "..\\secret.bin",
    "C:\\secret.bin",
    "link.bin",
  ];

  test.each(outside)("%s is not read", async (location) => {
    const folder = folderWith({ "secret.bin": new Uint8Array(64).fill(7) });
    const inner = join(folder, "inner");
    mkdirSync(inner);
    symlinkSync(join(folder, "secret.bin"), join(inner, "link.bin"));
    const tensor = { name: "w", shape: [2], external: { location, length: "8" } };
    writeFileSync(join(inner, "model.onnx"), model({ initializers: [tensor], outputs: [{ name: "w" }] }));
    const ran = await unstride(["compile", join(inner, "model.onnx"), "-o", join(inner, "out")]);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^import\/external-(?:location|data)/);
    expect(below(inner)).toEqual(["link.bin", "model.onnx"]);
  });
});

/** A model in which everything has this name, and a failing one. */
function named(name: string, operator = "Neg"): Uint8Array {
  const other = `${name}!`;
  return model({
    name,
    inputs: [{ name: other, shape: [2] }],
    initializers: [{ name: `${name}?`, shape: [2], floats: [1, 2] }],
    nodes: [
      { operator, name, inputs: [other], outputs: [`${name}+`] },
      { operator: "Add", name, inputs: [`${name}+`, `${name}?`], outputs: [name || "y"] },
    ],
    outputs: [{ name: name || "y" }],
    metadata: { [name]: name },
  });
}

function commands(path: string, output: string): readonly (readonly string[])[] {
  const own = [
    ["inspect"],
    ["print", "--after", "all"],
    ["explain"],
    ["check"],
    ["run", "--random", "1", "-o", output],
  ];
  return own.flatMap(([name, ...options]) => [
    [name, path, ...options],
    [name, path, ...options, "--json"],
  ]);
}

describe("a model that calls everything", () => {
  test.each(hostileNames.map((name) => [JSON.stringify(name).slice(0, 60), name] as const))("%s", async (_, name) => {
    const ran = await compiled(named(name), "--name", name || "model");
    expectPlain(ran);
    expect(ran.err).toBe("");
    const path = join(ran.folder, "model.onnx");
    for (const argv of commands(path, join(ran.folder, "arrays"))) {
      const told = await unstride(argv);
      expectPlain(told);
      expect([argv[0], told.code, told.err]).toEqual([argv[0], 0, ""]);
    }
    expectPlain(await compiled(named(name, name || "Nothing")));
  });
});
