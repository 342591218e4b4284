import { describe, expect, it } from "vitest";
import { collapseAxes } from "../../../../src/passes/schedule/collapse-axes.js";
import type { Computation } from "../../../../src/ir/computation/computation.js";
import { load } from "../../../../src/ir/computation/build-scalar.js";
import { convolution, depthwise, flatDense, on } from "../../../support/arbitrary-computation.js";

const shapeOf = ({ axes, sums }: Computation): string => {
  const text = (list: Computation["axes"]): string => list.map(({ name, extent }) => `${name}:${extent}`).join(" ");
  return `${text(axes)} | ${text(sums)}`;
};
const size = { batch: 1, rows: 4, columns: 5, channels: 3, filters: 8, stride: 1, dilation: 1 };

describe("collapseAxes", () => {
  it("joins a kernel's columns with the channels and drops a batch of one", () => {
    const conv = flatDense(convolution({ ...size, kernel: [3, 3] }));
    expect(shapeOf(collapseAxes(conv))).toBe("y:4 x:5 o:8 | ky:3 c:9");
  });

  it("joins the pixels of a 1×1 convolution, whose window never leaves them", () => {
    const conv = flatDense(convolution({ ...size, kernel: [1, 1] }));
    expect(shapeOf(collapseAxes(conv))).toBe("x:20 o:8 | c:3");
  });

  it("joins nothing across a dilation or a stride", () => {
    const conv = flatDense(convolution({ ...size, kernel: [2, 2], dilation: 2 }));
    expect(shapeOf(collapseAxes(conv))).toBe("y:4 x:5 o:8 | ky:2 kx:2 c:3");
    expect(shapeOf(collapseAxes(flatDense(depthwise(3, 3, 2, 2, 2))))).toBe("y:3 x:3 c:2 | ky:2 kx:2");
  });

  it("makes a dense elementwise computation one loop and orders a transposed one by its stores", () => {
    const copy = (store: readonly number[], from: readonly number[], result: readonly number[]): Computation =>
      flatDense({
        name: "copy",
        operands: [{ elementType: "f32", shape: [2, 3, 4] }],
        result: { elementType: "f32", shape: result },
        axes: [2, 3, 4].map((extent, i) => ({ name: `d${i}`, extent })),
        store: store.map((axis) => on(axis)),
        body: load(
          0,
          from.map((axis) => on(axis)),
        ),
      });
    expect(shapeOf(collapseAxes(copy([0, 1, 2], [0, 1, 2], [2, 3, 4])))).toBe("d2:24 | ");
    expect(shapeOf(collapseAxes(copy([2, 0, 1], [0, 1, 2], [4, 2, 3])))).toBe("d2:4 d1:6 | ");
  });

  it("keeps one sum of a reduction over nothing but ones", () => {
    const conv = flatDense(convolution({ ...size, channels: 1, kernel: [1, 1] }));
    expect(shapeOf(collapseAxes(conv))).toBe("x:20 o:8 | ky:1");
  });

  it("gives axes that share a name one each", () => {
    const twice = flatDense({
      name: "outer",
      operands: [
        { elementType: "f32", shape: [2] },
        { elementType: "f32", shape: [3] },
      ],
      result: { elementType: "f32", shape: [3, 2] },
      axes: [
        { name: "i", extent: 3 },
        { name: "i", extent: 2 },
      ],
      body: load(0, [on(1)]),
    });
    expect(shapeOf(collapseAxes(twice))).toBe("i:3 i2:2 | ");
  });
});
