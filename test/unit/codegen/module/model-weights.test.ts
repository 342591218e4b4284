import { createServer } from "node:http";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import type { Emitted } from "../../../../src/codegen/module/options.js";
import { importFrom, textOf, writeEmitted, type GeneratedModule } from "../../../support/import-module.js";
import { addTwiceProgram, emitTiny } from "../../../support/tiny-programs.js";

const x = Float32Array.of(10, 20, 30, 40, 50, 60);
const y = Float32Array.of(12, 24, 36, 48, 60, 72);
const fileName = "add_twice.weights.safetensors";

let emitted: Emitted;
let folder: string;
let path: string;
let module: GeneratedModule;
let bytes: Uint8Array<ArrayBuffer>;
beforeEach(async () => {
  emitted = await emitTiny(addTwiceProgram(), "side");
  folder = writeEmitted(emitted);
  path = join(folder, fileName);
  module = await importFrom(folder, "add_twice.js");
  bytes = new Uint8Array(readFileSync(path));
});

const loaded = async (weights: unknown): Promise<unknown> => (await module.load({ weights })).run({ x });

describe("weights handed over", () => {
  it.each<readonly [string, () => unknown]>([
    ["an ArrayBuffer", () => bytes.buffer],
    ["a Uint8Array", () => bytes],
    ["a Buffer of Node's pool", () => Buffer.from(bytes)],
    ["a view of other elements", () => new Uint16Array(bytes.buffer, 0, bytes.length / 2)],
    ["a DataView", () => new DataView(bytes.buffer)],
    [
      "a SharedArrayBuffer",
      () => new Uint8Array(new SharedArrayBuffer(bytes.length)).map((_, i) => bytes[i] ?? 0).buffer,
    ],
    ["a Response", () => new Response(bytes)],
    ["the promise of a Response", () => Promise.resolve(new Response(bytes))],
    ["a Blob", () => new Blob([bytes])],
    ["a URL", () => pathToFileURL(path)],
    ["an absolute URL as text", () => pathToFileURL(path).href],
    ["a URL relative to the module", () => `./${fileName}`],
  ])("as %s", async (_, source) => {
    expect(await loaded(source())).toEqual({ y });
  });

  it("need not lie at a multiple of their elements' size", async () => {
    for (let offset = 0; offset < 9; offset++) {
      const memory = new Uint8Array(bytes.length + offset);
      memory.set(bytes, offset);
      expect(await loaded(memory.subarray(offset))).toEqual({ y });
    }
  });

  it("come over HTTP, with the status where it is not good", async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/w" ? 200 : 404;
      response.end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await loaded(new URL(`${base}/w`))).toEqual({ y });
      await expect(loaded(`${base}/none`)).rejects.toMatchObject({
        code: "weights/unreadable",
        message: `cannot read ${fileName} (${base}/none): HTTP status 404. Give its bytes as load({ weights })`,
      });
    } finally {
      server.close();
    }
  });
});

describe("a weights file that is not the module's", () => {
  const mismatch = (message: RegExp) =>
    expect.objectContaining({ code: "weights/mismatch", message: expect.stringMatching(message) as unknown });

  it("is refused when truncated, at every length", async () => {
    for (let length = 0; length < bytes.length; length++) {
      await expect(loaded(bytes.subarray(0, length))).rejects.toEqual(
        mismatch(
          /^the weights given to load\(\) is truncated or another model's: add_twice\.weights\.safetensors has 176 bytes, this has \d+\. Use the file made together with this module$/,
        ),
      );
    }
  });

  it("is refused when longer", async () => {
    await expect(loaded(new Uint8Array(bytes.length + 1))).rejects.toEqual(
      mismatch(/another model's: .* this has 177/),
    );
  });

  it("is refused when any byte of the data differs", async () => {
    for (let index = bytes.length - 24; index < bytes.length; index++) {
      const damaged = bytes.slice();
      damaged[index] = (damaged[index] ?? 0) ^ 4;
      await expect(loaded(damaged)).rejects.toEqual(
        mismatch(/is damaged or another model's: .* has digest [0-9a-f]{8}, this has [0-9a-f]{8}/),
      );
    }
  });

  it("is named with its place when it lies beside the module", async () => {
    writeFileSync(path, bytes.subarray(0, 100));
    const url = pathToFileURL(path).href;
    await expect(module.load()).rejects.toThrow(`${url} is truncated or another model's`);
    rmSync(path);
    await expect(module.load()).rejects.toMatchObject({ code: "weights/unreadable" });
    await expect(module.load()).rejects.toThrow(url);
  });

  it("is asked for where there is no place beside the module", async () => {
    const url = `data:text/javascript,${encodeURIComponent(textOf(emitted, ".js"))}`;
    const { load } = (await import(/* @vite-ignore */ url)) as GeneratedModule;
    await expect(load()).rejects.toThrow(/cannot read add_twice\.weights\.safetensors .* load\(\{ weights \}\)/);
    expect((await load({ weights: bytes })).run({ x })).toEqual({ y });
  });

  it.each([42, {}, "http://[", null])("cannot be %j", async (weights) => {
    if (weights === null) return expect(await loaded(weights)).toEqual({ y });
    await expect(loaded(weights)).rejects.toMatchObject({ code: expect.stringMatching(/^weights\//) as unknown });
  });
});

describe("a module that carries its weights", () => {
  it("takes none", async () => {
    const inline = await importFrom(writeEmitted(await emitTiny(addTwiceProgram(), "inline")), "add_twice.js");
    await expect((inline as GeneratedModule).load({ weights: bytes })).rejects.toThrow(/needs no weights file/);
    expect((await (inline as GeneratedModule).load({})).run({ x })).toEqual({ y });
  });
});
