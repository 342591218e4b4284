/**
 * `bit_cast`: the same bits as elements of another type of the same size. Every bit stays, those of a NaN included: elements are
 * copied as integers and never are numbers on the way. Whole numbers need it not: there `cast` keeps the low bits, and fuses.
 */
import { elementType } from "../attributes/kind.js";
import { shapeName } from "../computation/build-scalar.js";
import { defineOp, exact, notDifferentiable } from "../graph/define-op.js";
import { load, loop, store, variable } from "../loops/build.js";
import type { Kernel, Parameter } from "../loops/kernel.js";
import { elementTypes, isElementType, seenAs, type ElementType } from "../types/element-type.js";
import { elementCount } from "../types/shape.js";
import { tensorType, type TensorType } from "../types/tensor.js";

type BitCastAttributes = {
  readonly to: ElementType;
};

export const bitCast = defineOp<BitCastAttributes, "C1" | "C2">({
  name: "bit_cast",
  summary: "The same bits as elements of another type of the same size; NaNs keep theirs.",
  operands: [
    {
      name: "x",
      summary: "any shape; the result has the same",
      elementTypes: Object.keys(elementTypes).filter(isElementType),
    },
  ],
  attributes: { to: elementType },
  constraints: {
    C1: {
      statement: "elements of both types have the same size",
      remedy: "cast to a type of that size, before or after",
    },
    C2: {
      statement: "the result is not bool, but for x of bool",
      remedy: "compare with 0: a bool is 0 or 1, not any byte",
    },
  },
  inferTypes([x], { to }, require) {
    const [there, wanted] = [elementTypes[x.elementType].bytes, elementTypes[to].bytes];
    require("C1", there === wanted, () => ({
      expected: `a type of ${there} bytes, as ${x.elementType} has`,
      found: `${to}, which has ${wanted}`,
    }));
    require("C2", to !== "bool" || x.elementType === "bool");
    return [tensorType(to, x.shape)];
  },
  evaluate: ([x], { to }) => [{ elementType: to, shape: x.shape, data: seenAs(to, x.data) }],
  gradient: notDifferentiable("bits are no real numbers"),
  lowering: { kind: "loops", lower: ([x], { to }) => copyKernel(x, to) },
  accuracy: exact,
});

/** The integers that elements are copied as, by their size in bytes. */
const bitsOf: Readonly<Record<number, ElementType>> = { 1: "u8", 2: "u16", 4: "i32", 8: "i64" };

function copyKernel({ elementType: from, shape }: TensorType, to: ElementType): Kernel {
  const [length, bits] = [elementCount(shape), bitsOf[elementTypes[from].bytes]];
  const x: Parameter = { name: "x", elementType: bits, length, access: "read" };
  const result: Parameter = { name: "result", elementType: bits, length, access: "write" };
  const i = variable("i");
  return {
    name: `bit_cast_${from}_to_${to}_${shapeName(shape)}`,
    parameters: [x, result],
    body: [loop("i", length, [store(result, i, load(x, i))])],
  };
}
