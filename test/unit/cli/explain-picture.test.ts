/** What is drawn is what is computed: sums read off the pictures are the reference's, and so are the phases' taps. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { phasesOf } from "../../../src/cli/explain/phase-part.js";
import { pictureOf, sourceCells, termsAt, type Picture } from "../../../src/cli/explain/picture.js";
import { windowOpOf, type WindowOp } from "../../../src/cli/explain/window-op.js";
import { evaluateNode } from "../../../src/ir/graph/evaluate.js";
import type { Attributes } from "../../../src/ir/attributes/value.js";
import type { OpDefinition } from "../../../src/ir/graph/graph.js";
import { conv } from "../../../src/ir/ops/conv.js";
import { convTranspose } from "../../../src/ir/ops/conv-transpose.js";
import { eachPoint } from "../../../src/ir/types/points.js";
import { elementCount } from "../../../src/ir/types/shape.js";
import { numbers, tensor, tensorType } from "../../../src/ir/types/tensor.js";
import { oneNodeGraph } from "../../support/lowered.js";

const dimension = fc.record({
  input: fc.integer({ min: 1, max: 4 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  low: fc.integer({ min: -1, max: 2 }),
  high: fc.integer({ min: -1, max: 2 }),
});
const windows = fc.array(dimension, { minLength: 1, maxLength: 2 });
type Windows = readonly { readonly [K in "input" | "kernel" | "stride" | "dilation" | "low" | "high"]: number }[];

const valuesOf = (count: number): number[] => Array.from({ length: count }, (_, i) => ((i * 5 + 2) % 7) + 1);

/** The op with its result, one channel each; undefined where these sizes leave nothing. */
function computed(
  op: OpDefinition,
  all: Windows,
): { readonly op: WindowOp; readonly picture: Picture; readonly result: readonly number[] } | undefined {
  const shapes = [
    [1, ...all.map(({ input }) => input), 1],
    [...all.map(({ kernel }) => kernel), 1, 1],
  ] as const;
  const attributes: Attributes = {
    strides: all.map(({ stride }) => stride),
    dilations: all.map(({ dilation }) => dilation),
    padding: all.map(({ low, high }) => [low, high] as [number, number]),
    ...(op.name === "conv_transpose" && { output_padding: all.map(() => 0) }),
  };
  let node;
  try {
    [node] = oneNodeGraph(op, [tensorType("f64", shapes[0]), tensorType("f64", shapes[1])], attributes).nodes;
  } catch {
    return undefined;
  }
  const [values, weights] = [valuesOf(elementCount(shapes[0])), valuesOf(elementCount(shapes[1]))];
  const taken = node && windowOpOf(node);
  const picture = taken && pictureOf(taken, { values, weights });
  if (node === undefined || taken === undefined || picture === undefined) return undefined;
  const [result] = evaluateNode(node, [tensor("f64", shapes[0], values), tensor("f64", shapes[1], weights)]);
  return { op: taken, picture, result: result === undefined ? [] : [...numbers(result)] };
}

const ops: readonly OpDefinition[] = [conv, convTranspose];

test.each(ops.map((op) => [op.name, op] as const))("sums read off the picture of a %s are its values", (_, op) => {
  let drawn = 0;
  fc.assert(
    fc.property(windows, (all) => {
      const found = computed(op, all);
      if (found === undefined) return;
      drawn++;
      const { picture, result } = found;
      const { example, dimensions } = picture;
      eachPoint(
        dimensions.map(({ output }) => output),
        (point, number) => {
          const terms = termsAt(picture, point);
          const sum = terms.reduce(
            (total, { element, tapNumber }) =>
              total + (example?.values[element] ?? 0) * (example?.weights[tapNumber] ?? 0),
            0,
          );
          expect(sum).toBe(result[number]);
          const marked = sourceCells(picture, point)
            .flat()
            .filter((cell) => cell.marked);
          // Every tap lies inside the picture.
          expect(marked).toHaveLength(elementCount(dimensions.map(({ window }) => window.kernel)));
        },
      );
    }),
    { numRuns: 200 },
  );
  expect(drawn).toBeGreaterThan(40);
});

test("the taps of an output are those of its phase, borders aside", () => {
  fc.assert(
    fc.property(windows, (all) => {
      const found = computed(ops[1] as OpDefinition, all);
      if (found === undefined) return;
      const phases = found.op.dimensions.map(phasesOf);
      eachPoint(
        found.op.dimensions.map(({ output }) => output),
        (point) => {
          for (const { tap } of termsAt(found.picture, point))
            tap.forEach((index, d) => {
              const own = phases[d]?.find(({ phase }) => phase === (point[d] ?? 0) % (phases[d]?.length ?? 1));
              expect(own?.taps.map((each) => each.tap)).toContain(index);
            });
        },
      );
    }),
    { numRuns: 200 },
  );
});
