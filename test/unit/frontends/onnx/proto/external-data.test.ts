import { describe, expect, test } from "vitest";
import { readOnnxModel } from "../../../../../src/frontends/onnx/read-model.js";
import { model, type GraphSpec } from "../../../../support/onnx-writer.js";
import { problemsOf } from "./failures.js";

/** y = x + w, with w in another file. */
const withExternal = (...entries: readonly Readonly<Record<string, string>>[]): GraphSpec => ({
  nodes: [{ operator: "Sum", inputs: ["x", ...entries.map((_, index) => `w${index}`)], outputs: ["y"] }],
  initializers: entries.map((external, index) => ({ name: `w${index}`, shape: [2], external })),
  inputs: [{ name: "x" }],
  outputs: [{ name: "y" }],
});

const file = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** Files that count how often they were asked for. */
function files(contents: Readonly<Record<string, Uint8Array>>): {
  asked: string[];
  external: (location: string) => Promise<Uint8Array>;
} {
  const asked: string[] = [];
  const external = async (location: string): Promise<Uint8Array> => {
    asked.push(location);
    const bytes = contents[location];
    if (bytes === undefined) throw new Error(`ENOENT: ${location}`);
    return bytes;
  };
  return { asked, external };
}

describe("reading", () => {
  const first = { location: "w.bin" };
  const second = { location: "w.bin", offset: "8", length: "8", checksum: "ignored" };

  test("pieces of one file, which is asked for once", async () => {
    const { asked, external } = files({ "w.bin": file });
    const { graph } = await readOnnxModel(model(withExternal(first, second)), { source: "m.onnx", external });
    expect([...graph.initializers.values()].map(({ data }) => [...data])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(asked).toEqual(["w.bin"]);
  });

  test("files given at once, as a Buffer, and at an odd address", async () => {
    const odd = Buffer.concat([Buffer.of(0), file]).subarray(1);
    const { graph } = await readOnnxModel(model(withExternal(second)), { source: "m.onnx", external: () => odd });
    expect(graph.initializers.get("w0")?.data).toEqual(Float32Array.of(3, 4));
  });

  test("tensors of attributes and of nested graphs", async () => {
    const value = { shape: [2], external: first };
    const body = {
      nodes: [{ operator: "Constant", outputs: ["z"], attributes: { value: { tensor: value } } }],
      outputs: [{ name: "z" }],
    };
    const spec = {
      nodes: [{ operator: "If", outputs: ["y"], attributes: { body: { graph: body } } }],
      outputs: [{ name: "y" }],
    };
    const { asked, external } = files({ "w.bin": file });
    await readOnnxModel(model(spec), { source: "m.onnx", external });
    expect(asked).toEqual(["w.bin"]);
  });

  test.each(["weights/w.bin", "./w.bin", "w..bin", "…", "a b.bin", "..."])(
    "%j is a place in the folder",
    async (location) => {
      const { asked, external } = files({ [location]: file });
      expect(await problemsOf(model(withExternal({ location })), { external })).toEqual([]);
      expect(asked).toEqual([location]);
    },
  );
});

describe("places outside the model's folder are refused before anything is asked for", () => {
  test.each([
    "",
    "/etc/passwd",
    "//host/share",
    "..",
    "../w.bin",
    "a/../../w.bin",
    "a/..",
    "%2e%2e/w.bin",
    ".%2E/w.bin",
    "..\\w.bin",
    "a\\b",
    "\\\\host\\share",
    "C:w.bin",
    "c:/w.bin",
    "file:///etc/passwd",
    "https://example.org/w.bin",
    "w.bin\0.txt",
    ".\t./w.bin",
    "\n../w.bin",
    " ../w.bin",
    "w.bin ",
    "\u0085../w.bin",
  ])("%j", async (location) => {
    const { asked, external } = files({});
    const problems = await problemsOf(model(withExternal({ location: "w.bin" }, { location })), { external });
    expect(problems).toMatchObject([{ code: "import/external-location", at: 'test.onnx, tensor "w1"' }]);
    expect(asked).toEqual([]);
  });

  test("no location at all", async () => {
    expect(await problemsOf(model(withExternal({ offset: "0" })))).toMatchObject([
      { code: "import/external-location" },
    ]);
  });
});

describe("files that do not do", () => {
  test.each([
    [{ location: "none.bin" }, '"ENOENT: none.bin"'],
    [{ location: "w.bin", offset: "12" }, "a file of 16 bytes"],
    [{ location: "w.bin", offset: "999999999999999" }, "a file of 16 bytes"],
    [{ location: "w.bin", length: "4" }, "a file of 16 bytes, of which the model claims 4"],
    [{ location: "w.bin", length: "16" }, "a file of 16 bytes, of which the model claims 16"],
    [{ location: "w.bin", offset: "-8" }, 'offset "-8", length ""'],
    [{ location: "w.bin", offset: "1e1" }, 'offset "1e1", length ""'],
    [{ location: "w.bin", length: "9007199254740993" }, 'offset "0", length "9007199254740993"'],
    [{ location: "w.bin", length: "" }, 'offset "0", length ""'],
  ])("%j", async (entry, found) => {
    const { external } = files({ "w.bin": file });
    const problems = await problemsOf(model(withExternal(entry)), { external });
    expect(problems).toMatchObject([{ code: "import/external-data", found }]);
  });

  test("a model alone, and a resolver that gives something else", async () => {
    const bytes = model(withExternal({ location: "w.bin" }));
    expect(await problemsOf(bytes)).toMatchObject([{ code: "import/external-data" }]);
    const external = (): Uint8Array => JSON.parse("null");
    expect(await problemsOf(bytes, { external })).toMatchObject([{ code: "import/external-data" }]);
  });

  test("all that are missing are named", async () => {
    const { external } = files({});
    const bytes = model(withExternal({ location: "a.bin" }, { location: "b.bin" }));
    expect(await problemsOf(bytes, { external })).toHaveLength(2);
  });
});
