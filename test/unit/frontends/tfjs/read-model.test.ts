/** model.json and its files of weights: what is read, how quantised weights are meant, and what hostile ones meet. */
import { describe, expect, test } from "vitest";
import { UnstrideError } from "../../../../src/diagnostics/error.js";
import { isTfjsFile, readTfjsModel, type TfjsModel } from "../../../../src/frontends/tfjs/read-model.js";

type Files = Readonly<Record<string, Uint8Array>>;

function bytesOf(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

function read(document: unknown, files: Files = {}): Promise<TfjsModel> {
  const external = (path: string): Uint8Array => {
    if (!Object.hasOwn(files, path)) throw new Error("no such file");
    return files[path];
  };
  return readTfjsModel(bytesOf(document), { source: "model.json", external });
}

async function codeOf(document: unknown, files?: Files): Promise<string> {
  const error: unknown = await read(document, files).catch((thrown: unknown) => thrown);
  return error instanceof UnstrideError ? error.code : `no error of ours: ${String(error)}`;
}

const modelTopology = { class_name: "Sequential", config: [] };
const withWeights = (weights: unknown, paths: unknown = ["w.bin"]) => ({
  modelTopology,
  weightsManifest: [{ paths, weights }],
});
const weight = (name: string, shape: unknown, dtype = "float32", quantization?: unknown) => ({
  name,
  shape,
  dtype,
  quantization,
});

describe("what is read", () => {
  test("tensors lie one after the other, across the files of a group", async () => {
    const bytes = new Uint8Array(new Float32Array([1, 2, 3]).buffer);
    const weights = [weight("a", [1]), weight("b", [2]), weight("none", [0, 4])];
    const files = { x: bytes.slice(0, 5), "sub/y": bytes.slice(5) };
    const model = await read(withWeights(weights, ["x", "sub/y"]), files);
    expect([...model.weights.get("a")!.data]).toEqual([1]);
    expect([...model.weights.get("b")!.data]).toEqual([2, 3]);
    expect(model.weights.get("none")!.shape).toEqual([0, 4]);
  });

  test("tensors that do not begin at a multiple of their size", async () => {
    const bytes = new Uint8Array([7, ...new Uint8Array(new Int32Array([-5]).buffer), 0]);
    const weights = [weight("b", [1], "bool"), weight("i", [], "int32"), weight("c", [1], "bool")];
    const model = await read(withWeights(weights), { "w.bin": bytes });
    expect(model.weights.get("b")).toEqual({ elementType: "bool", shape: [1], data: new Uint8Array([1]) });
    expect(model.weights.get("i")).toEqual({ elementType: "i32", shape: [], data: new Int32Array([-5]) });
    expect(model.weights.get("c")!.data[0]).toBe(0);
  });

  test("u8 and u16 mean q · scale + min, integers rounded; f16 are halves", async () => {
    const affine = (dtype: string) => ({ dtype, scale: 0.5, min: -1 });
    const weights = [
      weight("u8", [2], "float32", affine("uint8")),
      weight("u16", [1], "float32", affine("uint16")),
      weight("i", [2], "int32", affine("uint8")),
      weight("f16", [2], "float32", { dtype: "float16" }),
    ];
    const bytes = new Uint8Array([0, 255, 0, 1, 3, 6, 0x00, 0x3c, 0x00, 0xc0]);
    const model = await read(withWeights(weights), { "w.bin": bytes });
    expect([...model.weights.get("u8")!.data]).toEqual([-1, 126.5]);
    expect([...model.weights.get("u16")!.data]).toEqual([127]);
    expect([...model.weights.get("i")!.data]).toEqual([1, 2]);
    expect([...model.weights.get("f16")!.data]).toEqual([1, -2]);
  });

  test("strings and complex numbers are passed by, and told", async () => {
    const weights = [weight("s", [2], "string"), weight("c", [1], "complex64"), weight("b", [1], "bool")];
    const strings = [2, 0, 0, 0, 104, 105, 0, 0, 0, 0];
    const bytes = new Uint8Array([...strings, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    const model = await read(withWeights(weights), { "w.bin": bytes });
    expect([...model.weights.keys()]).toEqual(["b"]);
    expect(model.unreadWeights).toEqual(
      new Map([
        ["s", "string"],
        ["c", "complex64"],
      ]),
    );
  });

  test("the format is what the file says, or what its topology is", async () => {
    expect((await read({ modelTopology })).format).toBe("layers-model");
    expect((await read({ modelTopology: { node: [] } })).format).toBe("graph-model");
    expect((await read({ modelTopology, format: "graph-model" })).format).toBe("graph-model");
  });

  test("a JSON object is no ONNX file", () => {
    expect(isTfjsFile(bytesOf({}))).toBe(true);
    expect(isTfjsFile(new Uint8Array([8, 7, 0x7b]))).toBe(false);
  });
});

describe("what is refused", () => {
  const outside = ["../w", "/etc/passwd", "a/../../w", "file:///w", "C:\\w", "a\\..\\w", "%2e%2e/w", "", " w"];
  test.each(outside)("a shard path that climbs out of the folder: %j", async (path) => {
    expect(await codeOf(withWeights([], [path]))).toBe("import/external-location");
  });

  test("fewer bytes, more bytes, and a file repeated often", async () => {
    const two = withWeights([weight("a", [2])]);
    expect(await codeOf(two, { "w.bin": new Uint8Array(7) })).toBe("import/tensor-data");
    expect(await codeOf(two, { "w.bin": new Uint8Array(9) })).toBe("import/tensor-data");
    const often = withWeights([weight("a", [2])], new Array(1000).fill("w.bin"));
    expect(await codeOf(often, { "w.bin": new Uint8Array(8) })).toBe("import/duplicate-value");
    const strings = withWeights([weight("s", [1], "string")]);
    expect(await codeOf(strings, { "w.bin": new Uint8Array([255, 255, 255, 255, 0]) })).toBe("import/tensor-data");
    expect(await codeOf(strings, { "w.bin": new Uint8Array(3) })).toBe("import/tensor-data");
  });

  test("files are asked for only until there are too many bytes", async () => {
    const asked: string[] = [];
    const external = (path: string): Uint8Array => {
      asked.push(path);
      return new Uint8Array(8);
    };
    const document = withWeights([weight("a", [2])], ["a", "b", "c", "d"]);
    const reading = readTfjsModel(bytesOf(document), { source: "model.json", external });
    await expect(reading).rejects.toThrow(/import\/tensor-data/);
    expect(asked).toEqual(["a", "b"]);
  });

  test.each([[[-1]], [[1.5]], [[2 ** 40]], [new Array(65).fill(1)]])("the shape %j", async (shape) => {
    expect(await codeOf(withWeights([weight("a", shape)]))).toBe("import/tensor-shape");
  });

  test.each([
    ["a missing file", withWeights([]), "import/external-data"],
    ["no topology", { weightsManifest: [] }, "import/missing"],
    ["a list", [], "import/malformed"],
    ["a topology that is no object", { modelTopology: [] }, "import/malformed"],
    ["another format", { modelTopology, format: "tfjs-3" }, "import/version"],
    ["an unknown element type", withWeights([weight("a", [1], "toString")]), "import/element-type"],
    ["int8", withWeights([weight("a", [1], "float32", { dtype: "int8" })]), "import/element-type"],
    ["f16 of integers", withWeights([weight("a", [1], "int32", { dtype: "float16" })]), "import/element-type"],
    ["no scale", withWeights([weight("a", [1], "float32", { dtype: "uint8", min: 0 })]), "import/malformed"],
    ["a name twice", withWeights([weight("a", [1]), weight("a", [1])]), "import/duplicate-value"],
    ["weights that are no list", withWeights({}), "import/malformed"],
    ["sizes that are no numbers", withWeights([weight("a", ["1"])]), "import/malformed"],
  ])("%s", async (_, document, code) => {
    expect(await codeOf(document)).toBe(code);
  });

  test("bytes that are no JSON", async () => {
    const broken = readTfjsModel(new Uint8Array([0x7b, 0xff]), { source: "model.json" });
    await expect(broken).rejects.toThrow(/import\/malformed/);
  });
});
