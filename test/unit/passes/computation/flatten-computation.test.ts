import { expect, test } from "vitest";
import { axisIndex } from "../../../../src/ir/computation/affine.js";
import { accumulator, scalarConstant } from "../../../../src/ir/computation/build-scalar.js";
import { flattenComputation } from "../../../../src/passes/computation/flatten-computation.js";

test("an operand without elements is a piece without elements", () => {
  const operand = { elementType: "f32", shape: [1, 0] } as const;
  const computation = {
    name: "zeros",
    operands: [operand],
    result: { elementType: "f32", shape: [4] },
    axes: [{ name: "d0", extent: 4 }],
    sums: [],
    store: [axisIndex(0)],
    reduction: "sum",
    body: scalarConstant("f32", 0),
    epilogue: accumulator,
  } as const;
  const flat = flattenComputation(
    computation,
    [{ root: 0, address: { offset: 0, strides: [0, 1] }, shape: operand.shape }],
    { root: 1, address: { offset: 0, strides: [1] }, shape: [4] },
  );
  expect(flat?.operands).toEqual([{ root: 0, offset: 0, length: 0 }]);
  expect(flat?.computation.operands).toEqual([{ elementType: "f32", shape: [0] }]);
});
