/** Whether outputs are those expected, as the ONNX backend suite compares them. */
import { elementReader } from "../../src/ir/types/element-access.js";
import { elementTypes, isBigIntArray } from "../../src/ir/types/element-type.js";
import { formatTensorType, type Tensor } from "../../src/ir/types/tensor.js";

/** |a − b| ≤ relative · |b| + absolute. The suite's own are 1e-3 and 1e-7. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** What is wrong with the tensor found, or undefined where it is near enough. Integers and truths must be equal. */
export function differenceOf(found: Tensor | undefined, expected: Tensor, tolerance: Tolerance): string | undefined {
  if (found === undefined) return "missing";
  const [type, expectedType] = [formatTensorType(found), formatTensorType(expected)];
  if (type !== expectedType) return `${type}, not ${expectedType}`;
  const isFloat = elementTypes[expected.elementType].family === "float";
  const near = isFloat ? isNear(found, expected, tolerance) : (i: number) => found.data[i] === expected.data[i];
  const wrong = Array.from({ length: expected.data.length }, (_, i) => i).find((i) => !near(i));
  if (wrong === undefined) return undefined;
  return `[${wrong}] is ${elementAt(found, wrong)}, not ${elementAt(expected, wrong)}`;
}

function isNear(found: Tensor, expected: Tensor, { relative, absolute }: Tolerance): (i: number) => boolean {
  const [a, b] = [elementReader(found), elementReader(expected)];
  return (i) => Object.is(a(i), b(i)) || a(i) === b(i) || Math.abs(a(i) - b(i)) <= relative * Math.abs(b(i)) + absolute;
}

function elementAt(tensor: Tensor, i: number): number | bigint {
  return isBigIntArray(tensor.data) ? tensor.data[i] : elementReader(tensor)(i);
}
