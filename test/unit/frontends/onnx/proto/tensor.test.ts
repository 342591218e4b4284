import { describe, expect, test } from "vitest";
import { UnstrideError } from "../../../../../src/diagnostics/error.js";
import type { OnnxTensor } from "../../../../../src/frontends/onnx/proto/model.js";
import { readOnnxTensor } from "../../../../../src/frontends/onnx/read-model.js";
import type { ElementType, TypedArray } from "../../../../../src/ir/types/element-type.js";
import { tensorFile, type TensorSpec } from "../../../../support/onnx-writer.js";

const read = (spec: TensorSpec): OnnxTensor => readOnnxTensor(tensorFile(spec), { source: "test.pb" });

/** The one thing that is wrong with a tensor. */
function problemOf(spec: TensorSpec): string {
  try {
    read(spec);
    return "none";
  } catch (error) {
    if (!(error instanceof UnstrideError)) throw error;
    expect(error.diagnostics).toHaveLength(1);
    return `${error.code}: ${error.diagnostics[0]?.found}`;
  }
}

/** Each element type with two values, and the field of numbers that holds them. */
const cases: { readonly [T in ElementType]: readonly [TypedArray, Partial<TensorSpec>] } = {
  f32: [Float32Array.of(1.5, -0), { floats: [1.5, -0] }],
  f64: [Float64Array.of(Math.PI, -0), { doubles: [Math.PI, -0] }],
  f16: [Uint16Array.of(0x3c00, 0xfc00), { int32s: [0x3c00, 0xfc00] }],
  bf16: [Uint16Array.of(0x3f80, 0xff80), { int32s: [0x3f80, 0xff80] }],
  i8: [Int8Array.of(-128, 127), { int32s: [-128, 127] }],
  i16: [Int16Array.of(-32768, 32767), { int32s: [-32768, 32767] }],
  i32: [Int32Array.of(-(2 ** 31), 2 ** 31 - 1), { int32s: [-(2 ** 31), 2 ** 31 - 1] }],
  i64: [BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n), { int64s: [-(2n ** 63n), 2n ** 63n - 1n] }],
  u8: [Uint8Array.of(0, 255), { int32s: [0, 255] }],
  u16: [Uint16Array.of(0, 65535), { int32s: [0, 65535] }],
  u32: [Uint32Array.of(0, 2 ** 32 - 1), { uint64s: [0, 2 ** 32 - 1] }],
  u64: [BigUint64Array.of(0n, 2n ** 64n - 1n), { uint64s: [0, 2n ** 64n - 1n] }],
  bool: [Uint8Array.of(0, 1), { int32s: [0, 1] }],
};

describe.each(Object.entries(cases))("%s", (type, [expected, numbers]) => {
  const raw = new Uint8Array(expected.buffer);
  const elementType = type as ElementType;

  test("from bytes", () => {
    const tensor = read({ name: "w", type: elementType, shape: [2], raw });
    expect(tensor).toEqual({ name: "w", elementType, shape: [2], data: expected });
  });

  test("from the field of numbers", () => {
    expect(read({ type: elementType, shape: [1, 2], ...numbers }).data).toEqual(expected);
  });

  test("from bytes at every alignment", () => {
    for (let shift = 0; shift < 8; shift++) {
      const name = "n".repeat(shift);
      expect(read({ name, type: elementType, shape: [2], raw }).data).toEqual(expected);
    }
  });

  test("a byte too few or too many is refused, and so is a number", () => {
    expect(problemOf({ type: elementType, shape: [3], raw })).toMatch(/^import\/tensor-data/);
    expect(problemOf({ type: elementType, shape: [2], raw: raw.subarray(1) })).toMatch(/^import\/tensor-data/);
    expect(problemOf({ type: elementType, shape: [3], ...numbers })).toMatch(/^import\/tensor-data: 2/);
  });
});

describe("shapes", () => {
  test("no sizes are a scalar, a size of zero is no elements", () => {
    expect(read({ shape: [], floats: [7] })).toMatchObject({ shape: [], data: Float32Array.of(7) });
    expect(read({ shape: [0, 5] })).toMatchObject({ shape: [0, 5], data: new Float32Array(0) });
  });

  test.each([
    ["negative", [-1, -1]],
    ["beyond exact numbers", [2n ** 62n]],
    ["with a product beyond 64 bits", [2n ** 32n, 2n ** 32n, 2n ** 32n]],
    ["with a product that wraps to what is there", [2n ** 63n - 1n, 2]],
    ["of more elements than the data, before memory is taken", [2 ** 40]],
    ["of too many sizes", Array.from({ length: 65 }, () => 1)],
  ])("%s are refused", (_, shape) => {
    expect(problemOf({ shape, raw: new Uint8Array(8) })).toMatch(/^import\/tensor-shape/);
  });

  test("a large shape without data costs nothing", () => {
    expect(problemOf({ shape: [2 ** 14, 2 ** 14], type: "f64" })).toBe("import/tensor-data: 0");
  });
});

describe("what else is refused", () => {
  test.each([
    [8, "STRING"],
    [14, "COMPLEX64"],
    [15, "COMPLEX128"],
    [17, "FLOAT8E4M3FN"],
    [19, "FLOAT8E5M2"],
    [22, "INT4"],
    [23, "FLOAT4E2M1"],
    [28, "FLOAT6E3M2"],
    [0, "the number 0, which names no type"],
    [99, "the number 99, which names no type"],
    [-1, "the number -1, which names no type"],
  ])("element type %i by its name", (type, found) => {
    expect(problemOf({ type, shape: [0] })).toBe(`import/element-type: ${found}`);
  });

  test("numbers with more bits than the element type has", () => {
    expect(problemOf({ type: "u8", shape: [1], int32s: [256] })).toBe("import/tensor-data: 256 in int32_data");
    expect(problemOf({ type: "i8", shape: [1], int32s: [-129] })).toBe("import/tensor-data: -129 in int32_data");
    expect(problemOf({ type: "u32", shape: [1], uint64s: [2n ** 32n] })).toMatch(/4294967296 in uint64_data/);
  });

  test("bytes and numbers at once, external data without a model", () => {
    expect(problemOf({ shape: [1], floats: [1], raw: new Uint8Array(4) })).toBe("import/tensor-data: both");
    expect(problemOf({ shape: [1], external: { location: "w.bin" } })).toBe("import/external-data: no such file");
  });
});

test("small integers may be written with either sign", () => {
  expect(read({ type: "i8", shape: [2], int32s: [255, -1] }).data).toEqual(Int8Array.of(-1, -1));
});

test("truth is 1, whatever the file writes", () => {
  expect(read({ type: "bool", shape: [3], raw: Uint8Array.of(0, 2, 255) }).data).toEqual(Uint8Array.of(0, 1, 1));
  expect(read({ type: "bool", shape: [3], int32s: [0, 2, -1] }).data).toEqual(Uint8Array.of(0, 1, 1));
});

test("aligned bytes are not copied, and Node's Buffer reads like any other", () => {
  const bytes = tensorFile({ shape: [64], type: "u8", raw: new Uint8Array(64) });
  expect(readOnnxTensor(bytes, { source: "t" }).data.buffer).toBe(bytes.buffer);
  const odd = Buffer.concat([Buffer.of(0), tensorFile({ shape: [2], type: "f64", raw: new Uint8Array(16) })]).subarray(
    1,
  );
  expect(readOnnxTensor(odd, { source: "t" }).data).toEqual(new Float64Array(2));
});
