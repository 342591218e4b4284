/** Data from a seed, the same everywhere. */
import { allocate, elementTypes, type ElementType } from "../ir/types/element-type.js";
import { elementCount } from "../ir/types/shape.js";
import type { Tensor, TensorType } from "../ir/types/tensor.js";

/** Small whole numbers and multiples of 1/64: sums of their products are nearly exact. */
export function seededTensor({ elementType, shape }: TensorType, seed: number): Tensor {
  const data = allocate(elementType, elementCount(shape));
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 24) - 128;
  };
  for (let i = 0; i < data.length; i++) data[i] = seededElement(elementType, next()) as never;
  return { elementType, shape, data };
}

/** `byte` is a whole number from −128 to 127. */
function seededElement(elementType: ElementType, byte: number): number | bigint {
  if (elementType === "bool") return byte & 1;
  if (elementType === "f16") return ((byte & 0x80) << 8) | (0x3800 + (byte & 0x7f) * 8);
  if (elementType === "bf16") return ((byte & 0x80) << 8) | (0x3f00 + (byte & 0x7f));
  const { family, bytes, signed } = elementTypes[elementType];
  if (family === "float") return byte / 64;
  const whole = signed ? byte >> 5 : (byte + 128) >> 5;
  return bytes === 8 ? BigInt(whole) : whole;
}
