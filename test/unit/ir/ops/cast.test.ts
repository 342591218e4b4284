import { describe, expect, test } from "vitest";
import { cast } from "../../../../src/ir/ops/cast.js";
import type { ElementType, TypedArray } from "../../../../src/ir/types/element-type.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { evaluated } from "../../../support/lowered.js";

const casts = (value: Tensor, to: ElementType) => [...evaluated(cast, [value], { to })[0].data];
const from = (type: ElementType, ...values: number[]) => tensor(type, [values.length], values);
const raw = (elementType: ElementType, data: TypedArray): Tensor => ({ elementType, shape: [data.length], data });

describe("cast", () => {
  test("floats to integers: towards zero, saturating, NaN gives 0", () => {
    const x = from("f32", 1.9, -1.9, NaN, Infinity, -Infinity, 300, -300);
    expect(casts(x, "i32")).toEqual([1, -1, 0, 2 ** 31 - 1, -(2 ** 31), 300, -300]);
    expect(casts(x, "i8")).toEqual([1, -1, 0, 127, -128, 127, -128]);
    expect(casts(x, "u8")).toEqual([1, 0, 0, 255, 0, 255, 0]);
    expect(casts(x, "u32")).toEqual([1, 0, 0, 2 ** 32 - 1, 0, 300, 0]);
    expect(casts(from("f64", 3e9, 2 ** 31, 2 ** 32), "u32")).toEqual([3e9, 2 ** 31, 2 ** 32 - 1]);
    expect(casts(x, "i64")).toEqual([1n, -1n, 0n, 2n ** 63n - 1n, -(2n ** 63n), 300n, -300n]);
    expect(casts(x, "u64")).toEqual([1n, 0n, 0n, 2n ** 64n - 1n, 0n, 300n, 0n]);
  });

  test("64-bit integers are exact", () => {
    const x = raw("i64", BigInt64Array.of(2n ** 53n + 1n, -(2n ** 63n), -1n));
    expect(casts(x, "u64")).toEqual([2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]);
    expect(casts(raw("u64", BigUint64Array.of(2n ** 64n - 1n)), "i64")).toEqual([-1n]);
    expect(casts(x, "f64")).toEqual([2 ** 53, -(2 ** 63), -1]);
    expect(casts(from("f64", 2 ** 62 + 2 ** 10, -(2 ** 53)), "i64")).toEqual([2n ** 62n + 2n ** 10n, -(2n ** 53n)]);
    expect(casts(from("u32", 2 ** 32 - 1), "i64")).toEqual([2n ** 32n - 1n]);
    expect(casts(from("u32", 2 ** 32 - 1), "u64")).toEqual([2n ** 32n - 1n]);
  });

  test("integers to integers: low bits, sign extended", () => {
    expect(casts(from("i32", 300, -1, 128), "u8")).toEqual([44, 255, 128]);
    expect(casts(from("i32", 300, -1, 128), "i8")).toEqual([44, -1, -128]);
    expect(casts(from("i32", -1, 7), "i64")).toEqual([-1n, 7n]);
    expect(casts(from("i32", -1), "u64")).toEqual([2n ** 64n - 1n]);
    expect(casts(from("i32", -1), "u32")).toEqual([2 ** 32 - 1]);
    expect(casts(raw("i64", BigInt64Array.of(-5n, 2n ** 40n + 3n, -(2n ** 63n))), "i32")).toEqual([-5, 3, 0]);
    expect(casts(from("u32", 2 ** 32 - 1), "i32")).toEqual([-1]);
  });

  test("to floats: the nearest, halves to even", () => {
    expect(casts(from("u32", 2 ** 32 - 1, 5), "f64")).toEqual([2 ** 32 - 1, 5]);
    expect(casts(from("u32", 3e9), "f32")).toEqual([3e9]);
    expect(casts(from("i32", 2 ** 24 + 1), "f32")).toEqual([2 ** 24]);
    expect(casts(from("f32", 1, 65504, 65520, 2 ** -24, NaN), "f16")).toEqual([0x3c00, 0x7bff, 0x7c00, 1, 0x7e00]);
    expect(casts(from("f32", 1, -2, 1 + 2 ** -8, 3.4e38), "bf16")).toEqual([0x3f80, 0xc000, 0x3f80, 0x7f80]);
    expect(casts(raw("f16", Uint16Array.of(0x3c01, 0x8000, 0xfc00)), "f32")).toEqual([1 + 2 ** -10, -0, -Infinity]);
    expect(casts(from("bool", 0, 1), "f32")).toEqual([0, 1]);
  });

  test("to bool: whether it differs from zero", () => {
    expect(casts(from("f32", 0, -0, 0.1, NaN, -3), "bool")).toEqual([0, 0, 1, 1, 1]);
    expect(casts(from("i32", 0, 256), "bool")).toEqual([0, 1]);
  });
});
