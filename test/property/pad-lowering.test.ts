/** pad, dilate, interleave: evaluate = definition = lowering; and what pad becomes when padding is materialised. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dilate } from "../../src/ir/ops/dilate.js";
import { interleave, phaseOffsets } from "../../src/ir/ops/interleave.js";
import { pad } from "../../src/ir/ops/pad.js";
import { slice } from "../../src/ir/ops/slice.js";
import { numbers, type Tensor } from "../../src/ir/types/tensor.js";
import { elementCount, type Shape } from "../../src/ir/types/shape.js";
import { materialisePadding } from "../../src/passes/graph/materialise-padding.js";
import { integerTensor } from "../support/integers.js";
import { evaluated, lowered, oneNodeGraph, runLowered } from "../support/lowered.js";
import { passContext } from "../support/pass-context.js";

const modes = fc.constantFrom("constant" as const, "edge" as const, "reflect" as const);
const dimension = fc.record({
  size: fc.integer({ min: 1, max: 4 }),
  low: fc.integer({ min: -5, max: 9 }),
  high: fc.integer({ min: -5, max: 9 }),
});
const padCase = fc
  .record({ dimensions: fc.array(dimension, { minLength: 1, maxLength: 3 }), mode: modes, seed: fc.integer() })
  .filter(({ dimensions }) => dimensions.every(({ size, low, high }) => size + low + high >= 0))
  .map(({ dimensions, mode, seed }) => ({
    shape: dimensions.map(({ size }) => size),
    padding: dimensions.map(({ low, high }): [number, number] => [low, high]),
    mode,
    seed,
  }));

describe("pad", () => {
  it("evaluate = what walking from the element gives = lowering", () => {
    const property = fc.property(padCase, ({ shape, padding, mode, seed }) => {
      const x = integerTensor(shape, seed);
      const attributes = { padding, mode, value: 7 };
      const [y] = evaluated(pad, [x], attributes);
      const expected = pointsOf(y.shape).map((point) => {
        const from = point.map((p, d) => walk(p - padding[d][0], shape[d], mode));
        return from.includes(undefined) ? 7 : at(x, from as number[]);
      });
      expect([...numbers(y)]).toEqual(expected);
      expect(lowered(pad, [x], attributes)).toEqual([y]);
      const graph = materialisePadding.run(oneNodeGraph(pad, [x], attributes), passContext);
      expect(runLowered(graph, [x])).toEqual([y]);
    });
    fc.assert(property, { numRuns: 300 });
  });
});

const strides = fc.array(fc.record({ size: fc.integer({ min: 0, max: 5 }), stride: fc.integer({ min: 1, max: 4 }) }), {
  minLength: 1,
  maxLength: 3,
});

describe("dilate and interleave", () => {
  it("slicing a dilated tensor with its strides gives it back, the rest is 0, and the lowering agrees", () => {
    const property = fc.property(strides, fc.integer(), (dimensions, seed) => {
      const x = integerTensor(
        dimensions.map(({ size }) => size),
        seed,
      );
      const attributes = { strides: dimensions.map(({ stride }) => stride) };
      const [y] = evaluated(dilate, [x], attributes);
      const back = { starts: x.shape.map(() => 0), sizes: x.shape, steps: attributes.strides };
      expect(evaluated(slice, [y], back)).toEqual([x]);
      const sum = (values: ArrayLike<number>) =>
        Array.from(values).reduce((total, value) => total + Math.abs(value), 0);
      expect(sum(numbers(y))).toBe(sum(numbers(x)));
      expect(lowered(dilate, [x], attributes)).toEqual([y]);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("interleave undoes slicing into phases, and the lowering agrees", () => {
    const property = fc.property(strides, fc.integer(), (dimensions, seed) => {
      const shape = dimensions.map(({ size }) => size + 1);
      const attributes = { strides: dimensions.map(({ stride }) => stride), shape };
      const x = integerTensor(shape, seed);
      const phases = phaseOffsets(attributes.strides, shape).map((starts) => {
        const sizes = shape.map((size, d) => Math.floor((size - 1 - starts[d]) / attributes.strides[d]) + 1);
        return evaluated(slice, [x], { starts: [...starts], sizes, steps: attributes.strides })[0];
      });
      expect(evaluated(interleave, phases, attributes)).toEqual([x]);
      expect(lowered(interleave, phases, attributes)).toEqual([x]);
    });
    fc.assert(property, { numRuns: 200 });
  });
});

/** The element a walker reaches who steps `position` from element 0: stops at the ends, or turns round there. */
function walk(position: number, size: number, mode: string): number | undefined {
  if (mode === "constant") return position >= 0 && position < size ? position : undefined;
  let at = 0;
  let step = Math.sign(position);
  for (let left = Math.abs(position); left > 0; left--) {
    if (at + step < 0 || at + step >= size) step = mode === "edge" ? 0 : -step;
    if (size > 1) at += step;
  }
  return at;
}

function pointsOf(shape: Shape): number[][] {
  return Array.from({ length: elementCount(shape) }, (_, number) => {
    let rest = number;
    return shape
      .toReversed()
      .map((size) => {
        const digit = rest % size;
        rest = Math.floor(rest / size);
        return digit;
      })
      .reverse();
  });
}

function at(x: Tensor, point: readonly number[]): number {
  return numbers(x)[point.reduce((flat, p, d) => flat * x.shape[d] + p, 0)];
}
