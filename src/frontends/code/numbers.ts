/** Numbers as tensors of a graph. What an element type cannot hold is refused, not wrapped. */
import { fail } from "../../diagnostics/error.js";
import type { Value } from "../../ir/graph/graph.js";
import { elementWriter } from "../../ir/types/element-access.js";
import { allocate, elementTypes, type ElementType } from "../../ir/types/element-type.js";
import { elementCount, type Shape } from "../../ir/types/shape.js";
import { tensor, type Tensor } from "../../ir/types/tensor.js";
import { words } from "./options.js";
import type { ToolBuilder } from "./tool-builder.js";

/** A number that broadcasts. Fails with `graph/element-type` where the type cannot hold it. */
export function scalarOf(builder: ToolBuilder, value: number, elementType: ElementType): Value {
  checkHolds(elementType, value);
  return builder.constant(filled(elementType, [], [value]));
}

/**
 * A tensor of `values`, one for each element: floats are rounded to the type. A Uint16Array is the bits of an f16 or bf16.
 * Fails with `graph/element-type` for values an integer type or bool cannot hold.
 */
export function filled(elementType: ElementType, shape: Shape, values: ArrayLike<number>): Tensor {
  const isHalf = elementType === "f16" || elementType === "bf16";
  if (isHalf && values instanceof Uint16Array) return tensor(elementType, shape, values);
  const data = allocate(elementType, elementCount(shape));
  const write = elementWriter(elementType, data);
  for (let i = 0; i < data.length; i++) {
    checkHolds(elementType, values[i]);
    write(i, values[i]);
  }
  return { elementType, shape, data };
}

function checkHolds(elementType: ElementType, value: unknown): asserts value is number {
  if (typeof value === "number" && holds(elementType, value)) return;
  fail("graph/element-type", {
    expected: `a number that is one of ${elementType}`,
    found: words(value),
    remedy: "use whole numbers in range for integers, 0 and 1 for bool, or another element type",
  });
}

function holds(elementType: ElementType, value: number): boolean {
  const { family, bytes, signed } = elementTypes[elementType];
  if (family === "float") return true;
  if (family === "bool") return value === 0 || value === 1;
  const [least, end] = signed ? [-(2 ** (8 * bytes - 1)), 2 ** (8 * bytes - 1)] : [0, 2 ** (8 * bytes)];
  return Number.isSafeInteger(value) && value >= least && value < end;
}
