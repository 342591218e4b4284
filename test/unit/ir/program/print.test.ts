import { describe, expect, it } from "vitest";
import { printProgram } from "../../../../src/ir/program/print.js";
import { addTwiceProgram, printTestKernel, rowProgram } from "../../../support/tiny-programs.js";

describe("printProgram", () => {
  it("shows memory, kernels and calls in order", () => {
    expect(printProgram(addTwiceProgram())).toBe(
      [
        'program "add_twice" arena 32 bytes',
        'input0 "x": f32[2,3]',
        'output0 "y": f32[2,3]',
        'weights0 "w": f32[6]',
        "kernel add(a: read f32[6], b: read f32[6], c: write f32[6])",
        'call add input0+0 weights0+0 -> arena+2 // "tiny.onnx, node \\"first\\" (Add, #0)"',
        'call add arena+2 weights0+0 -> output0+0 // "tiny.onnx, node \\"second\\" (Add, #1)"',
        "",
      ].join("\n"),
    );
  });

  it("shows how often a kernel repeats", () => {
    expect(printProgram(rowProgram(3))).toContain('call row input0+0 -> output0+0 x 3 // "sum of rows"\n');
  });

  it("shows the loops of kernels where it is told how", () => {
    const text = printProgram(addTwiceProgram(), (kernel) => printTestKernel(kernel).text);
    expect(text).toContain("function add(a, aBase, b, bBase, c, cBase) {\n");
    expect(text).not.toContain("kernel add(");
  });
});
