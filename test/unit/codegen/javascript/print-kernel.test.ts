import { describe, expect, it } from "vitest";
import { helpersIn } from "../../../../src/codegen/javascript/helpers.js";
import { printKernel } from "../../../../src/codegen/javascript/print-kernel.js";
import { parseKernel } from "../../../../src/ir/loops/parse.js";

const printed = (text: string): string => printKernel(parseKernel(text));

describe("printKernel", () => {
  it("adds base offsets where addresses begin, declares accumulators together and fences", () => {
    const text = `kernel dot(read x: f32[64], read w: f32[64], write y: f32[8]) {
      for i = 0 to 8 {
        let x_i = i * 8
        var a = 0 f64
        var b = 1 f64
        for j = 0 to 8 step 2 {
          let x_j = x_i + j
          a = a + x[x_j] as f64 * w[i + j] as f64
          fence
          b = b * x[x_j + 1] as f64
        }
        y[i] = a + b
      }
    }`;
    expect(printed(text)).toBe(
      `
function dot(x, xBase, w, wBase, y, yBase) {
  const z = fence;
  for (let i = 0; i < 8; i++) {
    const x_i = (xBase + i * 8) | 0;
    let a = 0, b = 1;
    for (let j = 0; j < 8; j += 2) {
      const x_j = (x_i + j) | 0;
      a += x[x_j] * w[(wBase + i + j) | 0];
      z[0] = 0;
      b *= x[(x_j + 1) | 0];
    }
    y[(yBase + i) | 0] = a + b;
  }
}`.trim(),
    );
  });

  it("does not let an address carry a base that has another use", () => {
    const text = `kernel k(read x: f32[8], write y: f32[8]) {
      for i = 0 to 4 {
        let p = i * 2
        y[p] = x[p]
        y[p + 1] = f64(p)
      }
    }`;
    expect(printed(text)).toContain("const p = i * 2 | 0;".replace("i * 2", "(i * 2)"));
    expect(printed(text)).toContain("y[(yBase + p) | 0] = x[(xBase + p) | 0];");
  });

  it("does not let an address carry a base that an index would then have twice", () => {
    const text = `kernel k(read x: f32[8], write y: f32[8]) {
      for i = 0 to 4 {
        let p = i * 1
        y[i] = x[p + p]
      }
    }`;
    expect(printed(text)).toContain("= x[(xBase + p + p) | 0];");
  });

  it("renames what JavaScript reserves or the text uses, and passes the repeat variable last", () => {
    const text = `kernel k(read new: f32[8], write errorFunction: f32[8]) repeat class 8 {
      let Math = class * 1
      errorFunction[Math] = exponential(new[Math] as f64)
    }`;
    const result = printed(text);
    expect(result.split("\n")[0]).toBe("function k(new_2, newBase, errorFunction_2, errorFunctionBase, class_2) {");
    expect(result).toContain("= Math.exp(new_2[");
    expect(() => new Function(`return ${result}`)).not.toThrow();
  });

  it("wraps integers once per sum and multiplies large ones exactly", () => {
    const body = (value: string): string => `kernel k(read n: i32[9], write y: i32[9]) { y[0] = ${value} }`;
    expect(printed(body("n[0] + n[1] * 3 - n[2]"))).toContain(
      "= (n[nBase] + n[(nBase + 1) | 0] * 3 - n[(nBase + 2) | 0]) | 0;",
    );
    expect(printed(body("n[0] * n[1]"))).toContain("= Math.imul(");
    expect(printed(body("n[0] * 1000000"))).toContain("= Math.imul(");
    expect(printed(body("n[0] / 3"))).toContain("(n[nBase] / 3) | 0");
    expect(printed(body("n[0] + -4"))).toContain("(n[nBase] - 4) | 0");
  });

  it("prints if and else", () => {
    const text = "kernel k(read n: i32[1], write y: i32[1]) { if n[0] < 3 { y[0] = 1 } else { y[0] = 2 } }";
    expect(printed(text)).toContain("  if (n[nBase] < 3) {\n    y[yBase] = 1;\n  } else {\n    y[yBase] = 2;\n  }");
  });

  it("names the helpers a text calls", () => {
    const text = "kernel k(read x: f16[1], write y: f32[1]) { y[0] = round_even(error_function(x[0] as f64)) }";
    expect(helpersIn(printed(text))).toEqual(["decodeF16", "errorFunction", "roundHalfToEven"]);
  });
});
