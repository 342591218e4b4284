/** Files beside a model: read from its own folder only, and part of what identifies the source. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isGraphText, readModel } from "../../../src/cli/model-options.js";
import { readBeside } from "../../../src/cli/read-file.js";
import { folderWith, output, unstride } from "../../support/command.js";
import { model } from "../../support/onnx-writer.js";

const external = model({
  inputs: [{ name: "x", shape: [2] }],
  outputs: [{ name: "y", shape: [2] }],
  initializers: [{ name: "w", shape: [2], external: { location: "weights.bin" } }],
  nodes: [{ operator: "Add", inputs: ["x", "w"], outputs: ["y"] }],
});
const bytesOf = (...values: number[]): Uint8Array => new Uint8Array(new Float32Array(values).buffer);
const unbound = { shape: {}, dimension: {} };

test("weights lie beside the model, and the source's hash tells them apart", async () => {
  const hashes = new Set<string>();
  for (const weights of [bytesOf(1, 2), bytesOf(1, 3)]) {
    const folder = folderWith({ "net.onnx": external, "weights.bin": weights });
    const { sourceHash, name } = await readModel(join(folder, "net.onnx"), unbound);
    expect(sourceHash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(name).toBe("net");
    hashes.add(sourceHash);
  }
  expect(hashes.size).toBe(2);
});

test("weights that are not there, or lie behind a link that leads out of the folder", async () => {
  const folder = folderWith({ "net.onnx": external });
  const refused = async (reason: string): Promise<void> => {
    const { code, err } = await unstride(["inspect", join(folder, "net.onnx")]);
    expect(code).toBe(1);
    expect(err).toContain("import/external-data");
    expect(err).toContain(`  found     "${reason}"`);
  };
  await refused("no such file or folder");
  symlinkSync(join(folderWith({ secret: bytesOf(1, 2) }), "secret"), join(folder, "weights.bin"));
  await refused("a link that leads out of the folder");
});

test("a link inside the folder is as good as the file, and a folder that begins alike is another one", async () => {
  const folder = folderWith();
  for (const name of ["models", "models-of-others"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "models", "real.bin"), bytesOf(1, 2));
  writeFileSync(join(folder, "models", "net.onnx"), external);
  symlinkSync("real.bin", join(folder, "models", "weights.bin"));
  expect(await output(["inspect", join(folder, "models", "net.onnx")])).toContain("1 node, 2 parameters");
  writeFileSync(join(folder, "models-of-others", "x.bin"), "x");
  symlinkSync(join(folder, "models-of-others", "x.bin"), join(folder, "models", "x.bin"));
  await expect(readBeside(join(folder, "models", "net.onnx"), "x.bin")).rejects.toThrow(
    "a link that leads out of the folder",
  );
});

test("a text is told from an ONNX file by its first word", () => {
  const isText = (text: string): boolean => isGraphText(new TextEncoder().encode(text));
  for (const text of [
    'graph "g"',
    '\n\t graph"g"',
    '// c\n  // d\ngraph "g"',
    `${"// long comment\n".repeat(1000)}graph "g"`,
  ])
    expect(isText(text)).toBe(true);
  for (const text of ["", "grap", "// graph", "x graph", "\u0008\u0007graph"]) expect(isText(text)).toBe(false);
  expect(isGraphText(external)).toBe(false);
});
