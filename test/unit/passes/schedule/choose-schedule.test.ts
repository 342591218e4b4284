/** What is chosen for layers of real networks. A change of the cost model shows here. */
import { describe, expect, it } from "vitest";
import { javascriptTarget } from "../../../../src/codegen/javascript/target.js";
import { applyBinary, load } from "../../../../src/ir/computation/build-scalar.js";
import { chooseSchedule } from "../../../../src/passes/schedule/choose-schedule.js";
import { collapseAxes } from "../../../../src/passes/schedule/collapse-axes.js";
import { printSchedule } from "../../../../src/passes/schedule/schedule.js";
import { convolution, depthwise, flatDense, on } from "../../../support/arbitrary-computation.js";

type Parts = Parameters<typeof flatDense>[0];

function chosen(parts: Parts): string {
  const computation = collapseAxes(flatDense(parts));
  return printSchedule(chooseSchedule(computation, parts.constants ?? [], javascriptTarget));
}

const conv = (rows: number, channels: number, filters: number, kernel: number, stride = 1): Parts =>
  convolution({ batch: 1, rows, columns: rows, channels, filters, kernel: [kernel, kernel], stride, dilation: 1 });

describe("chooseSchedule", () => {
  it("streams pixels past four held channels and four steps", () => {
    expect(chosen(conv(56, 64, 64, 3))).toBe(
      "split x 28 exact; split o 4 exact; split c 4 exact; reorder o y x ky c x_in o_in c_in; " +
        "unroll x_in; unroll o_in; unroll c_in; fence x_in; repeat o; stage 1",
    );
    expect(chosen(conv(14, 256, 256, 3))).toContain("split x 14 exact; split o 4 exact; split c 4 exact");
  });

  it("walks the channels inside the pixels where there is one tap", () => {
    expect(chosen(conv(56, 64, 256, 1))).toContain("reorder x o c x_in o_in c_in");
  });

  it("takes steps that divide the sum", () => {
    expect(chosen(conv(112, 3, 64, 7, 2))).toContain("split c 3 exact");
  });

  it("takes several short rows at once", () => {
    expect(chosen(conv(7, 2048, 256, 2))).toContain("split x 7 exact");
    expect(chosen(conv(7, 2048, 256, 2))).toMatch(/split y [2-4] exact/);
  });

  it("spells small windows out over a block of neighbouring pixels", () => {
    const schedule = chosen(depthwise(112, 112, 32, 3, 1));
    expect(schedule).toContain("reorder y x c x_in y_in ky kx");
    expect(schedule).toContain("stage 1");
    expect(schedule).not.toContain("fence");
  });

  it("streams the weights where there are few pixels", () => {
    const dense: Parts = {
      name: "dense",
      operands: [
        { elementType: "f32", shape: [1, 1024] },
        { elementType: "f32", shape: [1024, 1000] },
      ],
      result: { elementType: "f32", shape: [1, 1000] },
      axes: [
        { name: "m", extent: 1 },
        { name: "n", extent: 1000 },
      ],
      sums: [{ name: "k", extent: 1024 }],
      body: applyBinary("multiply", load(0, [on(0), on(2)]), load(1, [on(2), on(1)])),
      constants: [false, true],
    };
    expect(chosen(dense)).toMatch(/^split n \d+ exact; split k \d exact; reorder n k n_in k_in;.*fence n_in/);
  });

  it("walks copies in the order of the result, four elements at a time, along what they read where that differs", () => {
    const copy = (shape: readonly number[], order: readonly number[]): Parts => ({
      name: "copy",
      operands: [{ elementType: "f32", shape: order.map((d) => shape[d] ?? 1) }],
      result: { elementType: "f32", shape },
      axes: shape.map((extent, i) => ({ name: `d${i}`, extent })),
      body: load(
        0,
        order.map((d) => on(d)),
      ),
    });
    expect(chosen(copy([30, 40], [0, 1]))).toBe("split d1 4 exact; reorder d1 d1_in; unroll d1_in");
    expect(chosen(copy([30, 40], [1, 0]))).toBe("split d1 4 exact; reorder d1 d0 d1_in; unroll d1_in");
    expect(chosen(copy([300, 3], [1, 0]))).toBe("unroll d1");
  });
});
