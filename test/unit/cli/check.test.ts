/** `unstride check`: agreement, disagreement and its exit code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareOutputs } from "../../../src/cli/compare-outputs.js";
import { npyFile } from "../../../src/cli/npy.js";
import { hasRelaxedSimd } from "../../../src/runtime/wasm.js";
import { tensor, type Tensor } from "../../../src/ir/types/tensor.js";
import { failureOf, fileWith, jsonOf, output, unstride } from "../../support/command.js";
import { scaled, upsample } from "../../support/small-models.js";

const net = ["check", fileWith("net.onnx", upsample), "--shape", "x=2x1x5x3"];
const rounding = ["check", fileWith("scaled.onnx", scaled)];

/** As far as this engine runs it. */
const wasm = hasRelaxedSimd() ? ["wasm", "wasm-relaxed"] : ["wasm"];

/** What was compared, all of it agreeing. */
async function executors(argv: readonly string[]): Promise<readonly string[]> {
  const rows = await jsonOf<readonly { readonly executor: string; readonly agrees: boolean }[]>(argv);
  expect(rows.filter(({ agrees }) => !agrees)).toEqual([]);
  return rows.map(({ executor }) => executor);
}

describe("check", () => {
  test("agrees", async () => {
    const text = await output([...net, "--target", "javascript"]);
    expect(text).toBe("executor    output  difference\njavascript  y           0.0e+0  ok\n");
    expect(await executors(net)).toEqual(["javascript", ...wasm]);
  });

  test("agrees on every executor and by either algorithm", async () => {
    for (const algorithm of ["phases", "zero-insertion"]) {
      const rows = await jsonOf<unknown>([...net, "--loops", "--seed", "3", "--algorithm", algorithm]);
      const row = (executor: string) => ({ executor, output: "y", difference: 0, agrees: true });
      expect(rows).toEqual(["javascript", "loops", ...wasm, "loops with lanes"].map(row));
    }
  });

  test("compares all that a module for the target auto may compute with, and Winograd's algorithm", async () => {
    expect(await executors([...net, "--target", "auto"])).toEqual(["javascript", ...wasm]);
    expect(await executors([...net, "--target", "wasm", "--winograd", "f4"])).toEqual(wasm);
  });

  test("ends with 1 where executors differ by more than is allowed", async () => {
    expect((await unstride(rounding)).code).toBe(0);
    const { code, out, err } = await unstride([...rounding, "--tolerance", "0"]);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toContain("differs");
    const json = await unstride([...rounding, "--tolerance", "0", "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toContainEqual(expect.objectContaining({ executor: "javascript", agrees: false }));
  });

  test("takes numbers as tolerance and seed", async () => {
    const usage = { code: 2, codes: ["command/option"] };
    for (const tolerance of ["", "x", "-1", "Infinity", "0x1", "NaN"])
      expect(await failureOf([...net, `--tolerance=${tolerance}`])).toEqual(usage);
    for (const seed of ["", "1.5", "x"]) expect(await failureOf([...net, `--seed=${seed}`])).toEqual(usage);
    for (const tolerance of ["0", "1e-4", ".5", "2."])
      expect((await unstride([...net, `--tolerance=${tolerance}`])).code).toBe(0);
  });
});

describe("compareOutputs", () => {
  const f32 = (...values: number[]): Tensor => ({
    elementType: "f32",
    shape: [values.length],
    data: new Float32Array(values),
  });
  const difference = (wanted: Tensor, found?: Tensor) => compareOutputs("x", "y", wanted, found, 0).difference;

  test("is relative to the largest finite element", () => {
    expect(difference(f32(1, -4, Infinity), f32(1.5, -4, Infinity))).toBe(0.125);
  });

  test("is 0 for equal numbers, NaN and infinities among them", () => {
    expect(difference(f32(0, NaN, -Infinity), f32(-0, NaN, -Infinity))).toBe(0);
  });

  test("is infinite where one is no number, or nothing is there", () => {
    expect(difference(f32(1, 2), f32(NaN, 2))).toBe(Infinity);
    expect(difference(f32(1, 2), f32(Infinity, 2))).toBe(Infinity);
    expect(difference(f32(1, 2))).toBe(Infinity);
    expect(difference(f32(1, 2), f32(1))).toBe(Infinity);
  });

  test("reads numbers, not bits", () => {
    const half = (bits: number): Tensor => ({ elementType: "f16", shape: [1], data: new Uint16Array([bits]) });
    expect(difference(half(0x3c00), half(0x3e00))).toBe(0.5);
    const long = (value: bigint): Tensor => ({ elementType: "i64", shape: [1], data: new BigInt64Array([value]) });
    expect(difference(long(2n ** 40n), long(2n ** 40n + 2n ** 39n))).toBe(0.5);
    expect(difference(tensor("u32", [1], [2 ** 32 - 1]), tensor("u32", [1], [0]))).toBe(1);
  });
});

describe("check with a run of another runtime", () => {
  const text = (values: ArrayLike<number>): string => Buffer.from(Float32Array.from(values).buffer).toString("base64");
  const stored = (name: string, dims: readonly number[], values: ArrayLike<number>) => {
    return { name, type: "float32", dims, data: text(values) };
  };
  const model = fileWith(
    "twice.txt",
    'graph "twice" (%x: f32[1,2] "x") -> (%y "y") {\n' +
      '  %w = constant {value = f32[2,2]{2, 1, 0, 2.125}, label = "w"} : f32[2,2]\n' +
      "  %y = matmul(%x, %w) : f32[1,2]\n}",
  );
  const reference = (inputs: unknown, outputs: unknown): string =>
    fileWith("reference.json", JSON.stringify({ inputs, outputs }));
  const x = stored("x", [1, 2], [1, 1]);

  test("compares with its outputs", async () => {
    for (const [y, difference] of [
      [[2, 3.125], 0],
      [[2, 4.125], 1 / 4.125],
    ] as const) {
      const path = reference([x], [{ name: "y", dtype: "float32", shape: [1, 2], data: text(y) }]);
      const { out, code } = await unstride(["check", model, "--reference", path, "--target", "javascript", "--json"]);
      expect(code).toBe(difference === 0 ? 0 : 1);
      expect(JSON.parse(out)).toMatchObject([{ executor: "javascript", difference }]);
    }
  });

  test("says what rounded weights cost", async () => {
    const path = reference([x], [stored("y", [1, 2], [2, 3.125])]);
    const run = ["check", model, "--reference", path, "--target", "javascript", "--json"];
    const differences = ["f32", "f16", "int8"].map(async (weights) => {
      const [row] = await jsonOf<readonly { readonly difference: number }[]>([...run, "--weights", weights]);
      return row?.difference;
    });
    // 1 and 2.125 count scales of 2.125 / 127: 1 is 60 of them
    const rounded = (60 * 2.125) / 127 - 1;
    expect(await Promise.all(differences)).toEqual([0, 0, expect.closeTo(rounded / 3.125, 4)]);
  });

  test("binds free dimensions to the shapes of a file", async () => {
    const free = [fileWith("net.onnx", upsample), "--target", "javascript"];
    const path = reference([stored("x", [2, 1, 5, 3], new Float32Array(30))], []);
    expect(await failureOf(["check", ...free, "--reference", path])).toEqual({ code: 1, codes: ["command/tensor"] });
    expect((await unstride(["check", ...free, "--reference", path])).err).toContain('"y"');
  });

  test("reads a folder of .npy files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "unstride-reference-"));
    for (const [name, values] of [
      ["x", [1, 1]],
      ["y", [2, 3.125]],
    ] as const) {
      writeFileSync(join(folder, `${name}.npy`), npyFile(tensor("f32", [1, 2], values)));
    }
    expect((await unstride(["check", model, "--reference", folder])).code).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test("refuses what is no run of this model", async () => {
    const wrong = [
      reference([x], []),
      reference([{ ...x, data: "AAAA" }], []),
      reference([{ ...x, type: "string" }], []),
      reference({}, []),
      fileWith("broken.json", "{"),
    ];
    for (const path of wrong) {
      expect(await failureOf(["check", model, "--reference", path])).toMatchObject({ codes: ["command/tensor"] });
    }
  });
});
