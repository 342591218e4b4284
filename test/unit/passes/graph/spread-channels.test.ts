/** Convolutions with few output channels: which of them sum lane by lane, in how many kernels, and that the results stay. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasmTarget } from "../../../../src/codegen/wasm/target.js";
import { lower } from "../../../../src/compile.js";
import { graph } from "../../../../src/frontends/code/graph.js";
import type { Graph } from "../../../../src/ir/graph/graph.js";
import { spreadChannels } from "../../../../src/passes/graph/spread-channels.js";
import { wasm } from "../../../support/executors.js";
import { integerTensor } from "../../../support/integers.js";
import { passContext } from "../../../support/pass-context.js";
import { expectClose, expectSameMeaning, integerInputs } from "../../../support/same-meaning.js";
import { evaluateGraph } from "../../../../src/ir/graph/evaluate.js";

interface Layer {
  readonly size: number;
  readonly kernel: number;
  readonly channels: number;
  readonly out: number;
  readonly stride: number;
  readonly dilation: number;
}

const plain: Layer = { size: 9, kernel: 3, channels: 8, out: 3, stride: 1, dilation: 1 };

function layerOf({ size, kernel, channels, out, stride, dilation }: Layer): Graph {
  const shape = [kernel, kernel, channels, out];
  return graph("layer", (t) => {
    const w = t.parameter("w", shape, integerTensor(shape, 3).data as Float32Array);
    const options = { strides: stride, dilations: dilation, padding: "SAME" as const };
    t.output("y", t.relu(t.conv2d(t.input("x", [1, size, size + 1, channels]), w, options)));
  });
}

const withLanes = { ...passContext, target: wasmTarget };

describe("spread-channels", () => {
  it("leaves alone what fills a vector, what has too little to sum, and targets without lanes", () => {
    const unchanged = (layer: Layer, context = withLanes): boolean => {
      const made = layerOf(layer);
      return spreadChannels.run(made, context) === made;
    };
    expect(unchanged(plain)).toBe(false);
    expect(unchanged({ ...plain, out: 4 })).toBe(true);
    expect(unchanged({ ...plain, channels: 6 })).toBe(true);
    expect(unchanged({ ...plain, kernel: 1 })).toBe(true);
    expect(unchanged(plain, passContext)).toBe(true);
  });

  it("makes one kernel of the sums of all channels, and one that adds up the lanes", () => {
    const schedules = lower(layerOf(plain), { target: "wasm" })?.schedules ?? [];
    const convs = schedules.filter(({ kernel }) => kernel.startsWith("conv"));
    expect(convs).toHaveLength(1);
    expect(convs[0]?.schedule).toContain("vectorise g");
    expect(schedules.filter(({ kernel }) => kernel.startsWith("reduce"))).toHaveLength(1);
  });

  it("gives what the convolution says, in the reference and as WebAssembly", async () => {
    const drawn = fc.record({
      size: fc.integer({ min: 1, max: 9 }),
      kernel: fc.integer({ min: 1, max: 5 }),
      channels: fc.constantFrom(4, 8, 32, 36),
      out: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
    });
    let changed = 0;
    const law = fc.asyncProperty(drawn, async (layer) => {
      const made = layerOf(layer);
      const after = spreadChannels.run(made, withLanes);
      if (after !== made) changed++;
      expectSameMeaning(made, after);
      const inputs = integerInputs(made, 1);
      const [[name, expected]] = [...evaluateGraph(made, inputs)] as [[string, Parameters<typeof expectClose>[2]]];
      const found = (await wasm.run(made, inputs)).get(name);
      expectClose(name, found as typeof expected, expected);
    });
    await fc.assert(law, { numRuns: 30 });
    expect(changed).toBeGreaterThan(10);
  });
});
