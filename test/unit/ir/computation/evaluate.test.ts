/** evaluateComputation: reductions, epilogues, indices of every kind, and the accesses it refuses. */
import { describe, expect, it } from "vitest";
import { InternalError } from "../../../../src/diagnostics/error.js";
import { affine, axisIndex } from "../../../../src/ir/computation/affine.js";
import {
  accumulator,
  applyBinary,
  applyCompare,
  applyUnary,
  castScalar,
  choose,
  indexScalar,
  load,
  loadedIndex,
  scalarConstant,
} from "../../../../src/ir/computation/build-scalar.js";
import type { Computation, Index, Reduction } from "../../../../src/ir/computation/computation.js";
import { evaluateComputation } from "../../../../src/ir/computation/evaluate.js";
import { tensor, tensorType } from "../../../../src/ir/types/tensor.js";

const x = tensor("f32", [2, 3], [1, 2, 3, 4, 5, 6]);

/** One output axis of 2, reduced over an axis of 3. */
function rows(reduction: Reduction): Computation {
  return {
    name: "rows",
    operands: [x],
    result: tensorType("f32", [2]),
    axes: [{ name: "i", extent: 2 }],
    sums: [{ name: "j", extent: 3 }],
    store: [axisIndex(0)],
    reduction,
    body: load(0, [axisIndex(0), axisIndex(1)]),
    epilogue: accumulator,
  };
}

/** One element for each of `count` positions, made from an index of axis 0. */
function mapped(count: number, body: Computation["body"], operands = [x]): Computation {
  const { name, store, reduction, epilogue } = rows("sum");
  const result = tensorType("f32", [count]);
  return { name, operands, result, axes: [{ name: "i", extent: count }], sums: [], store, reduction, body, epilogue };
}

const values = (computation: Computation, operands = [x]) => [...evaluateComputation(computation, operands).data];

describe("evaluateComputation", () => {
  it.each([
    ["sum", [6, 15]],
    ["product", [6, 120]],
    ["maximum", [3, 6]],
    ["minimum", [1, 4]],
  ] as const)("reduces by %s", (reduction, expected) => {
    expect(values(rows(reduction))).toEqual(expected);
  });

  it.each([
    ["sum", 0],
    ["product", 1],
    ["maximum", -Infinity],
    ["minimum", Infinity],
  ] as const)("gives the neutral element for an empty %s", (reduction, expected) => {
    expect(values({ ...rows(reduction), sums: [{ name: "j", extent: 0 }] })).toEqual([expected, expected]);
  });

  it("applies the epilogue to the reduction once", () => {
    const epilogue = applyBinary("multiply", accumulator, scalarConstant("f32", 10));
    expect(values({ ...rows("sum"), epilogue })).toEqual([60, 150]);
  });

  it("stores where the store says and leaves the rest of `into`", () => {
    const computation = { ...rows("sum"), result: tensorType("f32", [4]), store: [axisIndex(0, 2, 1)] };
    const into = tensor("f32", [4], [9, 9, 9, 9]);
    expect([...evaluateComputation(computation, [x], into).data]).toEqual([9, 6, 9, 15]);
    expect([...into.data]).toEqual([9, 9, 9, 9]);
  });

  const i: Index = axisIndex(0);
  it.each<[string, Index, number[]]>([
    ["affine", axisIndex(0, -2, 7), [7, 5, 3, 1]],
    ["add", { kind: "add", left: i, right: affine(3) }, [3, 4, 5, 6]],
    ["scale", { kind: "scale", of: i, by: 3 }, [0, 3, 6, 9]],
    ["floor_divide", { kind: "floor_divide", of: axisIndex(0, 1, -3), by: 2 }, [-2, -1, -1, 0]],
    ["modulo", { kind: "modulo", of: axisIndex(0, 1, -3), by: 2 }, [1, 0, 1, 0]],
    ["minimum", { kind: "minimum", left: i, right: affine(1) }, [0, 1, 1, 1]],
    ["maximum", { kind: "maximum", left: i, right: affine(2) }, [2, 2, 2, 3]],
  ])("computes an index by %s", (_, index, expected) => {
    expect(values(mapped(4, indexScalar(index)))).toEqual(expected);
  });

  it("reads through a loaded index", () => {
    const at = tensor("i32", [2], [2, 0]);
    const column = loadedIndex({ operand: 1, indices: [axisIndex(0)] });
    expect(values(mapped(2, load(0, [affine(1), column]), [x, at]), [x, at])).toEqual([6, 4]);
  });

  it("compares, chooses and casts", () => {
    const large = applyCompare("greater", indexScalar(i), indexScalar(affine(1)));
    const half = applyBinary("divide", castScalar("f32", indexScalar(i)), scalarConstant("f32", 2));
    expect(values(mapped(4, choose(large, half, applyUnary("negate", half))))).toEqual([-0, -0.5, 1, 1.5]);
  });

  it("refuses what leaves a tensor", () => {
    expect(() => values(mapped(4, load(0, [affine(0), i])))).toThrow(InternalError);
    expect(() => values({ ...rows("sum"), store: [axisIndex(0, 1, 1)] })).toThrow(InternalError);
    expect(() => evaluateComputation(rows("sum"), [])).toThrow(InternalError);
  });
});
