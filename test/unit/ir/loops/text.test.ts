import { describe, expect, it } from "vitest";
import { UnstrideError } from "../../../../src/diagnostics/error.js";
import { parseKernel } from "../../../../src/ir/loops/parse.js";
import { printKernel } from "../../../../src/ir/loops/print.js";
import { kernelProblems } from "../../../../src/ir/loops/verify.js";

const everything = `kernel everything(read x: f32[64], read indices: i16[4], read-write state: f16[8], write y: bool[64]) repeat block 4 {
  let row = indices[block]
  var a = -0 f64
  for i = 0 to 16 step 2 {
    let v = x[block * 16 + i] as f64
    a = a + (v - 0.5 f64) * v / (v - (a - 1e-7 f64))
    fence
  }
  for j = row - row to minimum(row, 8) {
    if is_nan(a) == (a < NaN f64) {
      state[j] = square_root(a)
    } else {
      state[j] = select(not(a >= -Infinity f64), f64(i32(a through i8)), f64(state[0]))
    }
  }
  y[block] = bool(a)
}
`;

describe("text of kernels", () => {
  it("shows every construct and reads back", () => {
    const kernel = parseKernel(everything);
    expect(kernelProblems(kernel)).toEqual([]);
    expect(printKernel(kernel)).toBe(everything);
    expect(parseKernel(printKernel(kernel))).toEqual(kernel);
  });

  it("keeps the order of operations", () => {
    const text = (sum: string): string => `kernel k(read x: f64[4], write y: f64[4]) {\n  y[0] = ${sum}\n}\n`;
    const sums = ["x[0] - x[1] - x[2]", "x[0] - (x[1] - x[2])", "(x[0] + x[1]) * x[2] / x[3]", "x[0] / (x[1] * x[2])"];
    for (const sum of sums) expect(printKernel(parseKernel(text(sum)))).toBe(text(sum));
    expect(printKernel(parseKernel(text("(x[0] * x[1]) + x[2]")))).toBe(text("x[0] * x[1] + x[2]"));
  });

  it.each([
    ["kernel k(write y: f32[1]) { y[0] = unheard(1) }", 1, "a known function"],
    ["kernel k(write y: f33[1]) { }", 1, "an element type"],
    ["kernel k(write y: f32[1]) {\n  y[0] = \n}", 3, "a name"],
    ["kernel k(write y: f32[1]) {\n  y[0] @ 1\n}", 2, ""],
    ["kernel k(write y: f32[1]) { } more", 1, "the end"],
  ])("says where %j is wrong", (text, line, expected) => {
    const attempt = (): unknown => parseKernel(text, "test");
    expect(attempt).toThrow(UnstrideError);
    expect(attempt).toThrow(new RegExp(`text/syntax[^]*test:${line}:[^]*${expected}`));
  });
});
