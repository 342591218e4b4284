import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../../../src/ir/graph/builder.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";
import type { Graph } from "../../../../src/ir/graph/graph.js";
import { add, multiply } from "../../../../src/ir/ops/binary.js";
import { conv } from "../../../../src/ir/ops/conv.js";
import { concat } from "../../../../src/ir/ops/concat.js";
import { pad } from "../../../../src/ir/ops/pad.js";
import { reshape } from "../../../../src/ir/ops/reshape.js";
import { transpose } from "../../../../src/ir/ops/transpose.js";
import { tensor, type Tensor } from "../../../../src/ir/types/tensor.js";
import { elementCount, type Shape } from "../../../../src/ir/types/shape.js";
import { fuseElementwise } from "../../../../src/passes/computation/fuse-elementwise.js";
import { lowerToComputations } from "../../../../src/passes/computation/lower-to-computations.js";
import { placeTensors } from "../../../../src/passes/computation/place-tensors.js";
import { orderKernels } from "../../../../src/passes/program/order-kernels.js";
import { printPlacedModule } from "../../../../src/ir/computation/print.js";
import { runPlaced } from "../../../support/run-placed.js";

const counting = (shape: Shape, seed = 1): Tensor =>
  tensor(
    "f32",
    shape,
    Array.from({ length: elementCount(shape) }, (_, i) => ((i * 7 + seed * 3) % 11) - 5),
  );

function expectSame(graph: Graph, inputs: Readonly<Record<string, Tensor>>, steps?: number): void {
  const expected = [...evaluateGraph(graph, inputs).values()].map(({ data }) => [...data].map(Number));
  const placed = orderKernels(placeTensors(fuseElementwise(lowerToComputations(graph))));
  const found = runPlaced(
    placed,
    graph.inputs.map(({ name }) => inputs[name]),
  ).map((data) => [...data].map(Number));
  expect(found, printPlacedModule(placed)).toEqual(expected);
  if (steps !== undefined) expect(placed.steps.length, printPlacedModule(placed)).toBe(steps);
}

describe("fusing and placing", () => {
  it("makes a padded residual block of three steps: border, conv with epilogue, conv with epilogue", () => {
    const b = new GraphBuilder("residual");
    const x = b.input("x", { elementType: "f32", shape: [1, 4, 4, 2] });
    const w = b.constant(counting([3, 3, 2, 2]));
    const unpadded = {
      strides: [1, 1],
      dilations: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    } as const;
    const border = {
      padding: [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
    } as const;
    const first = b.one(conv, [b.one(pad, [x], border), w], unpadded);
    const biased = b.one(add, [first, b.constant(counting([2]))], {});
    const second = b.one(conv, [b.one(pad, [biased], border), w], unpadded);
    b.output("y", b.one(add, [second, biased], {}));
    expectSame(b.finish(), { x: counting([1, 4, 4, 2]) });
  });
  it("transposes, reshapes and concatenates without copies where an output ends the chain", () => {
    const b = new GraphBuilder("heads");
    const x = b.input("x", { elementType: "f32", shape: [1, 3, 4, 5] });
    const nhwc = b.one(transpose, [x], { permutation: [0, 2, 3, 1] });
    const w = b.constant(counting([1, 1, 3, 4]));
    const y = b.one(conv, [nhwc, w], {
      strides: [1, 1],
      dilations: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    });
    const left = b.one(reshape, [y], { shape: [1, 40, 2] });
    const right = b.one(reshape, [b.one(multiply, [y, y], {})], { shape: [1, 40, 2] });
    b.output("boxes", b.one(concat, [left, right], { axis: 1 }));
    b.output("again", b.one(transpose, [y], { permutation: [0, 3, 1, 2] }));
    expectSame(b.finish(), { x: counting([1, 3, 4, 5]) });
  });
  it("copies where a value is an input, a constant, or put in two places", () => {
    const b = new GraphBuilder("copies");
    const x = b.input("x", { elementType: "f32", shape: [2, 3] });
    const c = b.constant(counting([2, 3]));
    const sum = b.one(add, [x, c], {});
    b.output("a", b.one(concat, [sum, sum, x, c], { axis: 0 }));
    b.output("b", x);
    b.output("c", sum);
    b.output("d", b.one(reshape, [b.one(transpose, [sum], { permutation: [1, 0] })], { shape: [2, 3] }));
    expectSame(b.finish(), { x: counting([2, 3], 2) });
  });
});
