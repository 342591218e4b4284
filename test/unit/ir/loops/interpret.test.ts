import { describe, expect, it } from "vitest";
import { interpretKernel } from "../../../../src/ir/loops/interpret.js";
import { parseKernel } from "../../../../src/ir/loops/parse.js";
import { allocate, type ElementType, type TypedArray } from "../../../../src/ir/types/element-type.js";

/** Runs a body with `x` given and `y` of `length` elements. */
function run(body: string, xType: ElementType, x: TypedArray, yType: ElementType, length: number): TypedArray {
  const y = allocate(yType, length);
  const kernel = parseKernel(`kernel k(read x: ${xType}[${x.length}], write y: ${yType}[${length}]) {\n${body}\n}`);
  interpretKernel(kernel, [
    { array: x, offset: 0 },
    { array: y, offset: 0 },
  ]);
  return y;
}

describe("interpretKernel", () => {
  it("computes in doubles and rounds when it stores", () => {
    const x = Float32Array.of(16777216, 1, 1);
    const widened = "var a = 0 f64 for i = 0 to 3 { a = a + x[i] as f64 } y[0] = a";
    const rounded = "var a = 0 f32 for i = 0 to 3 { a = a + x[i] } y[0] = a";
    expect(run(widened, "f32", x, "f32", 1)).toEqual(Float32Array.of(16777218));
    expect(run(rounded, "f32", x, "f32", 1)).toEqual(Float32Array.of(16777216));
  });

  it("wraps i32, divides by zero to zero and takes the sign of the divisor in modulo", () => {
    const x = Int32Array.of(2147483647, -7, 3, 0);
    const body =
      "y[0] = x[0] + 1 y[1] = x[0] * x[0] y[2] = x[1] / x[3] y[3] = modulo(x[1], x[2]) y[4] = remainder(x[1], x[2])";
    expect(run(body, "i32", x, "i32", 5)).toEqual(Int32Array.of(-2147483648, 1, 0, 2, -1));
  });

  it("truncates and saturates floats that become i32, and wraps them through narrow types", () => {
    const x = Float64Array.of(-2.9, 1e20, NaN, 300);
    const body =
      "y[0] = i32(x[0]) y[1] = i32(x[1]) y[2] = i32(x[2]) y[3] = i32(x[3] through i8) y[4] = i32(x[3] through u8)";
    expect(run(body, "f64", x, "i32", 5)).toEqual(Int32Array.of(-2, 2147483647, 0, 44, 44));
  });

  it("decodes and encodes half floats", () => {
    const body = "y[0] = x[0] + x[0] y[1] = x[1] y[2] = f32(0.1 f64 through f16)";
    expect(run(body, "f16", Uint16Array.of(0x3c00, 0x7c00), "f32", 3)).toEqual(
      Float32Array.of(2, Infinity, 0.0999755859375),
    );
    expect(run("y[0] = x[0]", "f32", Float32Array.of(1), "bf16", 1)).toEqual(Uint16Array.of(0x3f80));
  });

  it("reads the low 32 bits of 64-bit integers and extends the sign of what it stores", () => {
    expect(run("y[0] = x[0] y[1] = x[1]", "i64", BigInt64Array.of(5n, 2n ** 32n - 1n), "i32", 2)).toEqual(
      Int32Array.of(5, -1),
    );
    expect(run("y[0] = x[0]", "i32", Int32Array.of(-3), "i64", 1)).toEqual(BigInt64Array.of(-3n));
  });

  it("stores truth values as 0 and 1", () => {
    const body = "y[0] = x[0] < x[1] y[1] = not(x[0] < x[1]) y[2] = bool(x[0]) y[3] = xor(x[0] < x[1], bool(x[1]))";
    expect(run(body, "i32", Int32Array.of(0, 2), "bool", 4)).toEqual(Uint8Array.of(1, 0, 0, 0));
  });

  it("runs all repeats, at each parameter's offset", () => {
    const y = new Float32Array(5);
    const kernel = parseKernel("kernel k(write y: f32[3]) repeat i 3 {\n  y[i] = f64(i) + 1 f64\n}");
    interpretKernel(kernel, [{ array: y, offset: 2 }]);
    expect(y).toEqual(Float32Array.of(0, 0, 1, 2, 3));
  });

  it("takes one branch", () => {
    const body = "for i = 0 to 3 { if x[i] > 0 { y[i] = x[i] } else { y[i] = 0 - x[i] } }";
    expect(run(body, "i32", Int32Array.of(1, -2, 3), "i32", 3)).toEqual(Int32Array.of(1, 2, 3));
  });

  it("needs memory for every parameter", () => {
    const kernel = parseKernel("kernel k(write y: f32[3]) {\n}");
    expect(() => interpretKernel(kernel, [])).toThrow("y has no memory");
  });
});
