/** Phases that see the same window: when they become one convolution, and that the results stay. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lower } from "../../../../src/compile.js";
import { graph, type GraphTools } from "../../../../src/frontends/code/graph.js";
import type { Graph, Value } from "../../../../src/ir/graph/graph.js";
import { elementCount } from "../../../../src/ir/types/shape.js";
import { foldConstants } from "../../../../src/passes/graph/fold-constants.js";
import { lowerConvTranspose } from "../../../../src/passes/graph/lower-conv-transpose.js";
import { integerTensor } from "../../../support/integers.js";
import { passContext } from "../../../support/pass-context.js";
import { expectSameMeaning } from "../../../support/same-meaning.js";

interface Layer {
  readonly input: readonly number[];
  readonly filter: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly groups?: number;
}

function layerOf(layer: Layer, filterOf: (t: GraphTools) => Value, rest = (_: GraphTools, y: Value) => y): Graph {
  const { input, strides, padding, groups = 1 } = layer;
  return graph("up", (t) => {
    const x = t.input("x", [...input]);
    const options = { strides: [...strides], padding: padding.map(([low, high]) => [low, high] as const), groups };
    const tool =
      ({ 1: "conv1dTranspose", 2: "conv2dTranspose", 3: "conv3dTranspose" } as const)[strides.length] ??
      "conv2dTranspose";
    t.output("y", rest(t, t[tool](x, filterOf(t), options)));
  });
}

function known({ filter }: Layer): (t: GraphTools) => Value {
  return (t) => t.parameter("w", [...filter], integerTensor(filter, 7).data as Float32Array);
}

function opsAfter(layer: Layer, made: Graph = layerOf(layer, known(layer))): readonly string[] {
  const lowered = [lowerConvTranspose(), foldConstants].reduce((ir, pass) => pass.run(ir, passContext), made);
  expectSameMeaning(made, lowered);
  return lowered.nodes.map(({ op }) => op.name).filter((name) => name !== "constant");
}

const aligned: Layer = {
  input: [1, 4, 5, 3],
  filter: [6, 6, 2, 3],
  strides: [2, 2],
  padding: [
    [2, 2],
    [0, 0],
  ],
};

describe("phases that see the same window", () => {
  it("are one convolution, rearranged", () => {
    const ops = opsAfter(aligned);
    expect(ops.filter((name) => name === "conv")).toHaveLength(1);
    expect(ops.slice(-4)).toEqual(["conv", "reshape", "transpose", "reshape"]);
  });

  it("stay apart where they see different windows, where channels fall into groups, where weights are inputs", () => {
    const convs = (ops: readonly string[]): number => ops.filter((name) => name === "conv").length;
    expect(
      convs(
        opsAfter({
          ...aligned,
          padding: [
            [1, 1],
            [0, 0],
          ],
        }),
      ),
    ).toBe(4);
    expect(convs(opsAfter({ ...aligned, filter: [6, 6, 1, 3], groups: 3 }))).toBe(4);
    expect(
      convs(
        opsAfter(
          aligned,
          layerOf(aligned, (t) => t.input("w", [...aligned.filter])),
        ),
      ),
    ).toBe(4);
  });

  it("are stored where they belong: one kernel beside the padding, activations included", () => {
    const unpadded = {
      ...aligned,
      filter: [2, 2, 3, 3],
      padding: [
        [0, 0],
        [0, 0],
      ],
    } as const;
    const made = layerOf(unpadded, known(unpadded), (t, y) =>
      t.relu(t.add(y, t.parameter("b", [3], new Float32Array(3)))),
    );
    for (const target of ["javascript", "wasm"] as const) {
      expect(lower(made, { target })?.program.calls).toHaveLength(1);
    }
  });

  it("give what the definition says, for every rank, stride and multiple of it", () => {
    const dimension = fc.record({
      size: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      taps: fc.integer({ min: 1, max: 3 }),
      crop: fc.integer({ min: 0, max: 1 }),
    });
    const drawn = fc.record({
      dimensions: fc.array(dimension, { minLength: 1, maxLength: 3 }),
      batch: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 3 }),
      out: fc.integer({ min: 1, max: 3 }),
    });
    let merged = 0;
    const law = fc.property(drawn, ({ dimensions, batch, channels, out }) => {
      const layer: Layer = {
        input: [batch, ...dimensions.map(({ size }) => size), channels],
        filter: [...dimensions.map(({ stride, taps }) => stride * taps), out, channels],
        strides: dimensions.map(({ stride }) => stride),
        padding: dimensions.map(({ stride, taps, crop }) => (taps > crop ? [crop * stride, 0] : [0, 0])),
      };
      const ops = opsAfter(layer);
      const phases = elementCount(layer.strides);
      if (phases > 1 && ops.filter((name) => name === "conv").length === 1) merged++;
    });
    fc.assert(law, { numRuns: 60 });
    expect(merged).toBeGreaterThan(20);
  });
});
